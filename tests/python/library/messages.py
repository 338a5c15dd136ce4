# email: headers and bodies of messages, parts, encodings of words, addresses, dates.
import email
import email.header
import email.policy
import email.utils
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

m = EmailMessage()
m["Subject"] = "Gr\u00fc\u00dfe \u20ac"
m["From"] = "Ann \u00c9 <ann@example.com>"
m["To"] = "bob@example.com, Carl <carl@example.org>"
m["X-Long"] = "word " * 30
m.set_content("Body \u00e9\nline two\n")
text = """From: a@b.c
To: x@y.z,\r
 q@r.s
Subject: =?utf-8?q?caf=C3=A9?= and =?iso-8859-1?b?6Q==?=
Content-Type: multipart/mixed; boundary="XX"
Received: one
Received: two

preamble
--XX
Content-Type: text/plain; charset="latin-1"
Content-Transfer-Encoding: quoted-printable

h=E9llo =
there
--XX
Content-Type: application/octet-stream; name="f.bin"
Content-Disposition: attachment; filename="f.bin"
Content-Transfer-Encoding: base64

AAEC
--XX--
epilogue
"""
old = email.message_from_string(text)
new = email.message_from_string(text, policy=email.policy.default)
mixed = MIMEMultipart("alternative", boundary="BB")
mixed.attach(MIMEText("plain", "plain"))
mixed.attach(MIMEText("<p>\u00e9</p>", "html"))


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""print(m.as_string(), end="")
m.as_bytes()[:60], m["subject"], m["Subject"].__class__.__name__, m["to"].addresses, m["from"].addresses[0].display_name, m["from"].addresses[0].domain, m.get_content_type(), m.get_content(), m.get_content_charset(), m.keys(), "TO" in m, len(m), m.get("nope", 5), m.get_all("To")
m.__setitem__("Subject", "again")
m.__setitem__("X", "a\nb")
old["subject"], new["subject"], old["to"], new["to"].addresses, old.get_all("received"), new["nope"], old.is_multipart(), len(old.get_payload()), old.preamble, old.epilogue, old.get_boundary(), [p.get_content_type() for p in old.walk()]
old.get_payload(0).get_payload(), old.get_payload(0).get_payload(decode=True), old.get_payload(1).get_payload(decode=True), old.get_payload(1).get_filename(), new.get_payload(0).get_content(), new.get_payload(1).get_content(), [a.get_filename() for a in new.iter_attachments()], new.get_body().get_content(), old.get_payload(0).get_param("charset"), old.get_params()
old.get_payload(5)
print(mixed.as_string(), end="")
email.header.decode_header("=?utf-8?q?caf=C3=A9?= x"), str(email.header.make_header([("caf\u00e9".encode(), "utf-8"), (" x", None)])), email.header.Header("\u20ac" * 3, "utf-8").encode(), email.header.Header("plain " * 20).encode()
email.utils.parseaddr("Ann <a@b.c>"), email.utils.parseaddr("a@b.c (Ann)"), email.utils.parseaddr("\"A, B\" <x@y>"), email.utils.parseaddr("nonsense"), email.utils.formataddr(("A. B", "x@y")), email.utils.formataddr(("\u00e9", "x@y")), email.utils.getaddresses(["a@b, C <c@d>", "e@f"]), email.utils.quote('a"b\\'), email.utils.unquote('"a\\"b"')
email.utils.parsedate("Mon, 20 Nov 1995 19:12:08 -0500"), email.utils.parsedate_tz("20 Nov 1995 19:12 EST"), email.utils.parsedate("nope"), email.utils.formatdate(0), email.utils.formatdate(0, usegmt=True), email.utils.parsedate_to_datetime("Mon, 20 Nov 1995 19:12:08 -0500"), email.utils.format_datetime(email.utils.parsedate_to_datetime("Mon, 20 Nov 1995 19:12:08 GMT"), usegmt=True), email.utils.mktime_tz(email.utils.parsedate_tz("Thu, 01 Jan 1970 01:00:00 +0100"))
email.utils.parsedate_to_datetime("nope")
email.utils.decode_rfc2231("utf-8'en'caf%C3%A9"), email.utils.encode_rfc2231("caf\u00e9", "utf-8"), email.utils.collapse_rfc2231_value(("utf-8", "", "x")), email.message_from_bytes(b"A: b\r\n\r\nbody").get_payload(), email.message_from_string("no headers").get_payload(), email.message_from_string("A: 1\nbad line\n\nx").defects, email.message_from_string("").items()
(lambda x: (x.add_header("Content-Disposition", "attachment", filename="a b.txt"), x["content-disposition"], x.set_param("k", "v", "Content-Disposition"), x["content-disposition"], x.del_param("k", "Content-Disposition"), x.set_type("text/html"), x["content-type"], x.replace_header("Content-Type", "a/b"), x.items()))(Message())[1::2]
Message().replace_header("X", "y")
(lambda x: (x.set_content("a"), x.add_alternative("<b>", subtype="html"), x.add_attachment(b"\0", maintype="application", subtype="x", filename="z"), [p.get_content_type() for p in x.walk()], x.is_attachment(), x.make_mixed.__name__))(EmailMessage())[3:]""".splitlines():
    attempt(text)
