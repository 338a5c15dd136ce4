# html and html.parser, http.cookies: escapes, references, events of a parser, cookies and their errors.
import html
import http
import http.cookies as cookies
from html.parser import HTMLParser


class Events(HTMLParser):
    def __init__(self, **options):
        super().__init__(**options)
        self.seen = []

    def handle_starttag(self, tag, attributes):
        self.seen.append(("start", tag, attributes))

    def handle_endtag(self, tag):
        self.seen.append(("end", tag))

    def handle_startendtag(self, tag, attributes):
        self.seen.append(("both", tag, attributes))

    def handle_data(self, data):
        self.seen.append(("data", data))

    def handle_comment(self, data):
        self.seen.append(("comment", data))

    def handle_decl(self, data):
        self.seen.append(("declaration", data))

    def handle_pi(self, data):
        self.seen.append(("instruction", data))

    def unknown_decl(self, data):
        self.seen.append(("unknown", data))

    def handle_entityref(self, name):
        self.seen.append(("entity", name))

    def handle_charref(self, name):
        self.seen.append(("character", name))


def events(*parts, **options):
    parser = Events(**options)
    for part in parts:
        parser.feed(part)
    parser.close()
    return parser.seen


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""html.escape("<a href=\"x\">'&'</a>"), html.escape("\"'", quote=False), html.unescape("&lt;&amp;&gt;&quot;&#39;&#x41;&eacute;&notit;&nosuch;&#0;&#xD800;&#x110000;&#128;&amp"), html.unescape("&copy &copyright &sub1;"), html.unescape("a & b")
events("<p class=a id='b' data-x=\"c&amp;d\" checked>Hi <b>there</B></p>"), events("<br/><img src=x />"), events("<!-- c --><!DOCTYPE html><?php x?>"), events("a&amp;b&#65;&nope;")
events("a&amp;b&#65;&#x42;", convert_charrefs=False), events("<a", " href=", "'x'>"), events("<script>if (a < b) '</p>'</script>"), events("<style>a > b</style>x"), events("<title>&amp;<b></title>")
events("<"), events("a < b"), events("<1>"), events("</>"), events("</ p>"), events("<a b=c d"), events("<![CDATA[x]]>"), events("<a b='c\"d' e=f/g>"), events("<A B>"), events("<p\nx\n=\n'1'>")
events("<div><!-- unclosed"), events("x", "y"), events("<a href='a'b>"), events("<p>one<p>two")
(lambda e: (e.feed("a\n<b>\nc"), e.getpos(), e.get_starttag_text(), e.rawdata, e.reset(), e.getpos()))(Events())
(lambda c: (c.load("a=1; b=\"x y\"; Path=/; c=%20"), sorted(c.items()), c["a"].value, c.output(header="C:", sep="|")))(cookies.SimpleCookie())
(lambda c: (c.__setitem__("k", "v w;\u00e9"), c["k"].__setitem__("max-age", 5), c["k"].__setitem__("secure", True), c["k"].__setitem__("httponly", True), c["k"].__setitem__("samesite", "Lax"), c.output(), c["k"].OutputString(["max-age"]), c.js_output()[:30]))(cookies.SimpleCookie())[5:]
cookies.SimpleCookie({"a": "b"}), cookies.SimpleCookie("a=b")["a"] == cookies.SimpleCookie("a=b")["a"], repr(cookies.SimpleCookie("x=\"\\101\\\"\"")), cookies.SimpleCookie("bad key=1; ok=2").keys(), cookies.Morsel().isReservedKey("Path")
cookies.SimpleCookie().__setitem__("a b", 1)
cookies.SimpleCookie("a=b")["a"].__setitem__("nope", 1)
cookies.Morsel().set("path", "v", "v")
cookies.Morsel().set("k\n", "v", "v")
http.HTTPStatus(404), http.HTTPStatus.OK.phrase, http.HTTPStatus.NOT_FOUND.description, http.HTTPStatus.CREATED.is_success, http.HTTPStatus(404).is_client_error, http.HTTPMethod.GET, http.HTTPStatus["GONE"].value, http.HTTPMethod.POST.description
http.HTTPStatus(999)""".splitlines():
    attempt(text)
