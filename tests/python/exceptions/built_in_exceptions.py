# Every built-in exception: its arguments, attributes, str, repr, and what its constructor refuses.
import builtins

classes = sorted((c for c in vars(builtins).values() if isinstance(c, type) and issubclass(c, BaseException) and c is not UnicodeError), key=lambda c: c.__name__)
for c in classes:
    print(c.__name__, "<", c.__base__.__name__)
arguments = {"none": (), "two": ("a", "b"), "five": ("utf-8", b"abc", 1, 2, "why"), "text": ("ascii", "abc", 0, 1, "why"), "four text": ("abc", 0, 2, "why"), "group": ("g", [ValueError(1)])}
for c in classes:
    for name, values in arguments.items():
        try:
            e = c(*values)
        except Exception as error:
            print(c.__name__, name, "refused:", type(error).__name__, error)
            continue
        state = {k: v for k in sorted(dir(e)) if not k.startswith("_") and k not in ("args", "characters_written") and not callable(v := getattr(e, k, "unset"))}
        print(c.__name__, name, type(e).__name__, repr(e), "|", str(e), "|", e.args, state)
