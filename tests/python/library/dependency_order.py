# graphlib: static order, preparation in steps, cycles, and calls out of turn.
from graphlib import CycleError, TopologicalSorter as T


def order(graph):
    return [*T(graph).static_order()]


def steps(graph):
    sorter = T(graph)
    sorter.prepare()
    groups = []
    while sorter.is_active():
        ready = sorter.get_ready()
        groups.append(sorted(ready))
        sorter.done(*ready)
    return groups


sorter = T({"a": ["b"], "b": ["c"]})


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""order({}), order({"a": []}), order({"d": ["b", "c"], "b": ["a"], "c": ["a"]}), steps({"d": ["b", "c"], "b": ["a"], "c": ["a"]}), order({1: [2], 3: [2, 4]}), steps({i: [i // 2] for i in range(1, 10)})
order({"a": ["a"]})
order({"a": ["b"], "b": ["c"], "c": ["a"]})
order({"x": ["y"], "y": ["x"], "z": []})
order({"a": [[]]})
sorter.get_ready()
sorter.done("a")
bool(sorter)
sorter.add("a", "d", "d") or sorter.prepare() or sorter.get_ready()
sorter.add("z")
sorter.prepare()
sorter.done("a")
sorter.done("nope")
sorter.done("c") or sorter.get_ready()
sorter.done("c")
sorter.get_ready(), sorter.is_active(), sorter.done("b", "d") or sorter.get_ready(), sorter.done("a") or sorter.is_active(), bool(sorter)
T("ab")
T[int]
CycleError("m", [1]).args, issubclass(CycleError, ValueError)""".splitlines():
    attempt(text)
