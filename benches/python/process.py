"""One run of a program on an interpreter, as the system accounts for it. Imports little: the system counts what a child has before it becomes another
program, a copy of this process."""
import os
import resource


def interpreter(text):
    """Name, environment and words of `NAME=COMMAND`; leading words of the form VARIABLE=VALUE are the command's environment."""
    name, _, command = text.partition("=")
    words = command.split()
    environment = dict(os.environ)
    while words and "=" in words[0]:
        variable, _, value = words.pop(0).partition("=")
        environment[variable] = value
    if not words:
        raise SystemExit(f"{text!r} is not NAME=COMMAND")
    return name, environment, words


def run(interpreter, arguments, limit_seconds=None):
    """User and system seconds, and the most megabytes that were resident; `None` if it took more than so many seconds."""
    _, environment, words = interpreter
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if limit_seconds:
            resource.setrlimit(resource.RLIMIT_CPU, (int(limit_seconds) + 1, int(limit_seconds) + 2))
        os.execvpe(words[0], words + arguments, environment)
    _, status, usage = os.wait4(child, 0)
    if os.WIFSIGNALED(status) and limit_seconds:
        return None
    if status:
        raise SystemExit(f"{' '.join(words + arguments)}: exit status {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def option(arguments, name, default):
    """The word behind the option `name`, which both leave the list; or the default."""
    if name not in arguments:
        return default
    at = arguments.index(name)
    value = arguments[at + 1]
    del arguments[at : at + 2]
    return value


def programs(chosen):
    """Paths of the programs, or of those of these names, separated by commas."""
    directory = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")
    names = chosen.split(",") if chosen else sorted(name[:-3] for name in os.listdir(directory) if name.endswith(".py"))
    return [(name, os.path.join(directory, name + ".py")) for name in names]
