# array: typecodes, ranges, slices, conversions, views, pickling.
from array import ArrayType, _array_reconstructor, array, typecodes


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


print(typecodes, ArrayType is array)
for c in "bBhHiIlLqQfdw":
    for v in (0, -1, 10**30, -(10**30), 2**31, 72768, 2**63, "x", "xy", b"x", None, 1.5, 1j):
        show(lambda: (c, array(c, [v])[0]))
a = array("i", [1, 2, 3])
for s in """array()
array(1)
array('z')
array('i','abc')
array('i',b'abc')
array('i',b'abcd')
array('i',5)
a[5]
a['a']
a.pop(10)
array('i').pop()
a.remove(9)
a.index(9)
a+1
a+array('b')
a*'x'
a.extend(1)
a.extend(array('b',[1]))
a.fromlist(1)
a.fromlist([1,'a'])
a.frombytes('a')
a.frombytes(b'abc')
a.fromunicode('a')
a.tounicode()
a.__setitem__(slice(0,1),5)
a.__setitem__(slice(0,1),array('b'))
a.__reduce_ex__(3)[1:]
a.__reduce_ex__(2)
array('w','abc').__reduce_ex__(3)[1:]
a.buffer_info()[1]
a<1
a<array('i',[1,2])
a==array('d',[1,2,3])
a.__setitem__(1,'x')
a.__delitem__(9)
a.__class_getitem__(int)
array('w','ab').tounicode()
a.typecode,a.itemsize
hash(a)
array('i',a)
array('d',a)
array('w',['ab'])
array('i',[1])*3
3*array('i',[1])
a.tolist()
a.index(2,5)
a.index(3,-1)
a.count(1)
array('i',x=1)
array('i',[1],3)
bytes(a)
bytes(memoryview(a)[1:])
memoryview(a).format
memoryview(a).itemsize
memoryview(a).obj is a
memoryview(a)[1]
memoryview(a).tolist()
array('d',[1.5,2]).tobytes()
a[::2]
a[::-1]
a[5:]
list(reversed(a))
array('h',[1,-2]).__copy__()
[x for x in iter(a)]
1 in a
b'' + a
bytearray(a)
len(array('q',range(10)))
int.from_bytes(a,'little')""".splitlines():
    show(lambda: eval(s))
a.insert(1, 7)
a.insert(-1, 8)
a.insert(100, 9)
print(a)
a[1:3] = array("i", [5, 5, 5])
print(a)
a[::2] = array("i", [0, 0, 0, 0])[: len(a[::2])]
print(a)
show(lambda: a.__setitem__(slice(0, 6, 2), array("i", [1])))
del a[0], a[::2]
print(a)
a += array("i", [4])
a *= 2
a.reverse()
print(a, a.pop(), a.pop(0))
b = array("H", [1, 256])
b.byteswap()
print(b)
m = memoryview(b)
m[0] = 7
print(b, m.tolist())
for format, data in [(0, b"\1"), (1, b"\xff"), (3, b"\1\2"), (5, b"\xff\xfe"), (9, b"\0\0\1\0"), (15, b"\x3f\x80\0\0"), (17, b"\x3f\xf0" + bytes(6)), (13, b"\xff" * 8)]:
    show(lambda: _array_reconstructor(array, "d" if format > 13 else "BbHHhhIIiiLLqq"[format], format, data))
show(lambda: _array_reconstructor(array, "w", 18, "aé".encode("utf-16-le")))
show(lambda: _array_reconstructor(array, "w", 21, "aé".encode("utf-32-be")))
show(lambda: _array_reconstructor(int, "d", 0, b""))
show(lambda: _array_reconstructor(array, "d", 99, b""))
show(lambda: _array_reconstructor(array, "i", 8, b"abc"))


class Sub(array):
    pass


s = Sub("b", [1])
s.x = 1
print(s, type(s + s), s.__reduce_ex__(3)[2])
