# Every object that the collector knows has a type, whatever the runtime keeps beside them.
import gc

text = ""
for number in range(1000):
    text += str(number)
kept = [text, text[:-1] + "!", {1: text}, {text}, (text,), iter([text]), gc]
for wanted in (None, 0, 1, 2):
    print(wanted, all(isinstance(type(thing), type) for thing in gc.get_objects(wanted)))
print(kept in [thing for thing in gc.get_objects() if type(thing) is list and len(thing) == 7])
print(sorted(type(thing).__name__ for thing in gc.get_referents(kept)))
print(any(thing is kept for thing in gc.get_referrers(kept[2])))
