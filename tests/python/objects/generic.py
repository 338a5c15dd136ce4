# Generic aliases and unions.



def attempt(f):
    try:
        print(f())
    except BaseException as e:
        print(type(e).__name__, e)


Alias = type(type[int])
UnionType = type(int | str)
x = Alias(list, int)
print(x, x.__origin__, x.__args__, x.__parameters__, x == Alias(list, (int,)), hash(x) == hash(Alias(list, int)), x != Alias(list, str))
print(x(), x.__mro_entries__(()), isinstance(x, type), x.__unpacked__, x.__name__)
print(Alias(list, ()), Alias(int, (3, None)), Alias(list, x), type[int], Alias(tuple, (int, ...)), Alias(dict, ([int, str], x)))
attempt(lambda: isinstance([], x))
attempt(lambda: issubclass(list, x))
attempt(lambda: x[int])
attempt(lambda: x.foo)
attempt(lambda: Alias(list))
print(*Alias(tuple, (int, str)))


class C(x):
    pass


print(C.__bases__, C.__orig_bases__)
print(int | str, type(int | str), (int | str).__args__, int | None, None | int, (int | str) | float, int | int, int | x)
print((int | str) == (str | int), hash(int | str) == hash(str | int), (int | str).__parameters__)
attempt(lambda: int | 3)
attempt(lambda: 3 | int)
for value in (3, "x", None, 3.0):
    print(isinstance(value, int | str), isinstance(value, int | None), isinstance(value, (int, None | str)))
print(issubclass(int, int | str), issubclass(float, int | str))
attempt(lambda: isinstance(3.0, int | x))
attempt(lambda: issubclass(float, int | x))
attempt(lambda: (int | str)[int])
attempt(lambda: UnionType())
print((int | str).__origin__, (int | str).__name__, UnionType[int, str])


class Bad(int | str if False else object):
    pass


def f[T: int, U = str, V: (int, str) = int](x: T) -> U:
    pass


T, U, V = f.__type_params__
print(T, U, V, T.__name__, T.__bound__, T.__constraints__, V.__constraints__, T.has_default(), U.has_default(), U.__default__)
print(T.__default__, T.__covariant__, T.__contravariant__, T.__infer_variance__, T.__module__)
lt = Alias(list, T)
print(lt, lt.__parameters__, lt[int], Alias(dict, (T, U))[int, str], T | int, (T | int)[str], lt | None, (lt | None)[int])
attempt(lambda: lt[int, str])
print(T.evaluate_bound(1), V.evaluate_constraints(1), U.evaluate_default(1), T.evaluate_default, T.evaluate_constraints)


type A[T] = Alias(list, T)
print(A, A.__name__, A.__value__, A.__type_params__, A[int], A.__module__, A | int, type(A[int]))
type B = int
attempt(lambda: B[int])
type R = Alias(list, R)
print(R.__value__)


def g[**P, *Ts](*args: P.args):
    pass


P, Ts = g.__type_params__
print(P, Ts, P.args, P.kwargs, P.args.__origin__ is P, P.args == P.args, P.args != P.kwargs)
attempt(lambda: type(T)("X", int))
attempt(lambda: type(T)("X", int, str, bound=int))
attempt(lambda: type(T)("X", covariant=True, contravariant=True))
attempt(lambda: type(T)(3))
print(type(T)("X"), type(T)("X", covariant=True), type(T)("X", contravariant=True), type(T)("X", bound=int).__bound__)
