# mappingproxy.
def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)

proxy = type(type.__dict__)
p = proxy({1: 2})
show(lambda: p)
show(lambda: str(p) == str({1: 2}))
show(lambda: p[1])
show(lambda: p[2])
show(lambda: p.get(2))
show(lambda: p.get(2, 3))
show(lambda: 1 in p)
show(lambda: len(p))
show(lambda: list(p))
show(lambda: p.keys())
show(lambda: p.values())
show(lambda: p.items())
show(lambda: p.copy())
show(lambda: list(reversed(p)))
show(lambda: p == {1: 2})
show(lambda: p == proxy({1: 2}))
show(lambda: p != {1: 2})
show(lambda: p < {})
show(lambda: p | {3: 4})
show(lambda: {3: 4} | p)
show(lambda: p | 1)
show(lambda: p.__ior__({}))
show(lambda: hash(p))
show(lambda: proxy())
show(lambda: proxy(1))
show(lambda: proxy([]))
show(lambda: proxy(()))
show(lambda: type(proxy[int]).__name__)
def assign():
    p[1] = 3
show(assign)
class C:
    x = 1
show(lambda: C.__dict__["x"])
C.y = 2
show(lambda: "y" in C.__dict__)
show(lambda: type(C.__dict__) is proxy)
class M(dict):
    def __missing__(self, key):
        return "missing"
show(lambda: proxy(M())["x"])
