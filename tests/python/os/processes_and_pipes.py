# subprocess, pipes, environment, exit codes, timeouts; signals to oneself; sockets between two ends of one process.
import os
import select
import signal
import socket
import subprocess
import sys

python = sys.executable


def run(code, *arguments, **options):
    return subprocess.run([python, "-c", code, *arguments], capture_output=True, text=True, **options)


print(run("print('out'); import sys; print('err', file=sys.stderr); sys.exit(3)"))if False else None
made = run("import sys; print('out', *sys.argv[1:]); print('err', file=sys.stderr); sys.exit(3)", "a", "b c")
print(made.returncode, repr(made.stdout), repr(made.stderr))
print(run("print(input()[::-1])", input="hello\n").stdout, run("import os; print(os.environ['K'], os.getcwd())", env={**os.environ, "K": "v"}, cwd="/").stdout, run("raise SystemExit('message')").stderr, run("1/0").stderr.splitlines()[-1])
try:
    run("import time; time.sleep(20)", timeout=0.2)
except subprocess.TimeoutExpired as error:
    print("timeout", error.timeout)
try:
    run("import sys; sys.exit(5)", check=True)
except subprocess.CalledProcessError as error:
    print("failed", error.returncode)
try:
    subprocess.run(["/no/such/program"])
except FileNotFoundError as error:
    print(error)
print(subprocess.check_output("echo $((1 + 2)) | cat", shell=True, text=True), subprocess.getoutput("echo two"), subprocess.call(["false"]), subprocess.list2cmdline(["a b", "c"]))
child = subprocess.Popen([python, "-c", "import sys\nfor line in sys.stdin: print('got', line.strip(), flush=True)"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
child.stdin.write("one\n")
child.stdin.flush()
print(child.stdout.readline(), child.poll(), child.communicate("two\nthree\n"), child.returncode)
child = subprocess.Popen([python, "-c", "import time; time.sleep(20)"])
child.terminate()
print(child.wait() == -signal.SIGTERM)
reader, writer = os.pipe()
pid = os.fork()
if pid == 0:
    os.close(reader)
    os.write(writer, b"from the child")
    os._exit(7)
os.close(writer)
print(os.read(reader, 100), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), os.read(reader, 1))
os.close(reader)
caught = []
old = signal.signal(signal.SIGUSR1, lambda number, frame: caught.append(signal.Signals(number).name))
os.kill(os.getpid(), signal.SIGUSR1)
signal.raise_signal(signal.SIGUSR1)
print(caught, old == signal.SIG_DFL, signal.getsignal(signal.SIGUSR1) is not None)


class Alarm(Exception): ...


def alarm(number, frame):
    raise Alarm


signal.signal(signal.SIGALRM, alarm)
signal.setitimer(signal.ITIMER_REAL, 0.02)
try:
    while True:
        pass
except Alarm:
    print("alarm in a loop")
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted")
left, right = socket.socketpair()
left.sendall(b"hello\nworld\n")
print(right.recv(5), select.select([right], [], [], 0)[0] == [right], right.makefile().readline(), left.fileno() > 0)
left.close()
print(right.recv(100), right.recv(1))
right.close()
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname(), timeout=5)
connection, _ = server.accept()
with server, client, connection:
    client.sendall(b"ping")
    connection.settimeout(5)
    print(connection.recv(4), client.getpeername() == server.getsockname(), socket.inet_aton("1.2.3.4"), socket.ntohs(1), client.gettimeout())
    connection.setblocking(False)
    try:
        connection.recv(1)
    except BlockingIOError as error:
        print(type(error).__name__)
print(client.fileno(), os.path.basename(os.devnull), os.cpu_count() > 0, os.getpid() == os.getpid(), os.strerror(2), sys.platform)
