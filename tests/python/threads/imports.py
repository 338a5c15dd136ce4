"""Threads that import the same module get the same, whole."""
import os
import sys
import tempfile
import threading

directory = tempfile.mkdtemp()
with open(os.path.join(directory, "slow_module.py"), "w") as file:
    file.write("import time\nbegun = True\ntime.sleep(0.1)\nended = True\n")
with open(os.path.join(directory, "circle_a.py"), "w") as file:
    file.write("import time\ntime.sleep(0.05)\nimport circle_b\nname = 'a'\n")
with open(os.path.join(directory, "circle_b.py"), "w") as file:
    file.write("import time\ntime.sleep(0.05)\nimport circle_a\nname = 'b'\n")
sys.path.insert(0, directory)
seen = []


def use():
    import slow_module

    seen.append((slow_module.ended, id(slow_module)))


threads = [threading.Thread(target=use) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(seen), len(set(seen)))

threads = [threading.Thread(target=__import__, args=(name,)) for name in ("circle_a", "circle_b")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sys.modules["circle_a"].name, sys.modules["circle_b"].name)

# Modules of the library.
sys.setswitchinterval(1e-5)
found = []


def library():
    import decimal
    import fractions
    import statistics
    import xml.dom.minidom

    found.append((decimal.Decimal("1.5") + 1, fractions.Fraction(1, 2), statistics.mean([1, 2, 3]), xml.dom.minidom.Node))


threads = [threading.Thread(target=library) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(found), len(set(found)))
for name in os.listdir(directory):
    path = os.path.join(directory, name)
    if os.path.isfile(path):
        os.unlink(path)
