"""AES-128 in plain Python, counter mode: integer arithmetic on lists and tables."""
import sys


def tables():
    log, exp = [0] * 256, [0] * 256
    x = 1
    for i in range(255):
        exp[i] = x
        log[x] = i
        x ^= (x << 1) ^ (0x11B if x & 0x80 else 0)
        x &= 0xFF
    sbox = [0x63] * 256
    for v in range(1, 256):
        inverse = exp[(255 - log[v]) % 255]
        s = inverse
        for _ in range(4):
            inverse = ((inverse << 1) | (inverse >> 7)) & 0xFF
            s ^= inverse
        sbox[v] = s ^ 0x63
    return sbox


SBOX = tables()
DOUBLE = [((x << 1) ^ 0x1B) & 0xFF if x & 0x80 else x << 1 for x in range(256)]


class Cipher:
    def __init__(self, key):
        self.keys = self.expand(key)

    def expand(self, key):
        words = [list(key[i:i + 4]) for i in range(0, 16, 4)]
        rcon = 1
        while len(words) < 44:
            word = words[-1][:]
            if len(words) % 4 == 0:
                word = [SBOX[b] for b in word[1:] + word[:1]]
                word[0] ^= rcon
                rcon = DOUBLE[rcon]
            words.append([a ^ b for a, b in zip(word, words[-4])])
        return [sum(words[i:i + 4], []) for i in range(0, 44, 4)]

    def add_key(self, block, number):
        key = self.keys[number]
        for i in range(16):
            block[i] ^= key[i]

    def substitute_and_shift(self, block):
        b = [SBOX[x] for x in block]
        for i in range(16):
            block[i] = b[(i * 5) % 16]

    def mix(self, block):
        double = DOUBLE
        for column in range(0, 16, 4):
            a, b, c, d = block[column:column + 4]
            every = a ^ b ^ c ^ d
            block[column] = a ^ every ^ double[a ^ b]
            block[column + 1] = b ^ every ^ double[b ^ c]
            block[column + 2] = c ^ every ^ double[c ^ d]
            block[column + 3] = d ^ every ^ double[d ^ a]

    def encrypt(self, block):
        self.add_key(block, 0)
        for number in range(1, 10):
            self.substitute_and_shift(block)
            self.mix(block)
            self.add_key(block, number)
        self.substitute_and_shift(block)
        self.add_key(block, 10)
        return block


def counter_mode(cipher, data):
    out = bytearray()
    counter = 1
    for start in range(0, len(data), 16):
        pad = cipher.encrypt([(counter >> (8 * i)) & 0xFF for i in range(15, -1, -1)])
        counter += 1
        for a, b in zip(data[start:start + 16], pad):
            out.append(a ^ b)
    return bytes(out)


def main(n):
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    block = list(bytes.fromhex("3243f6a8885a308d313198a2e0370734"))
    print(bytes(Cipher(key).encrypt(block)).hex())
    text = b"It was the best of times, it was the worst of times. " * n
    cipher = Cipher(key)
    secret = counter_mode(cipher, text)
    assert counter_mode(cipher, secret) == text
    print(secret[-16:].hex())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1800)
