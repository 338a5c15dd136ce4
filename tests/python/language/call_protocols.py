# Binding of arguments in all its forms, and the messages when it fails.
def everything(a, /, b, c=3, *args, d, e=5, **kwargs):
    return a, b, c, args, d, e, kwargs


print(everything(1, 2, d=4), everything(1, b=2, d=4, z=6), everything(1, 2, 3, 4, 5, d=6, a=7))
print(everything(*[1, 2], *(3,), **{"d": 4}, **{"q": 5}), everything(*"ab", d="c", **dict(e="f")))


def keyword_only(*, a, b=2):
    return a, b


def positional_only(a, b=2, /):
    return a, b


def defaults(a, b=[]):
    return a, b


class Callable:
    def __call__(self, x, *, y):
        return x, y

    def method(self, x):
        return x


for attempt in (
    lambda: everything(),
    lambda: everything(1),
    lambda: everything(1, 2),
    lambda: everything(1, 2, b=3, d=4),
    lambda: keyword_only(1),
    lambda: keyword_only(),
    lambda: keyword_only(a=1, c=2),
    lambda: positional_only(a=1),
    lambda: positional_only(1, 2, 3),
    lambda: defaults(),
    lambda: defaults(1, 2, 3),
    lambda: defaults(1, x=2),
    lambda: Callable()(1),
    lambda: Callable().method(),
    lambda: Callable().method(1, 2),
    lambda: Callable.method(1),
    lambda: (lambda x: x)(),
    lambda: (lambda *, k: k)(1, 2),
    lambda: everything(*5, d=1),
    lambda: everything(1, 2, **5),
    lambda: everything(1, 2, d=1, **{"d": 2}),
    lambda: everything(1, 2, d=1, **{3: 4}),
    lambda: 5(),
    lambda: len(),
    lambda: len(1, 2),
    lambda: "a".split(x=1),
    lambda: [].append(),
    lambda: int("1", bas=2),
    lambda: print(1, nope=2),
    lambda: max(),
    lambda: isinstance(1),
    lambda: range(),
    lambda: type("a", "b"),
    lambda: dict(1, 2),
    lambda: str(1, 2, 3, 4),
    lambda: object(1),
):
    try:
        print(attempt())
    except TypeError as error:
        print(error)


def order(tag):
    print(tag, end=" ")
    return tag


def collect(*args, **kwargs):
    return args, kwargs


print(collect(order(1), *[order(2)], order(3), k=order(4), **{"m": order(5)}, n=order(6)))
print(collect(*{}, **{}), collect(*range(3), *"x"), (lambda *a, **k: (a, k))(1, x=2), [*range(2), *"ab"], {**{"a": 1}, "b": 2, **{"a": 3}}, (*(), 1), {*[1], *[2]})


def decorator(argument):
    print("evaluated", argument)

    def wrap(function):
        print("applied", argument, function.__name__)
        return lambda *args: (argument, function(*args))

    return wrap


@decorator("outer")
@decorator("inner")
def decorated(x):
    return x


print(decorated(5))
first, *middle, last = range(5)
(a, b), [c, *d] = (1, 2), "xyz"
print(first, middle, last, a, b, c, d)
for attempt in ("a, b = 1", "a, b = [1]", "a, b = 1, 2, 3", "a, *b, c = [1]", "[a, b] = {}", "a, b = 5, *[]"):
    try:
        exec(attempt)
    except (TypeError, ValueError) as error:
        print(error)
