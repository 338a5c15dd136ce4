for n in (0, 1, -1, -2, 2**61 - 1, 2**61 - 2, 2**61, -2**61, 2**63, 2**64, 10**30, -10**30, 2**49, 10**400):
    print(hash(n), n.__hash__() == hash(n))
for x in (0.0, -0.0, 1.0, -1.0, 0.5, 0.1, -0.1, 1e22, 1e300, 5e-324, float("inf"), -float("inf"), 2.0**61, 1.5):
    print(hash(x), x.__hash__() == hash(x))
for z in (0j, 1j, -1j, 1 + 0j, 1.5 - 2.5j, complex("inf"), 1e300j):
    print(hash(z))
print(hash(True), hash(False), hash(10**22) == hash(1e22), hash(3) == hash(3.0) == hash(3 + 0j))
print(hash(range(0)) == hash(range(5, 5)), hash(range(0, 3, 2)) == hash(range(0, 4, 2)), hash(range(10**30)), hash(range(5)))
print(hash(slice(1, 2, 3)), hash(slice(None)) == hash(slice(None, None, None)))
