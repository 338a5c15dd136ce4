# What built-in functions do with a generator, as code of the interpreter: `consumers.rs` says why.
# The frames of these functions are never seen. Names that are not parameters or variables are those that `consumers.rs` defines, whatever
# the program makes of its builtins; `is_int(x)` is an instruction, `type(x) is int`.


def all(iterator):
    for item in iterator:
        if not item:
            return False
    return True


def any(iterator):
    for item in iterator:
        if item:
            return True
    return False


def contains(iterator, wanted):
    for item in iterator:
        if item is wanted or item == wanted:
            return True
    return False


def frozenset(iterator):
    return exact_frozenset({item for item in iterator})


def join(separator, iterator):
    return separator.join([item for item in iterator])


def list(iterator):
    return [item for item in iterator]


def max(iterator):
    for best in iterator:
        break
    else:
        raise ValueError("max() iterable argument is empty")
    for item in iterator:
        if item > best:
            best = item
    return best


def min(iterator):
    for best in iterator:
        break
    else:
        raise ValueError("min() iterable argument is empty")
    for item in iterator:
        if item < best:
            best = item
    return best


def set(iterator):
    return {item for item in iterator}


def sorted(iterator):
    items = [item for item in iterator]
    items.sort()
    return items


# Integers first; from the first float on with compensation, as CPython has done since 3.12 (A. Neumaier, 1974).
def sum(iterator):
    total = 0
    for item in iterator:
        total = total + item
        if not is_int(total):
            break
    else:
        return total
    if type(total) is not float:
        return sum_rest(iterator, total)
    lost = 0.0
    for item in iterator:
        if type(item) is float:
            term = item
        elif (is_int(item) or type(item) is bool) and -9223372036854775808 <= item <= 9223372036854775807:
            term = float(item)
        else:
            if lost and lost - lost == 0.0:
                total = total + lost
            return sum_rest(iterator, total + item)
        grown = total + term
        if (total if total >= 0.0 else -total) >= (term if term >= 0.0 else -term):
            lost = lost + ((total - grown) + term)
        else:
            lost = lost + ((term - grown) + total)
        total = grown
    if lost and lost - lost == 0.0:
        return total + lost
    return total


# Complex numbers are compensated, too: by the runtime.
def sum_rest(iterator, total):
    if type(total) is complex:
        return sum_from(iterator, total)
    for item in iterator:
        total = total + item
    return total


def tuple(iterator):
    return exact_tuple([item for item in iterator])


def unpack2(iterator):
    for first in iterator:
        break
    else:
        raise ValueError("not enough values to unpack (expected 2, got 0)")
    for second in iterator:
        break
    else:
        raise ValueError("not enough values to unpack (expected 2, got 1)")
    for _ in iterator:
        raise ValueError("too many values to unpack (expected 2)")
    return first, second


def unpack3(iterator):
    for first in iterator:
        break
    else:
        raise ValueError("not enough values to unpack (expected 3, got 0)")
    for second in iterator:
        break
    else:
        raise ValueError("not enough values to unpack (expected 3, got 1)")
    for third in iterator:
        break
    else:
        raise ValueError("not enough values to unpack (expected 3, got 2)")
    for _ in iterator:
        raise ValueError("too many values to unpack (expected 3)")
    return first, second, third


def unpack4(iterator):
    for first in iterator:
        break
    else:
        raise ValueError("not enough values to unpack (expected 4, got 0)")
    for second in iterator:
        break
    else:
        raise ValueError("not enough values to unpack (expected 4, got 1)")
    for third in iterator:
        break
    else:
        raise ValueError("not enough values to unpack (expected 4, got 2)")
    for fourth in iterator:
        break
    else:
        raise ValueError("not enough values to unpack (expected 4, got 3)")
    for _ in iterator:
        raise ValueError("too many values to unpack (expected 4)")
    return first, second, third, fourth
