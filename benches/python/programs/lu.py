"""LU factorisation with pivoting: nested lists of floats, index arithmetic."""
import sys


def factor(a):
    n = len(a)
    pivots = []
    for j in range(n):
        p = j
        largest = abs(a[j][j])
        for i in range(j + 1, n):
            size = abs(a[i][j])
            if size > largest:
                p, largest = i, size
        pivots.append(p)
        if p != j:
            a[j], a[p] = a[p], a[j]
        if j < n - 1:
            reciprocal = 1.0 / a[j][j]
            for k in range(j + 1, n):
                a[k][j] *= reciprocal
            source = a[j]
            for i in range(j + 1, n):
                target = a[i]
                factor_ = target[j]
                for k in range(j + 1, n):
                    target[k] -= factor_ * source[k]
    return pivots


def main(n):
    state = 12345
    matrix = []
    for _ in range(n):
        row = []
        for _ in range(n):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            row.append(state / 0x7FFFFFFF)
        matrix.append(row)
    pivots = factor(matrix)
    print(sum(pivots), "%.6f" % sum(abs(matrix[i][i]) for i in range(n)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 270)
