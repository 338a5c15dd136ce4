# Specifications, loaders and finders of modules of each kind; finders of one's own; reloading; what fails.
import sys, os, importlib, importlib.util, importlib.machinery, types

import json.decoder, itertools, email
for module in (json, json.decoder, email, itertools, sys):
    spec = module.__spec__
    print(module.__name__, spec.name, spec.parent, module.__package__, spec.has_location, spec.submodule_search_locations is not None,
          spec.loader is module.__loader__, hasattr(module, "__path__"))
print(os.path.basename(json.__file__), json.__spec__.origin == json.__file__, itertools.__spec__.origin)
print(importlib.util.find_spec("json.encoder").name, importlib.util.find_spec("no_such_module"))
print([finder.__name__ for finder in sys.meta_path])
print(json.__loader__.is_package("json"), json.__loader__.get_source("json").startswith('r"""JSON'),
      isinstance(json.__loader__.get_code("json"), types.CodeType))


class Finder:
    """Makes modules out of a dict of sources."""
    sources = {"made": "import made.inner\nvalue = 1", "made.inner": "from . import value2 as v\n" * 0 + "name = __name__",
               "broken_made": "1 / 0"}

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name in cls.sources:
            return importlib.machinery.ModuleSpec(name, cls, is_package=name == "made")

    @staticmethod
    def create_module(spec):
        return None

    @classmethod
    def exec_module(cls, module):
        exec(cls.sources[module.__name__], module.__dict__)


sys.meta_path.append(Finder)
import made
print(made.value, made.inner.name, made.__spec__)
Finder.sources["made"] = "value = 2"
print(importlib.reload(made).value)
try:
    import broken_made
except ZeroDivisionError as error:
    print("broken", "broken_made" in sys.modules, error)
sys.meta_path.remove(Finder)

for statement in ("import nothing.at.all", "import itertools.chain", "from json import nothing", "from . import x", "import json.nothing"):
    try:
        exec(statement, {"__name__": "__main__", "__package__": None, "__spec__": None})
    except ImportError as error:
        print(type(error).__name__, str(error).split(" (")[0], error.name)
sys.modules["gone"] = None
try:
    import gone
except ImportError as error:
    print(error)
for call in (lambda: __import__(""), lambda: __import__("json", level=-1), lambda: __import__(1), lambda: __import__("x", [], level=1)):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)
