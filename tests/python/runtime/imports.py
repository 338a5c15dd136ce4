import sys

sys.path.insert(0, sys.path[0] + "/fixtures")
import pack
import pack.sub.leaf
from pack import value, other
from pack.sub import leaf as renamed
import plain as p

print(pack.__name__, pack.value, value, other.name, p.answer)
print(renamed is pack.sub.leaf, renamed.up, renamed.sibling)
print(pack.sub.leaf.__name__, pack.sub.leaf.__package__, pack.__package__, p.__package__ == "")
print(pack.__file__.endswith("fixtures/pack/__init__.py"), len(pack.__path__))
for statement in [
    "import nothing_here",
    "import pack.nothing",
    "import plain.x",
    "from pack import absent",
    "from . import x",
    "import broken",
    "from pack.sub.leaf import too_far",
]:
    try:
        exec(statement)
    except Exception as error:
        text = str(error)
        print(type(error).__name__, text[: text.find("(")] if "(/" in text else text)
        if isinstance(error, ModuleNotFoundError):
            print("  name", error.name)
print("broken" in sys.modules, "plain" in sys.modules)
from pack.stars import *

print(star, "_hidden" in globals())
print(__import__("pack.sub.leaf") is pack, __import__("pack.sub", fromlist=["leaf"]) is pack.sub)
import builtins

print(builtins.len is len)
