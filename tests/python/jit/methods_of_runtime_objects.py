"""Methods of objects of runtime modules, which have one layout and many classes: at one place in a loop, of one class and of several."""
import collections
import datetime
import decimal
import io
import random
import re
import struct


def one_class(n):
    queue = collections.deque(maxlen=50)
    total = 0
    for i in range(n):
        queue.append(i)
        queue.appendleft(-i)
        total += queue.pop() + queue.popleft()
        queue.append(i)
        queue.rotate(1)
    return total, len(queue), list(queue)[:3]


class Own(collections.deque):
    def append(self, item):
        super().append(item * 2)


class Other:
    def append(self, item):
        self.last = item

    def copy(self):
        return self.last


def many_classes(n):
    targets = [collections.deque(), [], bytearray(), Own(), Other(), io.StringIO()]
    said = []
    for i in range(n):
        target = targets[i % len(targets)]
        try:
            target.append(i & 127)
        except AttributeError as error:
            said.append(str(error))
    return [len(t) if hasattr(t, "__len__") else None for t in targets], said[:2], len(said), list(targets[3])[-3:]


def texts(n):
    word, number = re.compile(r"[a-z]+"), re.compile(r"\d+")
    found = 0
    for i in range(n):
        for pattern in (word, number):
            match = pattern.search("abc 123" if i & 1 else "... ")
            if match:
                found += len(match.group()) + match.start()
    return found


def moments(n):
    day, delta, number = datetime.date(2024, 1, 1), datetime.timedelta(days=1, seconds=5), decimal.Decimal("1.5")
    seconds, lines = 0.0, []
    for i in range(n):
        day = day + delta
        seconds += delta.total_seconds()
        if i % 500 == 0:
            lines.append(day.isoformat())
            number = number.quantize(decimal.Decimal("0.01")) + number.copy_abs()
    return seconds, lines, str(number), day.weekday()


def streams(n):
    out, raw, record = io.StringIO(), io.BytesIO(), struct.Struct("<H")
    for i in range(n):
        out.write("x")
        raw.write(record.pack(i & 0xFFFF))
    return len(out.getvalue()), raw.tell(), record.unpack(raw.getvalue()[-2:])


def missing(n):
    queue = collections.deque([1])
    count = 0
    for i in range(n):
        try:
            queue.add(i)
        except AttributeError as error:
            count += 1
            text = str(error)
    return count, text


def assigned(n):
    partial = __import__("functools").partial(max, 3)
    total = 0
    for i in range(n):
        if i == n // 2:
            partial.func_name = "mine"
            partial.shadow = lambda: 7
        if i > n // 2:
            total += partial.shadow() + partial(i & 7)
    return total, partial.func_name


generator = random.Random(5)
print(one_class(2000))
print(many_classes(6000))
print(texts(1500))
print(moments(2000))
print(streams(3000))
print(missing(1200))
print(assigned(2400))
print(sum(generator.randrange(10) for _ in range(2000)), [generator.random() for _ in range(1200)][-1])
