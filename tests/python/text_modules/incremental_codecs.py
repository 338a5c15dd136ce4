# Encoders and decoders that are fed in parts, their state, and streams over files.
import codecs
import io


def parts(codec, data, sizes=(1, 2, 3), **options):
    for size in sizes:
        decoder = codecs.getincrementaldecoder(codec)(**options)
        out = []
        try:
            for at in range(0, len(data), size):
                out.append(decoder.decode(data[at : at + size]))
            out.append(decoder.decode(b"", True))
        except UnicodeError as error:
            out.append(str(error))
        print(codec, size, *map(ascii, out), decoder.getstate())


text = "a\u20ac\U0001f600\u00e9\n"
for codec in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-7"):
    parts(codec, text.encode(codec))
parts("utf-8", b"a\xe2\x82", (1,))
parts("utf-8", b"a\xe2\x82", (1,), errors="replace")
parts("utf-8", b"\xe2a\xff", (1, 2), errors="backslashreplace")
parts("utf-16", b"\xff\xfea", (2,))
parts("ascii", b"a\xff", (1,), errors="surrogateescape")
parts("unicode_escape", rb"a\u20ac\x41", (3,))
for codec in ("utf-8-sig", "utf-16", "utf-32", "ascii"):
    encoder = codecs.getincrementalencoder(codec)("replace")
    print(codec, encoder.encode("a"), encoder.encode("\u20ac"), encoder.getstate(), encoder.encode("", True), encoder.reset(), encoder.encode("b"))


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""list(codecs.iterdecode([b"a\xe2", b"\x82\xac"], "utf-8")), list(codecs.iterencode(["a", "\u20ac"], "utf-16-le")), b"".join(codecs.iterencode("ab", "utf-16")).hex()
codecs.getreader("utf-8")(io.BytesIO("a\u20ac\nb\r\nc".encode())).readlines()
codecs.getreader("utf-8")(io.BytesIO("a\u20ac\nb".encode())).readline()
codecs.getreader("utf-8")(io.BytesIO("ab\u20acd".encode())).read(2)
codecs.getreader("utf-8")(io.BytesIO("ab\u20acd".encode())).read(-1, 3)
list(codecs.getreader("utf-16")(io.BytesIO("x\ny".encode("utf-16"))))
codecs.getreader("utf-8")(io.BytesIO(b"\xff")).read()
codecs.StreamReaderWriter(io.BytesIO(b"ab\n"), codecs.getreader("ascii"), codecs.getwriter("ascii")).readline()
codecs.EncodedFile(io.BytesIO("\u00e9".encode("latin-1")), "utf-8", "latin-1").read()
codecs.getincrementaldecoder("nope")
codecs.getincrementaldecoder("hex")().decode(b"6162", True)
codecs.IncrementalDecoder("strict").decode(b"")
codecs.BufferedIncrementalDecoder().getstate()
codecs.lookup("utf-8").incrementaldecoder.__mro__[1].__name__, len(codecs.lookup("utf-8")), codecs.lookup("utf-8") == codecs.lookup("u8")
codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF32_BE, codecs.BOM == codecs.BOM_UTF16""".splitlines():
    attempt(text)
writer = codecs.getwriter("utf-16")(io.BytesIO())
writer.write("a")
writer.writelines(["b", "c"])
print(writer.getvalue().hex(), writer.stream.tell())
