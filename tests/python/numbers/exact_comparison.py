# Integers are not rounded to be compared with floats.
ints = (0, 1, -1, 2**53, 2**53 + 1, -2**53 - 1, 2**63, 2**64 + 1, 10**22, 10**23, 10**400, -10**400)
floats = (0.0, -0.0, 0.5, -0.5, 1.0, 2.0**53, 2.0**53 + 2, 2.0**63, 2.0**64, 1e22, 1e23, 1e308, float("inf"), -float("inf"), float("nan"))
for i in ints:
    for f in floats:
        print(i < f, i <= f, i == f, i != f, i > f, i >= f, f < i, f == i, f > i)
print(2**53 == 2.0**53, 2**53 + 1 == 2.0**53, 1 == 1.0, 10**22 == 1e22, 10**23 == 1e23)
print({1: "int", 1.0: "float", True: "bool"}[1])
print(1 + 0j == 1, 1.0 == 1 + 0j, 2**53 + 1 == complex(2.0**53), 1j == 1)
print(max(1, 1.0), min(1.0, 1), max(2**53 + 1, 2.0**53), 3 in (1.0, 3.0))
