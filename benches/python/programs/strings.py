"""Strings built, cut, searched and joined."""
import sys


def caesar(text, shift):
    out = ""
    for c in text:
        if "a" <= c <= "z":
            out += chr((ord(c) - 97 + shift) % 26 + 97)
        else:
            out += c
    return out


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def wrap(text, width):
    lines = []
    line = ""
    for word in text.split():
        if len(line) + len(word) + 1 > width:
            lines.append(line)
            line = word
        else:
            line = line + " " + word if line else word
    lines.append(line)
    return "\n".join(lines)


def is_palindrome(text):
    letters = [c.lower() for c in text if c.isalnum()]
    return letters == letters[::-1]


def main(n):
    text = "the quick brown fox jumps over the lazy dog, again and again; " * 8
    for _ in range(n):
        secret = caesar(text, 3)
        back = caesar(secret, 23)
        names = [camel(name) for name in ("read_one_line", "write_it", "is_at_end") * 10]
        wrapped = wrap(text, 40)
        found = [text.find(word) for word in ("fox", "dog", "cat", "again")]
        replaced = text.replace("again", "once more").upper().count("MORE")
        fields = [part.strip().partition(" ") for part in text.split(",")]
        p = is_palindrome("A man, a plan, a canal: Panama")
        starts = sum(line.startswith("t") or line.endswith("n") for line in wrapped.splitlines())
    print(back == text, names[:3], len(wrapped), found, replaced, len(fields), p, starts)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2700)
