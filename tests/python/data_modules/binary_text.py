# binascii: the conversions and their errors.
import binascii


def show(f):
    try:
        print(repr(f()))
    except binascii.Error as e:
        print("Error", e)
    except Exception as e:
        print(type(e).__name__, e)


data = bytes(range(256))
for s in """binascii.hexlify(data[:20])
binascii.hexlify(b'abcdef', ':')
binascii.hexlify(b'abcdef', b'-', 2)
binascii.hexlify(b'abcdef', '_', -4)
binascii.hexlify('x')
binascii.hexlify(b'abc', 'xy')
binascii.unhexlify('0aFF')
binascii.unhexlify(b'0g')
binascii.unhexlify('0')
binascii.unhexlify('é0')
binascii.unhexlify(5)
binascii.b2a_base64(data[:50])
binascii.b2a_base64(b'', newline=False)
binascii.b2a_base64(b'abcd', newline=False)
binascii.a2b_base64('YWJj ZA==')
binascii.a2b_base64(b'YWJjZA=')
binascii.a2b_base64(b'Y')
binascii.a2b_base64(b'YWJj\\nZA==', strict_mode=True)
binascii.a2b_base64(b'=YWJj', strict_mode=True)
binascii.a2b_base64(b'YWJjZA==x', strict_mode=True)
binascii.b2a_uu(b'hello world')
binascii.b2a_uu(b'\\0' * 5, backtick=True)
binascii.b2a_uu(b'x' * 46)
binascii.a2b_uu(b'+:&5L;&\\\\@=V]R;&0 \\n')
binascii.a2b_uu(b'#!!!\\xff')
binascii.b2a_qp(b'a=b \\n\\xff\\ttab ', quotetabs=True)
binascii.b2a_qp(b'x' * 100)
binascii.b2a_qp(b'a b_', header=True)
binascii.a2b_qp('a=3Db=\\nc_d', header=True)
binascii.crc32(data)
binascii.crc32(b'x', 99)
binascii.crc_hqx(data, 0)
binascii.crc_hqx(b'x', 70000)
issubclass(binascii.Error, ValueError)""".splitlines():
    show(lambda: eval(s))
