# base64, binascii, quopri and uu in all their variants, and what each refuses.
import base64
import binascii
import quopri

data = bytes(range(0, 256, 5)) + b"\xff\xfe~?"


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""base64.b64encode(data), base64.b64decode(base64.b64encode(data)) == data, base64.urlsafe_b64encode(data[-4:]), base64.standard_b64encode(b""), base64.b64encode(b"\xfb\xff", altchars=b"-_")
base64.b64decode("YQ=="), base64.b64decode(b"Y Q\n=="), base64.b64decode("YWJj!ZGVm"), base64.urlsafe_b64decode("-_8="), base64.b64decode(b"-_8=", altchars="-_")
base64.b64decode("YQ=")
base64.b64decode("Y")
base64.b64decode("YWJj!", validate=True)
base64.b64decode("YQ==YQ==")
base64.b64decode("YQ==YQ==", validate=True)
base64.b64decode("\u00e9")
base64.b64decode(5)
base64.b64encode("text")
base64.b64encode(b"a", altchars=b"x")
base64.b32encode(b"hello!"), base64.b32decode("NBSWY3DPEE======"), base64.b32decode("nbswy3dpee======", casefold=True), base64.b32decode("MY======")
base64.b32decode("nbswy3dpee======")
base64.b32decode("NBSWY3D")
base64.b32decode("1")
base64.b32hexencode(b"hello"), base64.b32hexdecode(b"D1IMOR3F"), base64.b16encode(b"\x01\xab"), base64.b16decode("01AB"), base64.b16decode("01ab", True)
base64.b16decode("01ab")
base64.b16decode("0")
base64.a85encode(b"hello world\0\0\0\0"), base64.a85encode(b"    x", foldspaces=True), base64.a85encode(b"a" * 20, wrapcol=10), base64.a85encode(b"ab", pad=True), base64.a85encode(b"ab", adobe=True), base64.a85decode(b"<~@:B~>", adobe=True), base64.a85decode(b"z@:B")
base64.a85decode(b"v")
base64.a85decode(b"aaaaz")
base64.a85decode(b"abc", adobe=True)
base64.b85encode(b"hello"), base64.b85decode("Xk~0{Zv"), base64.b85encode(b"ab", pad=True), base64.z85encode(b"hello world!"), base64.z85decode(b"xK#0@zY<mxA+]m")
base64.b85decode("~~~~~")
base64.b85decode(" ")
base64.encodebytes(data), base64.decodebytes(b"YQ\n=="), base64.encodebytes(b"")
binascii.hexlify(b"\x01\xab\xff"), binascii.hexlify(b"abcdef", "-"), binascii.hexlify(b"abcdef", ":", 4), binascii.hexlify(b"abcdef", b"_", -4), binascii.unhexlify("01aB"), binascii.a2b_hex(b"ff")
binascii.unhexlify("0")
binascii.unhexlify("0g")
binascii.unhexlify("\u0660\u0660")
binascii.hexlify(b"a", "xx")
b"abc".hex(), b"abc".hex(" "), b"abcde".hex("-", 2), b"abcde".hex("-", -2), bytes.fromhex(" 01 aB\n"), bytes.fromhex(b"0a"), bytearray.fromhex("ff")
bytes.fromhex("0 1")
bytes.fromhex("abc")
binascii.crc32(b"hello"), binascii.crc32(b"lo", binascii.crc32(b"hel")), binascii.crc32(b""), binascii.crc_hqx(b"hello", 0), binascii.crc_hqx(b"hello", 0x1234)
binascii.b2a_base64(b"ab"), binascii.b2a_base64(b"ab", newline=False), binascii.a2b_base64(b"YWI="), binascii.a2b_base64(b"", strict_mode=True)
binascii.a2b_base64(b"=YQ==", strict_mode=True)
binascii.a2b_base64(b"YQ==x", strict_mode=True)
binascii.a2b_base64(b"Y=Q=", strict_mode=True)
binascii.b2a_uu(b"hello"), binascii.b2a_uu(b"\0\0", backtick=True), binascii.a2b_uu(b"%:&5L;&\\\n"), binascii.b2a_uu(b"")
binascii.b2a_uu(b"x" * 46)
binascii.a2b_uu(b"!")
binascii.b2a_qp(b"a=b \xff\n"), binascii.b2a_qp(b"a b_", header=True), binascii.b2a_qp(b"a\t\n", quotetabs=True), binascii.b2a_qp(b"x" * 80), binascii.a2b_qp(b"a=3D=\nb=zz_"), binascii.a2b_qp(b"a_b", header=True)
quopri.encodestring(b"h\xe9llo =\n"), quopri.decodestring(b"h=E9llo"), quopri.encodestring(b"a b", quotetabs=True)
binascii.Error.__mro__[1].__name__, binascii.Incomplete.__mro__[1].__name__""".splitlines():
    attempt(text)
