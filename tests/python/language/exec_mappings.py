# exec() and eval() with subclasses of dict as globals, and any mappings as builtins.
import types


class Frozen(dict):
    def __setitem__(self, key, value):
        raise RuntimeError(f"frozen: {key}")


class Loud(dict):
    def __getitem__(self, key):
        if not key.startswith("__"):
            print("get", key)
        return super().__getitem__(key)

    def __setitem__(self, key, value):
        print("set", key)
        super().__setitem__(key, value)


def attempt(source, *namespaces):
    try:
        exec(source, *namespaces)
    except BaseException as error:
        print(type(error).__name__, error)


attempt("x = 1", Frozen())
attempt("x", Frozen(x=1))
attempt("x = y", Loud(y=2))
attempt("print(x)", Loud(x=3))
attempt("class A: pass", {"__builtins__": {}})
attempt("class A: pass", {"__builtins__": types.MappingProxyType({})})
attempt("print(1)", {"__builtins__": types.MappingProxyType({"print": lambda *a: print("mine", *a)})})
attempt("def f():\n return something\nprint(f())", {"__builtins__": types.MappingProxyType({"print": print, "something": 5})})
attempt("nothing", {"__builtins__": types.MappingProxyType({})})
attempt("nothing", {"__builtins__": 123})
attempt("import a.b", {"__builtins__": types.MappingProxyType({})})
space = {"__builtins__": types.MappingProxyType({"__import__": lambda *args: args})}
attempt("import a.b", space)
print(space["a"][0], space["a"][1] is space, space["a"][3:])
print(eval("y + 1", Loud(y=1)))
loud = Loud(is_same=None)
print(eval("globals()", loud) is loud)
