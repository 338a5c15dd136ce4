"""What `gc.collect()` says it has found, and what it finds although the interpreter looked at it a moment ago."""
import gc
import weakref


class Node:
    pass


class Finalized:
    def __del__(self):
        pass


def list_in_itself():
    own = []
    own.append(own)


def dict_in_itself():
    own = {}
    own[1] = own


def tuple_in_its_list():
    items = []
    items.append((items,))


def instance_in_itself():
    own = Node()
    own.own = own


def finalized_instance():
    own = Finalized()
    own.own, own.more = own, []


def bound_method():
    own = Node()
    own.method = own.__init__


def recursive_function():
    def own():
        return own


def functions_of_each_other():
    shared = []

    def left():
        return shared, right

    def right():
        return left


def rings():
    for _ in range(10):
        first = previous = Node()
        for _ in range(3):
            node = Node()
            node.previous = previous
            previous = node
        first.previous = previous


def reached_from_a_cycle():
    own = []
    own.append(own)
    own.append({})
    own.append([[]])


def leading_to_a_cycle():
    own = []
    own.append(own)
    return {1: own}


def no_cycle():
    return [[1, 2], {3: 4}, (Node(),)]


def count(make):
    gc.collect()
    make()
    return gc.collect()


for make in [
    list_in_itself, dict_in_itself, tuple_in_its_list, instance_in_itself, finalized_instance, bound_method,
    recursive_function, functions_of_each_other, rings, reached_from_a_cycle, leading_to_a_cycle, no_cycle,
]:
    print(make.__name__, count(make), count(make))


class Held(Exception):
    def __init__(self, obj):
        self.obj = obj


def after(use):
    """Whether what a generator handles is gone after `use` of it."""
    def handling():
        try:
            raise Held(obj)
        except Held:
            yield

    obj = Node()
    ref = weakref.ref(obj)
    generator = handling()
    next(generator)
    use(generator)
    generator = obj = None
    gc.collect()
    return ref() is None


def throw(generator):
    try:
        generator.throw(RuntimeError())
    except RuntimeError:
        pass


def send(generator):
    try:
        generator.send(None)
    except StopIteration:
        pass


print(after(throw), after(lambda generator: generator.close()), after(send), after(lambda generator: None))


def in_an_outer_run():
    """A word that the interpreter held when it called `next` is not seen from a generator that collects."""
    objects = [Node(), Node()]
    ref = weakref.ref(objects[-1])

    def collecting():
        objects.pop()
        gc.collect()
        yield ref() is None

    return next(collecting())


print(in_an_outer_run())




class Sequence:
    def __init__(self, deleted):
        self.deleted = deleted

    def __getitem__(self, index):
        raise IndexError

    def __del__(self):
        self.deleted.append(True)


deleted = []
for _ in (iterator := iter(Sequence(deleted))):
    pass
print(next(iterator, "end"))
gc.collect()
print(deleted)
