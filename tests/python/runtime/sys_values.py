import sys

print(sys.version_info[:3], sys.version_info.major, sys.version_info >= (3, 14))
print(sys.version_info)
print(sys.float_info)
print(sys.int_info, sys.hash_info, sep="\n")
print(sys.maxsize, sys.maxunicode, sys.byteorder)
print(sys.argv, sys.getrecursionlimit())
print(type(sys).__name__, sys.__name__, sys.modules["sys"] is sys)
sys.setrecursionlimit(1500)
print(sys.getrecursionlimit())
for bad in [0, -1]:
    try:
        sys.setrecursionlimit(bad)
    except ValueError as error:
        print(error)
try:
    raise KeyError("x")
except KeyError as error:
    print(sys.exc_info()[0], sys.exc_info()[1] is error, sys.exception() is error)
print(sys.exc_info(), sys.exception())
print(sys.intern("abc") is sys.intern("abc"))
print(sys.getdefaultencoding(), sys.stdout.encoding, sys.stderr.errors, sys.stdin.readline() == "")
sys.displayhook(None)
sys.displayhook([1, "two"])
print(_)
print(sys.stdout.write("text\n"))
print("json" in sys.stdlib_module_names, "numpy" in sys.stdlib_module_names)

# The library takes the version's text apart.
import platform

print(platform.python_version(), platform.python_version_tuple(), platform.python_branch() == "")
