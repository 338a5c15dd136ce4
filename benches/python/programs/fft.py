"""A fast Fourier transform in place: one list of floats, integer and float arithmetic."""
import sys
from math import pi, sin


def transform(data, direction):
    n = len(data) // 2
    reverse(data)
    dual = 1
    while dual < n:
        w_real, w_imag = 1.0, 0.0
        theta = direction * pi / dual
        s = sin(theta)
        t = sin(theta / 2.0)
        s2 = 2.0 * t * t
        for a in range(dual):
            if a > 0:
                w_real, w_imag = w_real - s * w_imag - s2 * w_real, w_imag + s * w_real - s2 * w_imag
            for b in range(a, n, 2 * dual):
                i = 2 * b
                j = 2 * (b + dual)
                z_real, z_imag = data[j], data[j + 1]
                d_real = w_real * z_real - w_imag * z_imag
                d_imag = w_real * z_imag + w_imag * z_real
                data[j] = data[i] - d_real
                data[j + 1] = data[i + 1] - d_imag
                data[i] += d_real
                data[i + 1] += d_imag
        dual *= 2


def reverse(data):
    n = len(data) // 2
    j = 0
    for i in range(n - 1):
        if i < j:
            data[2 * i], data[2 * j] = data[2 * j], data[2 * i]
            data[2 * i + 1], data[2 * j + 1] = data[2 * j + 1], data[2 * i + 1]
        k = n >> 1
        while k <= j:
            j -= k
            k >>= 1
        j += k


def main(n):
    size = 1024
    data = [((i * 7919) % 1000) / 1000.0 for i in range(2 * size)]
    for _ in range(n):
        transform(data, 1)
        transform(data, -1)
        for i in range(2 * size):
            data[i] /= size
    print("%.6f %.6f" % (sum(data), data[17]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 140)
