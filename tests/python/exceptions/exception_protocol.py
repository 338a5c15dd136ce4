# What exceptions can do: args, notes, with_traceback, chaining attributes, state, subclasses with their own __init__ and __new__, and keywords.
import sys
import traceback


def attempt(text, **names):
    try:
        print(text, "->", eval(text, globals(), names))
    except BaseException as error:
        print(text, "->", type(error).__name__, error)


e = ValueError("a", 1)
for text in """e.args, str(e), repr(e)
setattr(e, 'args', [1, 2]) or e.args
setattr(e, 'args', 5)
delattr(e, 'args')
e.add_note('first') or e.add_note('second') or e.__notes__
e.add_note(5)
e.with_traceback(None) is e
e.with_traceback(5)
e.__cause__, e.__context__, e.__suppress_context__, e.__traceback__
setattr(e, '__cause__', KeyError(1)) or (e.__cause__, e.__suppress_context__)
setattr(e, '__cause__', 5)
setattr(e, '__cause__', None)
delattr(e, '__cause__')
setattr(e, '__context__', 5)
delattr(e, '__context__')
setattr(e, '__traceback__', 5)
delattr(e, '__traceback__')
setattr(e, '__suppress_context__', 0) or e.__suppress_context__
setattr(e, '__suppress_context__', 'x')
setattr(e, '__context__', e)
e.__reduce__()
setattr(e, 'x', 1) or e.__reduce__()
e.__setstate__({'y': 2}) or e.y
e.__setstate__(5)
e == ValueError('a', 1), e == e, hash(e) == hash(e)
ValueError(a=1)
KeyError('k').__str__(), str(KeyError()), str(KeyError(1, 2)), str(KeyError(''))
ImportError('m', name='n', path='p').name, ImportError(name='n').msg
ImportError('m', nope=1)
AttributeError('m', name='n', obj=5).obj, AttributeError().name
NameError('m', name='n').name
NameError('m', obj=1)
StopIteration(5).value, StopIteration().value, StopIteration(1, 2).value
SystemExit(3).code, SystemExit().code, SystemExit(1, 2).code
OSError(2, 'm').errno, type(OSError(2, 'm')).__name__, OSError('m').errno, str(OSError(2, 'm', 'f')), str(OSError(2, 'm', 'f', None, 'g'))
OSError(2, 'm', 'f').filename, OSError(2, 'm', 'f').args, OSError(2, 'm', 'f', None, 'g').filename2
type(OSError(13, 'm')).__name__, type(OSError(99999, 'm')).__name__, type(OSError('a', 'm')).__name__, type(ConnectionError(2, 'm')).__name__
SyntaxError('m', ('f', 1, 2, 't')).text, str(SyntaxError('m', ('f', 1, 2, 't'))), str(SyntaxError('m')), SyntaxError().msg
SyntaxError('m', ('f', 1, 2))
SyntaxError('m', 5)
SyntaxError('m', ('f', 1, 2, 't', 3, 4)).end_lineno
UnicodeDecodeError('utf-8', b'ab', 0, 1, 'r').object
str(UnicodeDecodeError('utf-8', b'ab', 0, 1, 'r')), str(UnicodeDecodeError('utf-8', b'ab', 0, 2, 'r')), str(UnicodeEncodeError('x', 'a\\u1234', 1, 2, 'r')), str(UnicodeTranslateError('ab', 0, 1, 'r'))
UnicodeDecodeError('utf-8', 'ab', 0, 1, 'r')
UnicodeEncodeError('utf-8', 'ab', 'x', 1, 'r')
BaseException.__new__(ValueError, 5).args
BaseException.__init__(e, 7) or e.args
ValueError(1, 2).args""".splitlines():
    attempt(text)


class Own(Exception):
    def __init__(self, a, *, code):
        super().__init__(a)
        self.code = code


class NoSuper(Exception):
    def __init__(self, a, b):
        self.a = a


class WithNew(Exception):
    def __new__(cls, *args):
        return super().__new__(cls, "from new")


class Shown(Exception):
    def __str__(self):
        return "shown"


class BadStr(Exception):
    def __str__(self):
        raise ValueError("in str")


for text in """Own('a', code=5).args, Own('a', code=5).code
Own('a')
NoSuper(1, 2).args, repr(NoSuper(1, 2)), str(NoSuper(1, 2))
WithNew(1).args
str(Shown(1)), repr(Shown(1))
repr(BadStr(1))
traceback.format_exception_only(BadStr(1))
traceback.format_exception_only(Shown('x'))
traceback.format_exception_only(NoSuper, NoSuper(1, 2))
traceback.format_exception_only(ValueError('line\\nline'))
traceback.format_exception_only(SyntaxError('m', ('f', 1, 2, 'text')))
traceback.format_exception_only(None)
traceback.format_exception_only(ExceptionGroup('g', [e]))""".splitlines():
    attempt(text)


def chain():
    try:
        try:
            1 / 0
        except ZeroDivisionError as error:
            raise KeyError("second") from error
    except KeyError:
        try:
            raise ValueError("third")
        except ValueError as error:
            return error


error = chain()
while error:
    print(repr(error), repr(error.__cause__), repr(error.__context__), error.__suppress_context__)
    error = error.__context__


def looped():
    a, b = ValueError("a"), KeyError("b")
    try:
        try:
            raise a
        except ValueError:
            raise b
    except KeyError:
        try:
            raise a
        except ValueError:
            return a


error = looped()
print(repr(error.__context__), repr(error.__context__.__context__))
print(sys.exception(), sys.exc_info())
try:
    raise e
except ValueError:
    print(sys.exception() is e, sys.exc_info()[0].__name__, [f.name for f in traceback.extract_tb(sys.exc_info()[2])])
    try:
        raise KeyError
    except KeyError:
        print(type(sys.exception()).__name__)
    print(sys.exception() is e)


def inside():
    return type(sys.exception()).__name__


def generator():
    try:
        raise LookupError
    except LookupError:
        yield inside()
        yield inside()


g = generator()
try:
    raise TypeError
except TypeError:
    print(inside(), next(g), inside(), next(g), inside())
print(inside())
