"""Profiling of calls: the interface of `profile`, over the engine of `_lsprof`.

`python -m cProfile [-o FILE] [-s SORT] [-m MODULE | SCRIPT] [ARGUMENT ...]` profiles a program.
"""

__all__ = ["run", "runctx", "Profile"]

import _lsprof
import importlib.machinery
import importlib.util
import io
import profile as _profile


def run(statement, filename=None, sort=-1):
    """Profile a statement in the namespace of __main__, and show the result, or write it to a file for pstats."""
    return _profile._Utils(Profile).run(statement, filename, sort)


def runctx(statement, globals, locals, filename=None, sort=-1):
    """Profile a statement in a namespace, and show the result, or write it to a file for pstats."""
    return _profile._Utils(Profile).runctx(statement, globals, locals, filename, sort)


class Profile(_lsprof.Profiler):
    """Profile(timer=None, timeunit=None, subcalls=True, builtins=True)

    A profiler whose results pstats understands.
    """

    def print_stats(self, sort=-1):
        """Show the result, sorted by one or more of the keys of pstats."""
        import pstats

        keys = sort if isinstance(sort, tuple) else (sort,)
        pstats.Stats(self).strip_dirs().sort_stats(*keys).print_stats()

    def dump_stats(self, file):
        """Write the result to a file for pstats."""
        import marshal

        with open(file, "wb") as stream:
            self.create_stats()
            marshal.dump(self.stats, stream)

    def create_stats(self):
        """Stop, and make `stats` of what was counted."""
        self.disable()
        self.snapshot_stats()

    def snapshot_stats(self):
        """Make `stats`: for each function its calls without and with recursive ones, its own time, its total time, and its callers, of which
        the calls are the other way round."""
        entries = self.getstats()
        callers = {label(entry.code): {} for entry in entries}
        for entry in entries:
            caller = label(entry.code)
            for callee in entry.calls or ():
                of_callee = callers.setdefault(label(callee.code), {})
                old = of_callee.get(caller, (0, 0, 0, 0))
                primitive, calls, *times = _numbers(callee)
                of_callee[caller] = tuple(map(sum, zip(old, (calls, primitive, *times))))
        self.stats = {label(entry.code): (*_numbers(entry), callers[label(entry.code)]) for entry in entries}

    def run(self, statement):
        """Profile a statement in the namespace of __main__."""
        import __main__

        return self.runctx(statement, __main__.__dict__, __main__.__dict__)

    def runctx(self, statement, globals, locals):
        """Profile a statement in a namespace."""
        self.enable()
        try:
            exec(statement, globals, locals)
        finally:
            self.disable()
        return self

    def runcall(self, function, /, *args, **kwargs):
        """Profile a call; what it returns."""
        self.enable()
        try:
            return function(*args, **kwargs)
        finally:
            self.disable()

    def __enter__(self):
        self.enable()
        return self

    def __exit__(self, *exception):
        self.disable()


def _numbers(entry):
    """What pstats has of an entry: all calls, those that are not recursive, own time, total time."""
    return entry.callcount - entry.reccallcount, entry.callcount, entry.inlinetime, entry.totaltime


def label(code):
    """File, line and name of a function."""
    if isinstance(code, str):
        return "~", 0, code
    return code.co_filename, code.co_firstlineno, code.co_name


def main():
    import os
    import pstats
    import runpy
    import sys
    from optparse import OptionParser

    parser = OptionParser(usage="cProfile.py [-o output_file_path] [-s sort] [-m module | scriptfile] [arg] ...")
    parser.allow_interspersed_args = False
    parser.add_option("-o", "--outfile", dest="outfile", help="Save stats to <outfile>", default=None)
    parser.add_option(
        "-s",
        "--sort",
        dest="sort",
        help="Sort order when printing to stdout, based on pstats.Stats class",
        default=2,
        choices=sorted(pstats.Stats.sort_arg_dict_default),
    )
    parser.add_option("-m", dest="module", action="store_true", help="Profile a library module", default=False)
    if not sys.argv[1:]:
        parser.print_usage()
        sys.exit(2)
    options, arguments = parser.parse_args()
    sys.argv[:] = arguments
    # The program may change the directory before it ends.
    if options.outfile is not None:
        options.outfile = os.path.abspath(options.outfile)
    if not arguments:
        parser.print_usage()
        return
    program = arguments[0]
    if options.module:
        source = "run_module(module, run_name='__main__')"
        namespace = {"run_module": runpy.run_module, "module": program}
    else:
        sys.path.insert(0, os.path.dirname(program))
        with io.open_code(program) as stream:
            source = compile(stream.read(), program, "exec")
        spec = importlib.machinery.ModuleSpec(name="__main__", loader=None, origin=program)
        module = importlib.util.module_from_spec(spec)
        # Nothing of this module is to be seen, or pickled, as the program's.
        sys.modules["__main__"] = module
        namespace = module.__dict__
        namespace.update(__spec__=None, __file__=spec.origin, __cached__=None)
    try:
        runctx(source, namespace, None, options.outfile, options.sort)
    except BrokenPipeError as error:
        # Whoever read the output has closed it: nothing more can be written.
        sys.stdout = None
        sys.exit(error.errno)


if __name__ == "__main__":
    main()
