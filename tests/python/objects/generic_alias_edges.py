"""Generic aliases: what is listed, copied and shown when an argument changes under way."""
import copy
import pickle
from string.templatelib import Template
from types import GenericAlias

alias = list[int]
names = set(dir(alias))
print(names.issuperset(dir(list)), {"__origin__", "__args__", "__parameters__", "__unpacked__"} <= names)
print(names & {"__bases__", "__copy__", "__deepcopy__"})
print(all(hasattr(alias, name) for name in names))
for value in (tuple[int, ...], dict[str, int]):
    for made in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        print(made, made == value, made.__args__ == value.__args__, end="; ")
    print()
print(staticmethod[int], classmethod[int], Template[int])


class Shortens:
    def __repr__(self):
        items.clear()
        return "x"


items = [Shortens(), 1]
try:
    repr(GenericAlias(int, items))
except IndexError as error:
    print(error)
