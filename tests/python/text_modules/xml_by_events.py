"""Expat's events: what is told, in which order, from where."""

import pyexpat
from xml.parsers.expat import ExpatError, ErrorString, ParserCreate, errors, model

DOCUMENT = '''<?xml version="1.0" standalone="no"?>
<!DOCTYPE r SYSTEM "x.dtd" [
<!NOTATION n PUBLIC "pub">
<!ENTITY u SYSTEM "u.gif" NDATA n>
<!ENTITY i "<z>q&#33;</z>">
<!ENTITY % pe "v">
<!ELEMENT r (a,b?,(c|d)*)>
<!ATTLIST r k CDATA #REQUIRED l (x|y) "x" m NMTOKEN #FIXED "f">
<!ENTITY ext SYSTEM "e.xml">
]>
<r k="v">a
b&i;<![CDATA[c
d]]>&ext;<!--z--><?t d?></r>
'''


def watch(parser, shows_places=True):
    for name in dir(parser):
        if name.endswith("Handler") and name != "DefaultHandler":

            def told(*arguments, name=name):
                places = (parser.CurrentLineNumber, parser.CurrentColumnNumber, parser.CurrentByteIndex)
                print(name.removesuffix("Handler"), arguments, places if shows_places and "Decl" not in name else "")
                return 1

            setattr(parser, name, told)
    return parser


parser = watch(ParserCreate())
parser.NotStandaloneHandler = lambda: print("not standalone") or 1
print(parser.Parse(DOCUMENT, True))

print("-- settings")
parser = watch(ParserCreate(namespace_separator=" "), shows_places=False)
parser.ordered_attributes = parser.specified_attributes = parser.namespace_prefixes = True
parser.buffer_text = True
parser.buffer_size = 6
for piece in (b'<a xmlns="u" xmlns:p="v" p:x="1" y="2">one\ntw', b"o three<p:b", b"/> four</a>"):
    parser.Parse(piece)
print(parser.Parse(b"", True), parser.buffer_used, parser.intern is not None)

print("-- default handler")
parser = ParserCreate()
parser.DefaultHandler = lambda text: print("default", repr(text))
parser.StartElementHandler = lambda name, attributes: print("start", name, attributes)
parser.Parse('<!-- --><a b="1"> t&amp;<c/><!-- --><?p d?></a>', True)

print("-- entities elsewhere")
parser = watch(ParserCreate(), shows_places=False)


def entity(context, base, system, public):
    print("entity", context, base, system, public)
    inner = parser.ExternalEntityParserCreate(context)
    return inner.Parse(b'<?xml encoding="utf-8"?>in <i>ner</i>', True)


parser.SetBase("/base")
parser.ExternalEntityRefHandler = entity
parser.Parse('<!DOCTYPE a [<!ENTITY e PUBLIC "p" "s.xml">]><a>&e;</a>', True)
print(parser.GetBase())

print("-- faults")
for document in (
    "", "x", "<a", "<a>", "<a></b>", "<a/><b/>", "<a b='1' b='2'/>", "<a>&u;</a>", "<a>&#0;</a>", "<a b></a>", "<a>]]></a>",
    "<a><![CDATA[x</a>", "<a><?xml version='1.0'?></a>", "<a>&</a>", "<a\x01/>", "<a b='<'/>", "<!DOCTYPE a [<!ENTITY e '&e;'>]><a>&e;</a>",
    "<!DOCTYPE a [<!ENTITY e '</a>'>]><a>&e;", "<!DOCTYPE a [<!ENTITY e SYSTEM 's'>]><a b='&e;'/>", "<?xml?><a/>", "<!-- -- --><a/>",
):
    parser = ParserCreate()
    try:
        parser.Parse(document, True)
    except ExpatError as error:
        print(repr(document), error, error.code, error.lineno, error.offset, parser.ErrorByteIndex)
for prefix in ("<q:a/>", "<a xmlns:p=''/>", "<a xmlns:xml='u'/>", "<a xmlns:p='u' xmlns:q='u' p:x='' q:x=''/>"):
    try:
        ParserCreate(namespace_separator="|").Parse(prefix, True)
    except ExpatError as error:
        print(prefix, error)

print("-- encodings")
for document in (
    "<?xml version='1.0' encoding='cp1251'?><a>\u0436</a>".encode("cp1251"),
    "<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>".encode("latin-1"),
    "<a>\xe9\U0001d11e</a>".encode("utf-16"),
    b"\xef\xbb\xbf<a>bom</a>",
    b"<?xml version='1.0' encoding='no-such'?><a/>",
    b"<a>\xff</a>",
):
    parser = ParserCreate()
    parser.CharacterDataHandler = lambda text: print(ascii(text), parser.CurrentByteIndex)
    try:
        parser.Parse(document, True)
    except (ExpatError, LookupError) as error:
        print(type(error).__name__, error)

print("-- errors of programs")
parser = ParserCreate()
parser.StartElementHandler = lambda name, attributes: 1 / 0
try:
    parser.Parse("<a><b/></a>", True)
except ZeroDivisionError as error:
    print(error, parser.StartElementHandler)
for wrong in (
    lambda: ParserCreate(1), lambda: ParserCreate(namespace_separator="ab"), lambda: ParserCreate(intern=1),
    lambda: setattr(ParserCreate(), "buffer_size", 0),
    lambda: ParserCreate().ParseFile(1), lambda: ParserCreate().Parse(1),
):
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__, error)
parser = ParserCreate()
parser.Parse("<a/>", True)
try:
    parser.Parse("<a/>", True)
except ExpatError as error:
    print(error)
print(ErrorString(7), errors.XML_ERROR_TAG_MISMATCH, errors.codes["unclosed token"], errors.messages[3], model.XML_CTYPE_SEQ)
print(pyexpat.native_encoding, pyexpat.ExpatError.__module__)
