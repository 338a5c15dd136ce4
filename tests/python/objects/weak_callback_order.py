# Callbacks of one object's weak references: the newest reference's first.
import gc
import weakref


class Thing:
    pass


log = []
things = [Thing(), Thing()]
references = [weakref.ref(thing, lambda _, n=n: log.append(n)) for n in range(4) for thing in things[:1]]
proxies = [weakref.proxy(things[0], lambda _, n=n: log.append(f"proxy {n}")) for n in range(2)]
weakref.finalize(things[0], log.append, "finalize")
del references[1]
things.pop(0)
gc.collect()
print(log)
