"""Where frames are, in units of their code: at the line that an event has, and before the first line while they are being called."""
import dis
import sys


def simple(a):
    b = a

    return b


def closure(a):
    def inner():
        return a
    return inner()


def generator():
    x = yield 1

    yield x


@staticmethod
def decorated():
    return 1


class Thing:
    def method(self):
        return self


def line_at(code, offset):
    for start, end, line in code.co_lines():
        if start <= offset < end:
            return line


events = []


def trace(frame, event, argument):
    code = frame.f_code
    if code.co_filename == __file__ and code.co_name != "line_at":
        agrees = line_at(code, frame.f_lasti) == frame.f_lineno
        events.append((code.co_name, event, frame.f_lineno - code.co_firstlineno, agrees))
    return trace


def everything():
    simple(1)
    closure(2)
    list(generator())
    decorated()
    Thing().method()
    [n for n in (1, 2)]
    return sum(n for n in (1, 2))


sys.settrace(trace)
everything()
sys.settrace(None)
for event in events:
    print(*event)


def first_line(code):
    """The first line of the body, as debuggers find it."""
    before = None
    for instruction in dis.get_instructions(code):
        if before == "RESUME":
            return instruction.positions.lineno
        before = instruction.opname


for function in (simple, closure, generator, decorated.__func__, Thing.method, lambda: 1):
    code = function.__code__
    print(code.co_name, first_line(code) - code.co_firstlineno, next(code.co_lines())[2] in (None, code.co_firstlineno))
    starts = [line for _, line in dis.findlinestarts(code) if line]
    print(min(starts) == code.co_firstlineno, max(starts) - code.co_firstlineno)
    count = sum(1 for _ in code.co_positions())
    print(count * 2 == len(code.co_code), max(end for _, end, _ in code.co_lines()) == len(code.co_code))
module = compile("x = 1\n", "<m>", "exec")
print(next(module.co_lines()), first_line(module))
instructions = list(dis.get_instructions(simple))
print(len({i.offset for i in instructions}) == len(instructions), instructions[0].opname)
print(instructions[-1].line_number == simple.__code__.co_firstlineno + 3, "RESUME" in dis.Bytecode(generator).dis())


def loop(n):
    while n:
        try:
            n -= 1
        except ValueError:
            pass
    return n


text = dis.Bytecode(loop).dis()
print("to L" in text, "ExceptionTable" in text, any(i.is_jump_target for i in dis.get_instructions(loop)))
