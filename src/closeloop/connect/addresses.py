"""Which addresses may be called: those of the open net, unless the installation trusts its own."""

import asyncio
import ipaddress
import socket

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class PrivateAddress(Exception):
    """The name leads to this machine or to a network behind it."""


async def resolve(host: str, port: int, *, private: bool) -> str:
    """Return the address to connect to; raises PrivateAddress, or OSError where the name leads nowhere.

    The caller connects to this very address, so that a name that changes its mind leads nowhere else.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not addresses:
        raise OSError(host)
    if not private and not all(map(is_public, addresses)):
        raise PrivateAddress
    return addresses[0]


def is_public(address: str) -> bool:
    """Tell whether an address is one of the open net, also where it wraps one of the older kind."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
