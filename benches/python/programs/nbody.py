"""Planets attract each other: float arithmetic on lists."""
import sys

YEAR = 365.24
SUN_MASS = 4 * 3.141592653589793**2
BODIES = [
    ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], SUN_MASS),
    ([4.84143144246472082945e0, -1.16032004402742839362e0, -1.03622044471123109494e-1],
     [1.66007664274403694959e-3 * YEAR, 7.69901118419740425080e-3 * YEAR, -6.90460016972063023554e-5 * YEAR],
     9.54791938424326609124e-4 * SUN_MASS),
    ([8.34336671824457987790e0, 4.12479856412430479268e0, -4.03523417114321381293e-1],
     [-2.76742510726411021800e-3 * YEAR, 4.99852801234917238954e-3 * YEAR, 2.30417297573763929463e-5 * YEAR],
     2.85885980666130812119e-4 * SUN_MASS),
    ([1.28943695621391310e1, -1.51111514016986312525e1, -2.23307578892655734398e-1],
     [2.96460137564761618652e-3 * YEAR, 2.37847173959480950187e-3 * YEAR, -2.96589568540237556131e-5 * YEAR],
     4.36624404335156298062e-5 * SUN_MASS),
    ([1.53796971148509165498e1, -2.59193146099879641146e1, 1.79258772950371181757e-1],
     [2.68067772490389322511e-3 * YEAR, 1.62824170038242295431e-3 * YEAR, -9.51592254519715870971e-5 * YEAR],
     5.15138902046611451304e-5 * SUN_MASS),
]
PAIRS = [(a, b) for i, a in enumerate(BODIES) for b in BODIES[i + 1:]]


def advance(dt, steps):
    for _ in range(steps):
        for ([x1, y1, z1], v1, m1), ([x2, y2, z2], v2, m2) in PAIRS:
            dx = x1 - x2
            dy = y1 - y2
            dz = z1 - z2
            distance = dx * dx + dy * dy + dz * dz
            magnitude = dt * distance**-1.5
            b1, b2 = m1 * magnitude, m2 * magnitude
            v1[0] -= dx * b2
            v1[1] -= dy * b2
            v1[2] -= dz * b2
            v2[0] += dx * b1
            v2[1] += dy * b1
            v2[2] += dz * b1
        for position, (vx, vy, vz), _m in BODIES:
            position[0] += dt * vx
            position[1] += dt * vy
            position[2] += dt * vz


def energy():
    e = 0.0
    for ([x1, y1, z1], _v, m1), ([x2, y2, z2], _w, m2) in PAIRS:
        e -= m1 * m2 / ((x1 - x2) ** 2 + (y1 - y2) ** 2 + (z1 - z2) ** 2) ** 0.5
    for _p, (vx, vy, vz), m in BODIES:
        e += m * (vx * vx + vy * vy + vz * vz) / 2.0
    return e


def main(n):
    print("%.9f" % energy())
    advance(0.01, n)
    print("%.9f" % energy())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100000)
