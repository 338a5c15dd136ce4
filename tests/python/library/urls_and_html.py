# urllib.parse, html, email addresses and headers, quoted text, MIME types.
import html
import mimetypes
from email.message import EmailMessage
from email.utils import formataddr, parseaddr
from html.parser import HTMLParser
from http import HTTPStatus
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, parse_qsl, quote, quote_plus, unquote, urldefrag, urlencode, urljoin, urlparse, urlsplit, urlunsplit

url = urlparse("https://user:pw@example.org:8080/a/b;p?q=1&q=2&e=#frag")
print(url, url.hostname, url.port, url.username, url.geturl(), parse_qs(url.query), parse_qsl(url.query, keep_blank_values=True))
print(urljoin("http://a/b/c/d", "../x?y"), urljoin("http://a/b", "//c/d"), urlencode({"a": "x y", "b": ["1", "2"]}, doseq=True), quote("a b/\u00e9?"), quote_plus("a b&"), unquote("%E2%82%AC+"), urldefrag("x#y"), urlunsplit(("http", "h", "/p", "q", "")), urlsplit("//h/p").netloc)
for wrong in "http://[::1", "http://x:port/":
    try:
        print(urlsplit(wrong).port)
    except ValueError as error:
        print(error)
print(html.escape("<a href='x'>&</a>"), html.unescape("&lt;&eacute;&#8364;&#x1F40D;&notit;"))


class Links(HTMLParser):
    def handle_starttag(self, tag, attrs):
        print("start", tag, attrs)

    def handle_data(self, data):
        if data.strip():
            print("data", repr(data))

    def handle_comment(self, data):
        print("comment", data)


Links().feed("<p class=x>one<!-- note --><a href='y' checked>two &amp; three</a><br/></p>")
message = EmailMessage()
message["Subject"] = "Gr\u00fc\u00dfe"
message["From"] = formataddr(("J\u00f6rg", "j@example.org"))
message.set_content("Hello\n\u20ac\n")
message.add_attachment(b"\0\1", maintype="application", subtype="octet-stream", filename="x.bin")
text = message.as_string()
boundary = message.get_boundary()
print(text.replace(boundary, "BOUNDARY"), parseaddr('"A, B" <a@b.c>'), [part.get_content_type() for part in message.walk()])
print(mimetypes.guess_type("x.html"), mimetypes.guess_type("x.tar.gz"), HTTPStatus.NOT_FOUND, HTTPStatus(418).phrase, HTTPStatus.OK == 200)
cookie = SimpleCookie("a=1; b=two")
cookie["c"] = "x y"
cookie["c"]["path"] = "/"
print(cookie["b"].value, cookie.output())
