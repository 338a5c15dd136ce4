# What no variable refers to is gone after `gc.collect()`, temporaries of running frames notwithstanding.
import gc
import weakref


class Thing:
    pass


def deleted():
    thing = Thing()
    reference = weakref.ref(thing)
    del thing
    gc.collect()
    return reference()


def called_back():
    one, two, seen = Thing(), Thing(), []
    references = weakref.ref(one, seen.append), weakref.ref(two, seen.append)
    del one
    gc.collect()
    first = len(seen)
    del two
    gc.collect()
    return first, len(seen), [reference() for reference in references]


def mapped():
    things = [Thing() for _ in range(10)]
    table = weakref.WeakValueDictionary(enumerate(things))
    sizes = [len(table)]
    del things[0]
    gc.collect()
    sizes.append(len(table))
    del things
    gc.collect()
    return sizes + [len(table)]


def raised():
    thing = Thing()
    reference = weakref.ref(thing)

    def fail(value):
        raise ValueError(value)

    try:
        fail(thing)
    except ValueError:
        pass
    del thing
    gc.collect()
    return reference()


print(deleted(), called_back(), mapped(), raised())
