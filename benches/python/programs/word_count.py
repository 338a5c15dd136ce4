"""Dicts of words: counting, grouping, inverting, iterating."""
import sys

SYLLABLES = ["ba", "do", "ki", "lu", "me", "no", "ra", "si", "ta", "vu"]


def words(count):
    state = 7
    out = []
    for _ in range(count):
        state = (state * 16807) % 2147483647
        n = state % 1000
        out.append(SYLLABLES[n % 10] + SYLLABLES[n // 10 % 10] + SYLLABLES[n // 100])
    return out


def count(text):
    counts = {}
    for word in text:
        counts[word] = counts.get(word, 0) + 1
    return counts


def group(text):
    groups = {}
    for position, word in enumerate(text):
        if word in groups:
            groups[word].append(position)
        else:
            groups[word] = [position]
    return groups


def by_letter(counts):
    letters = {}
    for word, n in counts.items():
        for letter in word:
            letters[letter] = letters.get(letter, 0) + n
    return letters


def main(n):
    text = words(10000)
    for _ in range(n):
        counts = count(text)
        groups = group(text)
        letters = by_letter(counts)
        inverse = {}
        for word, number in counts.items():
            inverse.setdefault(number, set()).add(word)
        merged = {**counts, "total": len(text)}
        removed = 0
        for word in list(merged):
            if merged[word] % 2:
                del merged[word]
                removed += 1
    print(len(counts), sum(map(len, groups.values())), sorted(letters.items())[:3], len(inverse), removed)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 150)
