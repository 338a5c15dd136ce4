"""A deep copy with a memo, dispatching on types: dicts keyed by classes and ids, recursion."""
import sys


class Node:
    def __init__(self, name, children):
        self.name = name
        self.children = children
        self.parent = None


def copy_atom(value, memo):
    return value


def copy_list(value, memo):
    result = []
    memo[id(value)] = result
    append = result.append
    for item in value:
        append(deep_copy(item, memo))
    return result


def copy_tuple(value, memo):
    return tuple([deep_copy(item, memo) for item in value])


def copy_dict(value, memo):
    result = {}
    memo[id(value)] = result
    for key, item in value.items():
        result[deep_copy(key, memo)] = deep_copy(item, memo)
    return result


COPIERS = {
    int: copy_atom, float: copy_atom, str: copy_atom, bool: copy_atom, type(None): copy_atom,
    list: copy_list, tuple: copy_tuple, dict: copy_dict,
}


def deep_copy(value, memo=None):
    if memo is None:
        memo = {}
    found = memo.get(id(value))
    if found is not None:
        return found
    cls = type(value)
    copier = COPIERS.get(cls)
    if copier is not None:
        return copier(value, memo)
    if issubclass(cls, type):
        return value
    result = cls.__new__(cls)
    memo[id(value)] = result
    for name, item in vars(value).items():
        setattr(result, name, deep_copy(item, memo))
    return result


def tree(depth):
    node = Node("n%d" % depth, [tree(depth - 1) for _ in range(3)] if depth else [])
    for child in node.children:
        child.parent = node
    return node


def count(node):
    return 1 + sum(map(count, node.children))


def main(n):
    data = {"list": [1, 2, (3, 4, "x")] * 4, "dict": {i: str(i) for i in range(20)}, "none": None}
    root = tree(4)
    for _ in range(n):
        copied = deep_copy(data)
        other = deep_copy(root)
    print(copied == data, copied is data, count(other), other.children[0].parent is other)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2200)
