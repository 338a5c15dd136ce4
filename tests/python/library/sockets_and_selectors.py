# Sockets that are connected to each other: sending, receiving, options, addresses, selectors, errors.
import selectors
import socket as s
import struct

a, b = s.socketpair()
server = s.create_server(("127.0.0.1", 0))
address = server.getsockname()
client = s.create_connection(address)
accepted, peer = server.accept()
udp = s.socket(s.AF_INET, s.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
selector = selectors.DefaultSelector()


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""a.send(b"hello"), b.recv(2), b.recv(10, s.MSG_PEEK), b.recv(10), a.sendall(b"x" * 10), len(b.recv(100)), (lambda buf: (a.send(b"into"), b.recv_into(buf), bytes(buf)))(bytearray(6)), a.family.name, a.type.name, a.proto, a.fileno() > 0, a.gettimeout(), a.getblocking()
client.sendall(b"to server"), accepted.recv(100), accepted.send(b"back"), client.recv(100), peer == client.getsockname(), client.getpeername() == address, server.getsockopt(s.SOL_SOCKET, s.SO_TYPE) == s.SOCK_STREAM, client.setsockopt(s.IPPROTO_TCP, s.TCP_NODELAY, 1), client.getsockopt(s.IPPROTO_TCP, s.TCP_NODELAY) != 0
udp.sendto(b"datagram", udp.getsockname()), udp.recvfrom(100)[0], (lambda buf: (udp.sendto(b"abc", udp.getsockname()), udp.recvfrom_into(buf)[0], bytes(buf)))(bytearray(3))
(lambda f: (f.write(b"line one\nline two\n"), f.flush(), b.makefile("rb").readline(), f.close()))(a.makefile("wb"))
(lambda f: (a.sendall("t\u00e9xt\n".encode()), f.readline(), f.close()))(b.makefile("r", encoding="utf-8"))
a.sendmsg([b"ab", b"cd"]), b.recvmsg(10)[0], a.sendmsg([b"x"], []), b.recvmsg_into([bytearray(1)])[0]
b.settimeout(0.01), b.gettimeout()
b.recv(1)
b.setblocking(False)
b.recv(1)
b.setblocking(True), b.recv(0), a.send(b"")
selector.register(b, selectors.EVENT_READ, "data").data, selector.select(0), a.send(b"!"), [(k.data, m) for k, m in selector.select(1)], selector.get_key(b).events, len(selector.get_map()), selector.modify(b, selectors.EVENT_WRITE).data, [m for k, m in selector.select(0)], selector.unregister(b).events, b.recv(1)
selector.register(b, 0)
selector.register("x", 1)
selector.unregister(b)
selector.get_key(a)
a.shutdown(s.SHUT_WR), b.recv(10), b.recv(10)
a.send(b"after")
a.close(), a.fileno(), repr(a).startswith("<socket.socket [closed]")
a.send(b"closed")
b.detach() > 0, b.fileno()
s.create_connection(("127.0.0.1", 1), timeout=1)
s.socket(s.AF_INET).bind(address)
s.socket(s.AF_INET).connect("x")
s.socket(s.AF_INET).bind(("127.0.0.1", 70000))
s.socket(999)
s.socket().recv(1)
s.socket().send("text")
s.socket().settimeout(-1)
s.inet_aton("1.2.3.4"), s.inet_ntoa(b"\1\2\3\4"), s.inet_pton(s.AF_INET6, "::1")[-1:], s.inet_ntop(s.AF_INET6, bytes(15) + b"\1"), s.htons(1), s.ntohl(1), s.htonl(0x01020304) == struct.unpack("=I", b"\1\2\3\4")[0], s.has_ipv6, s.AF_INET, s.SOCK_STREAM, s.SocketKind(1).name
s.inet_aton("nope")
s.inet_pton(s.AF_INET, "::1")
s.getaddrinfo("127.0.0.1", 80, type=s.SOCK_STREAM)[0][0].name, s.getservbyname.__name__, s.timeout is TimeoutError, s.error is OSError, s.gaierror.__mro__[1], s.getdefaulttimeout(), s.gethostbyname("127.0.0.1")
s.getaddrinfo("127.0.0.1", "no-such-service")""".splitlines():
    attempt(text)
for opened in (client, accepted, server, udp, selector):
    opened.close()
