# Abstract methods, registration, virtual subclasses and the mix-ins of collections.abc.
from abc import ABC, ABCMeta, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping, MutableSequence, Sequence, Set, Sized


class Shape(ABC):
    @abstractmethod
    def area(self): ...

    @property
    @abstractmethod
    def name(self): ...

    @classmethod
    @abstractmethod
    def unit(cls): ...


class Square(Shape):
    name = "square"

    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2

    @classmethod
    def unit(cls):
        return cls(1)


class Half(Shape):
    def area(self):
        return 0


for made in Shape, Half:
    try:
        made()
    except TypeError as error:
        print(error)
print(Square(3).area(), Square.unit().side, sorted(Shape.__abstractmethods__), isinstance(Square(1), Shape))


class Drawable(metaclass=ABCMeta):
    @classmethod
    def __subclasshook__(cls, other):
        if cls is Drawable:
            return any("draw" in base.__dict__ for base in other.__mro__)
        return NotImplemented


class Pen:
    def draw(self): ...


@Drawable.register
class Registered: ...


print(issubclass(Pen, Drawable), issubclass(Square, Drawable), isinstance(Pen(), Drawable))


class Numbers(MutableSequence):
    def __init__(self, *items):
        self.items = list(items)

    def __getitem__(self, at):
        return self.items[at]

    def __setitem__(self, at, value):
        self.items[at] = value

    def __delitem__(self, at):
        del self.items[at]

    def __len__(self):
        return len(self.items)

    def insert(self, at, value):
        self.items.insert(at, value)


numbers = Numbers(3, 1, 2)
numbers.append(9)
numbers.extend([4, 4])
numbers.remove(1)
numbers.reverse()
numbers += [7]
print(numbers.items, numbers.pop(), 9 in numbers, numbers.index(2), numbers.count(4), list(reversed(numbers)))


class Odd(Set):
    def __init__(self, items):
        self.items = frozenset(n for n in items if n % 2)

    def __contains__(self, n):
        return n in self.items

    def __iter__(self):
        return iter(sorted(self.items))

    def __len__(self):
        return len(self.items)


a, b = Odd(range(10)), Odd(range(5, 15))
print(list(a & b), list(a | b), list(a - b), list(a ^ b), a <= b, a.isdisjoint([2]), a == {1, 3, 5, 7, 9})
for value in [1], (1,), {1: 2}, {1}, "s", 5, print, iter([]):
    print(type(value).__name__, [c.__name__ for c in (Callable, Hashable, Iterable, Mapping, Sequence, Sized) if isinstance(value, c)])
