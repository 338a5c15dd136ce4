# gc and weak references: finalizers, resurrection, callbacks, listing.
import _weakref as w
import gc


class A:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(self.name)


class P:
    pass


log = []


def cycle():
    a, b = A("a"), A("b")
    a.other, b.other = b, a


cycle()
for i in range(3):
    gc.collect()
print(sorted(log))
log.clear()
kept = []


class R(P):
    def __del__(self):
        kept.append(self)


def dead():
    r = R()
    r.self = r


dead()
gc.collect()
print(len(kept), kept[0].self is kept[0])


def references():
    p = P()
    r, s = w.ref(p), w.ref(p)
    print(r is s, r() is p, w.getweakrefcount(p), w.getweakrefs(p) == [r])
    c = w.ref(p, lambda ref: log.append(ref() is None))
    print(c is r, c == r, w.getweakrefcount(p), c.__callback__ is not None)
    x = w.proxy(p)
    p.v = 5
    print(x.v, w.proxy(p) is x, w.getweakrefcount(p))
    return r, c, x


def churn(depth=0):
    """Leaves other words where the dead were on the stack."""
    if depth < 20:
        return sum([churn(depth + 1), len(str(depth)), *map(int, "12")])
    return 0


r, c, x = references()
churn()
for i in range(3):
    churn()
    gc.collect()
print(r(), c(), log)
try:
    x.v
except ReferenceError as e:
    print(e)
p = P()
print(gc.is_tracked([]), gc.is_tracked(1), gc.is_tracked("x"), gc.is_tracked(p))
l = [p]
print(any(x is l for x in gc.get_referrers(p)), any(x is p for x in gc.get_referents(l)), any(x is l for x in gc.get_objects()))
print(gc.isenabled(), gc.disable(), gc.isenabled(), gc.enable(), gc.isenabled())
print(gc.get_threshold(), gc.set_threshold(500, 5), gc.get_threshold())
print(len(gc.get_count()), [sorted(s) for s in gc.get_stats()], gc.get_debug(), gc.garbage)
events = []
gc.callbacks.append(lambda phase, info: events.append((phase, info["generation"])))
gc.collect(1)
print(events)
gc.callbacks.clear()
for f in (lambda: gc.collect(3), lambda: gc.get_objects(5), lambda: gc.collect("x")):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
