"""Huffman coding of bytes, written and read bit by bit: attributes, integers, small tuples, bytes."""
import sys


class BitWriter:
    def __init__(self):
        self.out = bytearray()
        self.bits = 0
        self.count = 0

    def write(self, value, width):
        self.bits |= value << self.count
        self.count += width
        while self.count >= 8:
            self.out.append(self.bits & 0xFF)
            self.bits >>= 8
            self.count -= 8

    def finish(self):
        if self.count:
            self.out.append(self.bits & 0xFF)
        return bytes(self.out)


class BitReader:
    def __init__(self, data):
        self.data = data
        self.at = 0
        self.bits = 0
        self.count = 0

    def need(self, n):
        while self.count < n:
            self.bits |= self.data[self.at] << self.count
            self.at += 1
            self.count += 8

    def read(self, n):
        self.need(n)
        value = self.bits & ((1 << n) - 1)
        self.bits >>= n
        self.count -= n
        return value


def lengths(data):
    counts = {}
    for byte in data:
        counts[byte] = counts.get(byte, 0) + 1
    heap = sorted((count, (symbol,)) for symbol, count in counts.items())
    depth = dict.fromkeys(counts, 0)
    while len(heap) > 1:
        (n1, s1), (n2, s2) = heap[0], heap[1]
        for symbol in s1 + s2:
            depth[symbol] += 1
        heap[:2] = [(n1 + n2, s1 + s2)]
        heap.sort()
    return depth


def codes(depth):
    table = {}
    code = previous = 0
    for length, symbol in sorted((length, symbol) for symbol, length in depth.items()):
        code <<= length - previous
        previous = length
        table[symbol] = (code, length)
        code += 1
    return table


def encode(data, table):
    writer = BitWriter()
    for byte in data:
        code, length = table[byte]
        for shift in range(length - 1, -1, -1):
            writer.write(code >> shift & 1, 1)
    return writer.finish()


def decode(data, count, table):
    symbols = {(length, code): symbol for symbol, (code, length) in table.items()}
    reader = BitReader(data)
    out = bytearray()
    while len(out) < count:
        code = length = 0
        while True:
            code = code << 1 | reader.read(1)
            length += 1
            symbol = symbols.get((length, code))
            if symbol is not None:
                out.append(symbol)
                break
    return bytes(out)


def main(n):
    text = b"how much wood would a woodchuck chuck if a woodchuck could chuck wood? " * n
    table = codes(lengths(text))
    packed = encode(text, table)
    assert decode(packed, len(text), table) == text
    print(len(text), len(packed), packed[:8].hex())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2500)
