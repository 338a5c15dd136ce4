# Packages made on the spot: relative imports, circles, attributes of modules made on demand, names that are imported, reloading, and errors.
import importlib
import os
import shutil
import sys
import tempfile

root = tempfile.mkdtemp()
files = {
    "pk/__init__.py": "print('init', __name__, __package__)\nversion = 1\n__all__ = ['sub', 'value']\nvalue = 'v'\nhidden = 'h'\n",
    "pk/sub.py": "from . import value\nfrom .other import deep\nprint('sub', __name__, __package__, value)\n",
    "pk/other.py": "deep = 'deep'\ndef where():\n    from . import sub\n    return sub.__name__\n",
    "pk/inner/__init__.py": "from ..other import deep\nfrom .. import value as up\nfrom . import leaf\n",
    "pk/inner/leaf.py": "from .. import hidden\nfrom ..sub import value as v2\n",
    "pk/toofar.py": "from ... import x\n",
    "pk/notthere.py": "from . import nothing\n",
    "pk/noattr.py": "from .other import nothing\n",
    "pk/__main__.py": "print('main of pk', __name__, __package__)\n",
    "circle_a.py": "import circle_b\nx = 1\nprint('a sees', circle_b.y)\n",
    "circle_b.py": "import circle_a\ny = 2\nprint('b sees', hasattr(circle_a, 'x'))\n",
    "circle_c.py": "from circle_d import y\nx = 1\n",
    "circle_d.py": "from circle_c import x\ny = 2\n",
    "lazy.py": "def __getattr__(name):\n    if name == 'made':\n        return 'made on demand'\n    raise AttributeError(f'no {name} here')\ndef __dir__():\n    return ['z', 'made']\nreal = 5\n",
    "fails.py": "before = 1\nraise RuntimeError('while importing')\n",
    "syntax.py": "x = = 1\n",
    "counted.py": "import builtins\nbuiltins.count = getattr(builtins, 'count', 0) + 1\ncount = builtins.count\nold = globals().get('old', 'none')\nif count == 1:\n    old = 'kept'\n",
    "replaces.py": "import sys\nsys.modules[__name__] = 'replaced'\n",
    "space/one.py": "name = __name__\n",
    "star.py": "__all__ = ['a', 'missing']\na = 1\n",
    "star2.py": "a = 1\n_b = 2\n",
    "star3.py": "__all__ = [5]\n",
    "doc.py": '"""The text."""\nx: int = 1\n',
}
for name, text in files.items():
    os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
    with open(os.path.join(root, name), "w") as file:
        file.write(text)
sys.path.insert(0, root)
sys.dont_write_bytecode = True


def run(source):
    scope = {}
    try:
        exec(source, scope)
    except Exception as error:
        detail = [f"name={error.name!r}", f"path={error.path and os.path.basename(error.path)!r}"] if isinstance(error, ImportError) else []
        return type(error).__name__, str(error).replace(root, "ROOT"), *detail
    scope.pop("__builtins__")
    return {name: value if isinstance(value, (int, str, list)) else getattr(value, "__name__", value) for name, value in scope.items()}


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""run("import pk.sub; r = pk.sub.value")
run("from pk import *")
run("from pk import sub as s, hidden, other")
run("import pk.inner.leaf as leaf; up = leaf.hidden")
run("from pk.inner import up, deep, leaf")
run("from pk.other import where; w = where()")
run("import pk.toofar")
run("import pk.notthere")
run("import pk.noattr")
run("import pk.gone")
run("import gone.more")
run("from pk import gone")
run("import pk.other.more")
run("from . import x")
run("from .x import y")
run("import circle_a; x = circle_a.x")
run("import circle_c")
run("import lazy; m = lazy.made; r = lazy.real; d = dir(lazy)")
run("from lazy import made")
run("from lazy import other")
run("import lazy; lazy.other")
run("import fails")
run("import sys; there = 'fails' in sys.modules")
run("import syntax")
run("import counted, importlib; a = counted.count; importlib.reload(counted); b = counted.count; old = counted.old")
run("import replaces; r = replaces")
run("import space.one; n = space.one.name; f = space.__file__; s = type(space.__path__)")
run("from star import *")
run("from star2 import *")
run("from star3 import *")
run("import doc; d = doc.__doc__; n = doc.__spec__.name; p = doc.__package__; h = doc.__spec__.has_location; a = list(doc.__annotations__)")
run("import importlib; m = importlib.import_module('.other', 'pk'); n = m.deep")
run("import importlib; importlib.import_module('.other')")
run("import importlib; importlib.reload('x')")
run("import importlib; importlib.reload(type(importlib)('never'))")
run("import importlib.util as u; s = u.find_spec('pk.sub').name; n = str(u.find_spec('nope')); r = u.resolve_name('.x', 'a.b'); r2 = u.resolve_name('..x', 'a.b')")
run("import importlib.util as u; u.resolve_name('...x', 'a.b')")
run("import importlib.util as u; u.find_spec('nope.more')")
run("import importlib.util as u; s = u.spec_from_loader('m', None).origin; m = u.module_from_spec(u.find_spec('doc')); before = hasattr(m, 'x'); m.__spec__.loader.exec_module(m); after = m.x")
run("import sys; sys.modules['blocked'] = None; import blocked")
run("import importlib; sys = __import__('os.path'); leaf = __import__('os.path', fromlist=['join']).__name__")
run("__import__('')")
run("__import__(5)")
run("__import__('x', level=-1)")
run("import runpy; r = runpy.run_module('doc')['x']; n = runpy.run_module('doc', run_name='n')['__name__']; p = runpy.run_path(__import__('pk').__path__[0] + '/other.py')['deep']; runpy.run_module('pk')")
run("import pkgutil, pk; names = sorted(m.name for m in pkgutil.iter_modules(pk.__path__)); w = sorted(m.name for m in pkgutil.walk_packages(pk.__path__, 'pk.') if 'inner' in m.name); r = pkgutil.resolve_name('pk.other:deep'); d = len(pkgutil.get_data('pk', 'other.py'))")
run("import importlib.resources as r; t = r.files('pk').joinpath('other.py').read_text()[:13]; f = r.is_resource('pk', 'sub.py')")
run("import sys; t = type(sys)('m', 'doc'); d = t.__doc__; r = repr(t); n = sorted(vars(t))")
run("import inspect, doc; s = inspect.getsource(doc)[:10]; m = inspect.getmodulename('/a/b.py')")""".splitlines():
    attempt(text)
shutil.rmtree(root)
