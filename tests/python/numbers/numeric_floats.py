# Text of floats, rounding, special values, comparison, methods and math on them, complex numbers.
import cmath
import math

inf, nan = float("inf"), float("nan")
print(0.1 + 0.2, 1e16, 1e15, 123456789012345678.0, 1e-5, 0.0001, 1e22, 1e23, 5e-324, 1.7976931348623157e308, -0.0, 1 / 3, 2 / 3, 100.0, 1e100, 1.0, float(2**53), 9007199254740993.0)
print(float("1e5"), float(" -1.5_0 "), float("infinity"), float("-NaN"), float("0x1p3") if False else float.fromhex("0x1.8p3"), (3.75).hex(), (0.1).as_integer_ratio(), (2.0).is_integer(), float("1_0.5"), float("\u0661"), float(True), float(b"2.5") if False else float("2.5"))
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234.5678, -2), round(1e20), round(0.5), round(1.5, 0), round(5.015, 2), round(inf) if False else math.floor(-2.5), math.ceil(2.1), math.trunc(-2.9), int(1e18))
print(nan == nan, nan != nan, inf > 1e308, -inf < nan, nan in [nan], [nan] == [nan], max(1.0, nan), min(nan, 1.0), sorted([3.0, -inf, 2]), inf - inf, inf * 0, 0.0 == -0.0, math.copysign(1, -0.0), hash(0.5), hash(inf), hash(1.0) == 1, 1.0 is True)
print(7.5 // 2, -7.5 // 2, 7.5 % -2, divmod(-7.5, 2), 2.0**0.5, (-8.0) ** 2, 0.0**0, 1e308 * 10, 5 / 2, 1.5.__floor__(), abs(-2.5), -(-3.0), +1.5, 2**-1074, math.fmod(-7, 3), math.remainder(7, 4), math.modf(-2.5), math.frexp(10), math.ldexp(0.5, 4))
for attempt in (lambda: 1.0 / 0, lambda: 1.0 % 0, lambda: 0.0**-1, lambda: 10.0**400, lambda: int(nan), lambda: round(inf), lambda: float("x"), lambda: float(""), lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.exp(1000), lambda: math.factorial(-1), lambda: math.factorial(2.5), lambda: float("1e"), lambda: 1.5 << 2, lambda: 1j < 2j, lambda: int(1j), lambda: float([]), lambda: math.acos(2), lambda: (1.5).fromhex("z"), lambda: 1j // 2, lambda: complex("1+"), lambda: 0j**-1):
    try:
        print(attempt())
    except (ArithmeticError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
for spec in "", ".3", ".0f", "e", "g", "10.2f", "+.1e", "010.3f", ",.2f", "%", ".3n", "G", "<8.1f", "#.0f", ".10g", "_.4f":
    print(repr(spec), [format(x, spec) for x in (3.14159, -1234567.891, 0.00001, 1e20)], format(inf, spec), format(nan, spec))
z = 3 + 4j
print(abs(z), z.conjugate(), z * 1j, z / (1 - 1j), z**2, z == 3 + 4j, complex("1-2j"), complex(1.5), z.real, z.imag, -z, 1j**2, repr(-0j), complex(-0.0, -0.0), complex(inf, nan), f"{z:.2f}", hash(z) == hash(complex(3, 4)), (1 + 0j) == 1, cmath.sqrt(-1), cmath.phase(1j), cmath.polar(z), cmath.exp(1j * math.pi).real, z.__complex__(), complex.from_number(5))
print(sum([0.1] * 10), sum([1e16, 1.0, -1e16]), math.fsum([1e16, 1.0, -1e16]), math.isclose(0.1 + 0.2, 0.3), math.pi, math.e, math.tau, math.sin(1), math.atan2(1, -1), math.log(8, 2), math.log2(10), math.log1p(1e-10), math.gamma(5), math.erf(0.5), math.degrees(1), math.hypot(3, 4), math.isnan(nan), math.isinf(-inf), math.fma(2, 3, 4))


class F(float):
    def __repr__(self):
        return f"F({float(self)})"


print(F(1.5), [F(2)], F(1) + 1, type(F(1) + 1).__name__, F("2.5") == 2.5, str(F(1)), f"{F(1.25):.1f}", float.__repr__(F(3)))
