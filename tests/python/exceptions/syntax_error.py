# SyntaxError: attributes and texts.
for args in [(), ("m",), ("m", ("f", 1, 2, "t")), ("m", ("f", 1, 2, "t", 3, 4)), ("m", ("f", None, 2, "t")),
             ("m", (None, 3, 2, "t")), ("m", ("/a/b/f", 3, 2, "t")), (None, ("a", 1, 2, 3))]:
    e = SyntaxError(*args)
    print(e.args, e.msg, e.filename, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset, e.print_file_and_line)
    print(str(e), repr(e))
for args in [("m", ("f", 1)), ("m", ("f", 1, 2, 3, 4)), ("m", 3), ("m", ()), ("m", tuple("f1234567"))]:
    try:
        SyntaxError(*args)
    except TypeError as e:
        print(e)
try:
    SyntaxError(1, x=3)
except TypeError as e:
    print(e)
print(SyntaxError(1, 2, 3), issubclass(TabError, IndentationError))
try:
    compile("x = (", "name.py", "exec")
except SyntaxError as e:
    print(e, e.filename, e.lineno, e.offset, repr(e.text.rstrip()))
