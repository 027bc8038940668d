"""Which network addresses we may call, so that nobody makes us knock inside.

A store's address is typed by a user. Were it followed blindly, it could point our
server at machines that only the server can reach (server-side request forgery). So
each name is resolved here, each resolved address is judged, and the connection goes
to the very address that was judged: a name that changes its mind in between (DNS
rebinding) gains nothing.
"""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

IpAddress = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[IpAddress]]

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")  # RFC 8215: a network's own translation
_COMPATIBLE = IPv6Network("::/96")  # RFC 4291 2.5.5.1, retired: an IPv4 address, bare
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")  # RFC 2765: likewise
_SITE_LOCAL = IPv6Network("fec0::/10")  # RFC 3879, retired and still routed in places
#: The clouds' metadata services outside of the link-local range: Azure (which looks
#: public, and is answered on every Azure machine), Alibaba, Oracle, Amazon over IPv6.
_METADATA = frozenset(
    ip_address(text)
    for text in ("168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254")
)


def resolve(host: str, port: int) -> tuple[IpAddress, ...]:
    """Return the addresses of a host, in the system's order, each once.

    Raises socket.gaierror (an OSError) when the name cannot be resolved.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    texts = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
    return tuple(ip_address(text) for text in texts)


def is_public(address: IpAddress) -> bool:
    """Whether anybody on the internet could reach this address."""
    plain = _unwrapped(address)
    if isinstance(plain, IPv6Address) and (
        plain in _SITE_LOCAL or plain in _NAT64_LOCAL
    ):
        return False
    is_open = plain.is_global and not plain.is_multicast
    return is_open and plain not in _METADATA


def is_never_a_store(address: IpAddress) -> bool:
    """Whether no permission opens this address: no store lives there.

    Link-local addresses carry the clouds' metadata services (169.254.169.254),
    which hand out the machine's own keys.
    """
    plain = _unwrapped(address)
    is_special = plain.is_link_local or plain.is_multicast or plain.is_unspecified
    return is_special or plain in _METADATA


def permitted(
    addresses: Sequence[IpAddress], *, allows_private: bool
) -> tuple[IpAddress, ...]:
    """Return those that may be called."""
    if allows_private:
        return tuple(a for a in addresses if not is_never_a_store(a))
    return tuple(a for a in addresses if is_public(a))


def _unwrapped(address: IpAddress) -> IpAddress:
    """Return the IPv4 address that an IPv6 form only dresses up."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or address in _TRANSLATED or _is_bare(address):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _is_bare(address: IPv6Address) -> bool:
    """Whether it is an IPv4 address with nothing in front; "::1" is not one."""
    return address in _COMPATIBLE and int(address) > 0xFFFF
