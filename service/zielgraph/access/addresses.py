"""Internet addresses: which are the same, which are one client, which are this machine."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

UNIX = "unix:"  # the peer of a socket file, which has no address


@lru_cache(maxsize=4096)
def plain(address: str) -> str:
    """An address in its one spelling; ``unix:`` for whatever is none."""
    found = _parsed(address)
    return str(found) if found else UNIX


@lru_cache(maxsize=4096)
def network(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 network of an IPv6 address, which one customer gets."""
    found = _parsed(address)
    if isinstance(found, IPv6Address):
        return f"{IPv6Address(int(found) >> 64 << 64)}/64"
    return plain(address)


@lru_cache(maxsize=4096)
def loopback(address: str) -> bool:
    """Whether an address or host name is this machine's own."""
    found = _parsed(address)
    return found.is_loopback if found else address.lower() == "localhost"


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address.strip("[]"))
    except ValueError:
        return None
    return (found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found
