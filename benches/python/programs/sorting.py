"""Sorting with and without keys, min and max, a merge sort and a heap in Python."""
import sys


class Record:
    def __init__(self, number, text):
        self.number = number
        self.text = text

    def __lt__(self, other):
        return self.number < other.number


def merge_sort(items):
    if len(items) < 2:
        return items
    middle = len(items) // 2
    left, right = merge_sort(items[:middle]), merge_sort(items[middle:])
    result = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            result.append(left[i])
            i += 1
        else:
            result.append(right[j])
            j += 1
    result.extend(left[i:])
    result.extend(right[j:])
    return result


def sift(heap, item):
    heap.append(item)
    at = len(heap) - 1
    while at > 0:
        parent = (at - 1) >> 1
        if heap[parent] <= item:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = item


def main(n):
    state = 99
    numbers = []
    for _ in range(2000):
        state = (state * 16807) % 2147483647
        numbers.append(state % 100000)
    records = [Record(x, "%05d" % (x * 7 % 10007)) for x in numbers]
    check = 0
    for _ in range(n):
        check += sorted(numbers)[100]
        check += sorted(numbers, key=lambda x: -x)[100]
        check += len(sorted(records, key=lambda r: r.text)[7].text)
        check += sorted(records, key=lambda r: (r.number % 10, r.text))[5].number
        check += sorted(records)[3].number
        check += merge_sort(numbers)[50]
        heap = []
        for x in numbers:
            sift(heap, x)
        check += heap[0] + max(records, key=lambda r: r.number).number + min(numbers)
        words = sorted(["%d" % x for x in numbers], reverse=True)
        check += len(words[0])
    print(check)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 70)
