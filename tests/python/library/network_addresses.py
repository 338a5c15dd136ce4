# ipaddress: addresses, networks, interfaces, their arithmetic, order and text, and what is refused.
import ipaddress as ip

a4, a6 = ip.ip_address("192.0.2.1"), ip.ip_address("2001:db8::1")
n4, n6 = ip.ip_network("192.0.2.0/28"), ip.ip_network("2001:db8::/126")


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""a4, a6, str(a4), int(a4), a4.packed, a6.packed, a4 + 1, a4 - 2, a6 + 2**64, a4 < ip.ip_address("192.0.2.2"), hash(a4) == hash(ip.ip_address(int(a4))), a4 == "192.0.2.1"
a6.exploded, a6.compressed, a4.reverse_pointer, a6.reverse_pointer, a4.version, a6.max_prefixlen, format(a4, "b"), format(a4, "x"), format(a4, "_X"), f"{a6:#x}", f"{a4:>15}", format(a4, "n")
[(ip.ip_address(x).is_private, ip.ip_address(x).is_global, ip.ip_address(x).is_loopback, ip.ip_address(x).is_multicast, ip.ip_address(x).is_link_local, ip.ip_address(x).is_reserved, ip.ip_address(x).is_unspecified) for x in ("10.0.0.1", "127.0.0.1", "224.0.0.1", "169.254.1.1", "8.8.8.8", "0.0.0.0", "255.255.255.255", "::1", "fe80::1", "ff02::1", "::", "2606:4700::1")]
ip.ip_address("::ffff:1.2.3.4").ipv4_mapped, ip.ip_address("2002:c000:204::").sixtofour, ip.ip_address("2001:0:4136:e378:8000:63bf:3fff:fdd2").teredo, ip.ip_address("fe80::1%eth0").scope_id, str(ip.ip_address("fe80::1%2")), ip.ip_address("fec0::1").is_site_local
n4, n4.network_address, n4.broadcast_address, n4.netmask, n4.hostmask, n4.prefixlen, n4.num_addresses, len(list(n4.hosts())), n4.with_netmask, n4.with_hostmask, n4[0], n4[-1], n6.num_addresses, list(n6)[1], list(ip.ip_network("10.0.0.0/31").hosts()), list(ip.ip_network("10.0.0.0/32").hosts())
a4 in n4, a6 in n4, n4.overlaps(ip.ip_network("192.0.2.8/29")), list(n4.subnets()), list(n4.subnets(new_prefix=30))[-1], n4.supernet(), n4.supernet(new_prefix=8), n4.subnet_of(ip.ip_network("192.0.2.0/24")), n4.supernet_of(ip.ip_network("192.0.2.8/29")), list(n4.address_exclude(ip.ip_network("192.0.2.0/30")))
n4[20]
list(n4.subnets(new_prefix=20))
n4.supernet(5, 6)
n4.subnet_of(n6)
list(n4.address_exclude(n6))
n4 < n6
a4 < a6
a4 + "x"
ip.ip_interface("192.0.2.5/24"), ip.ip_interface("192.0.2.5/24").network, ip.ip_interface("192.0.2.5/24").ip, ip.ip_interface("::1/64").with_prefixlen, ip.ip_interface("10.0.0.1") == ip.ip_address("10.0.0.1"), ip.IPv4Interface(("1.2.3.4", 8))
ip.collapse_addresses([ip.ip_network("10.0.0.0/25"), ip.ip_network("10.0.0.128/25")]).__next__(), list(ip.summarize_address_range(ip.ip_address("10.0.0.1"), ip.ip_address("10.0.0.6"))), sorted([a4 + 1, a4], key=ip.get_mixed_type_key)
ip.ip_network("192.0.2.1/24")
ip.ip_network("192.0.2.1/24", strict=False), ip.ip_network("10.0.0.0/255.255.0.0"), ip.ip_network("10.0.0.0/0.0.255.255"), ip.ip_network(5), ip.ip_network(("10.0.0.0", 8)), ip.ip_network(b"\x0a\0\0\0")
ip.ip_address("1.2.3")
ip.ip_address("1.2.3.256")
ip.ip_address("1.2.3.04")
ip.ip_address("1.2.3.a")
ip.ip_address("")
ip.ip_address(-1)
ip.ip_address(2**128)
ip.IPv4Address(2**32)
ip.IPv4Address("1.2.3.4/8")
ip.IPv4Address("1..2.3")
ip.IPv4Address("1.2.3.\u0661")
ip.IPv6Address("1:2")
ip.IPv6Address("1::2::3")
ip.IPv6Address(":1:2:3:4:5:6:7")
ip.IPv6Address("12345::")
ip.IPv6Address("1:2:3:4:5:6:7:8:9")
ip.IPv6Address("g::")
ip.IPv6Address("::1%")
ip.IPv4Network("1.2.3.0/33")
ip.IPv4Network("1.2.3.0/x")
ip.IPv4Network("1.2.3.0/24/24")
ip.IPv4Network("1.2.3.0/255.0.255.0")
ip.IPv4Address(b"abc")
ip.v4_int_to_packed(2**32)
ip.summarize_address_range(a4, a6).__next__()
ip.summarize_address_range(a4 + 1, a4).__next__()""".splitlines():
    attempt(text)
