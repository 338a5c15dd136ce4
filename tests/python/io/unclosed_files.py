"""What was written to files that nobody closed is in them when the process has ended, whether they are still referred to or not."""
import os
import subprocess
import sys
import tempfile

PROGRAMS = {
    "dropped at once": "open(path, 'w').write('x' * 200)",
    "kept by a global": "f = open(path, 'w'); f.write('x' * 200)",
    "dropped by a function": """
def write():
    f = open(path, 'wb')
    for i in range(50000):
        f.write(b'0123456789')
write()
""",
    "larger than buffers": """
import json
json.dump({'a': ['x' * 100] * 5000}, open(path, 'w'))
""",
    "written by a finalizer": """
class Log:
    def __init__(self):
        self.file = open(path, 'w')
    def __del__(self):
        self.file.write('last words')
Log()
kept = Log()
""",
    "after sys.exit": "import sys; open(path, 'w').write('z' * 10); sys.exit(3)",
    "after an exception": "open(path, 'w').write('z' * 10); 1 / 0",
    "by a handler of atexit": """
import atexit
f = open(path, 'w')
atexit.register(lambda: f.write('late'))
""",
}

with tempfile.TemporaryDirectory() as directory:
    path = os.path.join(directory, "file")
    for name, program in PROGRAMS.items():
        done = subprocess.run([sys.executable, "-c", f"path = {path!r}\n{program}"], capture_output=True)
        print(name, done.returncode, os.path.getsize(path))
        os.remove(path)

# Objects that nobody refers to any more are finalized at the end.
program = """
class A:
    def __init__(self, name):
        self.name = name
    def __del__(self):
        print('finalized', self.name)
def drop():
    a = A('a')
    a.self = a
drop()
"""
print(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout)
