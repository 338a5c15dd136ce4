"""What built-in types refuse, caught where it is hot: their texts, arguments, contexts and tracebacks."""
import traceback


def pops(stack):
    try:
        return stack.pop()
    except IndexError as error:
        return error


def item(items, i):
    try:
        return items[i]
    except IndexError as error:
        return error


def number(text):
    try:
        return int(text)
    except ValueError as error:
        return error


def described(value):
    if isinstance(value, Exception):
        return type(value).__name__, value.args, len(traceback.extract_tb(value.__traceback__)), repr(value.__context__)
    return value


def chained():
    try:
        int("nothing")
    except ValueError:
        try:
            [].pop()
        except IndexError:
            try:
                (1, 2)[7]
            except IndexError as error:
                return error


def joined(n):
    out = ()
    for i in range(n):
        out = out + (i,) if i % 2 else (i,) + out
        out = () + out + ()
    return out


texts = ["12", "x", "-7", " 9 ", "1_000", "0x10", "inf", "", " ", "é", "١٢", "a" * 300, "7" * 30, "+-1", "_1", "9" * 5000]
for turn in range(120):
    results = [described(pops([])), described(pops([turn]))]
    results += [described(item([1, 2], i)) for i in (0, 1, 2, -2, -3, 10 ** 20)]
    results += [described(item((1, 2), i)) for i in (0, -1, 2, -3)]
    results += [described(item("ab", i)) for i in (1, 2)]
    results += [described(number(text)) for text in texts]
    result = chained()
for line in results:
    print(line)
print(described(result), repr(result.__context__.__context__), result.__context__.__context__.args)
print(joined(9), joined(200)[:5], joined(200)[-5:])


class Quiet(list):
    def pop(self):
        return "own"


print([pops(Quiet()) for _ in range(60)][-1])
