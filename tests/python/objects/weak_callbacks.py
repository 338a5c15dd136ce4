# Weak references: calls back in order, keys that die, proxies, finalizers, and what cannot be referred to.
import gc
import weakref

log = []


class Thing:
    def __init__(self, name="t"):
        self.name = name

    def __eq__(self, other):
        return isinstance(other, Thing) and self.name == other.name

    def __hash__(self):
        return hash(self.name)

    def __repr__(self):
        return f"Thing({self.name})"

    def method(self):
        return self.name

    def __len__(self):
        return 3

    def __add__(self, other):
        return ("add", other)

    def __call__(self, *a):
        return a


class Slotted:
    __slots__ = ("a",)


kept = Thing("kept")
ref = weakref.ref(kept)
proxy = weakref.proxy(kept)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""ref() is kept, ref == weakref.ref(kept), ref is weakref.ref(kept), weakref.ref(kept, print) is ref, hash(ref) == hash(kept), ref.__callback__, weakref.getweakrefcount(kept) >= 1, ref in weakref.getweakrefs(kept), repr(ref).startswith("<weakref at"), type(ref)
weakref.ref(Thing("a")) == weakref.ref(kept), weakref.ref(kept) != 5, ref.__class__.__name__
proxy.name, proxy.method(), len(proxy), proxy + 1, proxy(1, 2), bool(proxy), str(proxy), type(proxy).__name__, isinstance(proxy, Thing), proxy == kept, proxy.__class__
hash(proxy)
setattr(proxy, "name", "new") or kept.name, setattr(proxy, "name", "kept")
weakref.ref(5)
weakref.ref("text")
weakref.ref(None)
weakref.ref((1,))
weakref.ref(Slotted())
weakref.ref([])
weakref.ref({})
weakref.ref(object())
weakref.proxy(5)
weakref.ref()
weakref.ref(kept, 1, 2)
weakref.ref(kept, x=1)
weakref.ref({1})() is None or True, weakref.ref(frozenset())() is None or True, weakref.ref(len)() is len, weakref.ref(Thing)() is Thing, weakref.ref(Thing.method)() is Thing.method, type(weakref.ref((x for x in ()))).__name__, weakref.ref(type("L", (list,), {})())() is None or True
weakref.WeakMethod(kept.method)()(), weakref.WeakMethod(kept.method) == weakref.WeakMethod(kept.method)
weakref.WeakMethod(len)
(lambda d: (d.__setitem__("k", kept), d["k"], len(d), list(d.items()), d.get("z"), d.pop("k"), "k" in d, d.setdefault("s", kept), dict(d), len(d | {"x": kept})))(weakref.WeakValueDictionary())
(lambda d: (d.__setitem__(kept, 1), d[kept], d[Thing("kept")], list(d.keys()), kept in d, 5 in d, d.pop(kept), d))(weakref.WeakKeyDictionary())[:-1]
weakref.WeakKeyDictionary({5: 1})
weakref.WeakValueDictionary({1: 5})
weakref.WeakValueDictionary()["k"]
(lambda s: (s.add(kept), kept in s, len(s), s | {kept}, s & {kept}, s.discard(kept), len(s), s == set()))(weakref.WeakSet())[1:3]
weakref.WeakSet([5])
(lambda f: (f.alive, f.peek()[1].__name__ if f.peek() else None, f.atexit, f(), f.alive, f(), f.detach()))(weakref.finalize(kept, log.append, "finalized")), log
weakref.finalize(5, print)
weakref.finalize(kept)""".splitlines():
    attempt(text)


def collected(make, *callbacks):
    log.clear()
    thing = make()
    references = [weakref.ref(thing, callback) for callback in callbacks]
    return references


def run():
    references = collected(lambda: Thing("x"), lambda r: log.append("first"), lambda r: log.append("second"), lambda r: log.append(r() is None))
    gc.collect()
    print(sorted(map(str, log)), [r() for r in references], [repr(r).split("; ")[1] for r in references][:1])
    try:
        hash(references[0])
    except TypeError as error:
        print(error)
    print(references[0] == references[1], references[0] == references[0])


def fill(values, keys, things):
    for n in range(3):
        thing = Thing(f"n{n}")
        values[n] = thing
        keys[thing] = n
        things.add(thing)


run()
values, keys, things = weakref.WeakValueDictionary(), weakref.WeakKeyDictionary(), weakref.WeakSet()
fill(values, keys, things)
fill.__defaults__ = None
gc.collect()
gc.collect()
print(len(values) <= 1, len(keys) <= 1, len(things) <= 1)
