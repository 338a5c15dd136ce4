# mimetypes: types of names, suffixes of types, encodings, tables of programs.
import io
import mimetypes as m

own = m.MimeTypes(filenames=())


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""[m.guess_type(n) for n in ("a.html", "a.tar.gz", "a.TXT", "a.unknown", "a", "a.tgz", "x.py", "data:text/plain,hi", "http://h/a.png?x=1", "a.json", "a.js", "a.svgz", ".bashrc", "a.b/c")]
m.guess_extension("text/html"), m.guess_extension("nope/nope"), sorted(m.guess_all_extensions("image/jpeg")), m.guess_file_type("/a/b.pdf"), m.guess_extension("TEXT/PLAIN"), m.guess_type("a.jpg", strict=False), m.guess_type("a.webp"), m.guess_type("a.rtf")
own.add_type("x-own/kind", ".own"), own.guess_type("f.own"), own.guess_extension("x-own/kind"), own.add_type("x/y", ".z", strict=False), own.guess_type("f.z"), own.guess_type("f.z", strict=False), own.guess_all_extensions("x/y", strict=False)
own.readfp(io.StringIO("# comment\ntext/x-new new newer\n\nbad\n")), own.guess_type("a.newer"), own.guess_extension("text/x-new")
m.types_map[".css"], m.encodings_map[".bz2"], m.suffix_map[".tgz"], m.inited, m.common_types[".jpg"] if ".jpg" in m.common_types else "none", m.read_mime_types("/nope")
m.guess_type(5)""".splitlines():
    attempt(text)
