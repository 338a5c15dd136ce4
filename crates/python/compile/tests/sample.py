"""Every statement and expression once."""
import a.b.c, d as e
import f.g as h
from . import x as y, z
from m import *

async def co(p, /, q: int = 1, *r, s=2, **t) -> str:
    async with p as v, q: await r
    async for i in s:
        if i: continue
        break
    else:
        pass
    yield [j async for j in t if await j]

def gen(n):
    global G
    r = yield n
    G = yield from r
    def inner():
        nonlocal r
        r += 1
        return lambda k=r: (k, r)
    try:
        with open(n) as fd, fd:
            return [w for w in fd if (u := w)]
    except (A, B) as exc:
        raise C from exc
    except D:
        del n[1:2], n.m
    else:
        assert n, "message"
    finally:
        for i, *rest in n:
            while i:
                i -= 1
                if i: break
            else:
                continue

def star():
    try:
        pass
    except* ValueError as e:
        print(e)
    except* (A, B):
        x = 1
    return {**{}, 'k': 1}, {*(), 2}, [*[], 3], (yield)

@decorator(1)
class K[T: int, *Ts, **P = [int]](Base, metaclass=M):
    """doc"""
    field: T = 1
    if field:
        other: list[T]
    __private = 2
    def method(self):
        self.attr = super().method(*self, **self)
        return __class__, self.__private
    type Alias[U] = dict[U, T]
    squares = {k: v ** 2 for k, v in field.items()}

def m(subject):
    match subject:
        case 0 | 1: return f"{subject!r:>{10}} {subject=}"
        case {"k": v, **rest}: return rest
        case K(a, b=[c, *_, d]): return a
        case [1, *more] | (2, *more) if more: return t"{more}"
        case None: return not subject < 1 <= 2
        case _ as other: return other if other else -other

x: int = 1
x.y: str
(a, b), c = b, a = c
print(x[1:2, ::3], x and y or z, sorted(q for q in x), 10**30, "\ud800", 1j, ...)
