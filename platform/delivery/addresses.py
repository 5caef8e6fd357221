"""Where outgoing traffic may go: an address of the public internet, unless allowed otherwise.

The address that was judged is the one connected to, so that a name that answers differently the
second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
# Carries an IPv4 address in its last 32 bits.
NAT64: Final = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))

Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Forbidden:
    """The name leads to where nothing may go."""

    host: str


def resolve(host: str, port: int) -> tuple[str, ...]:
    """All addresses of a name, as the system knows them. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))


def reachable(
    host: str, port: int, *, allow_private: bool, resolved: Resolve = resolve
) -> str | Forbidden:
    """The address to connect to. If any of a name's addresses is not allowed, none is.

    Raises `OSError` if the name is not known.
    """
    addresses = resolved(host, port)
    if not addresses:
        raise OSError(f"no address for {host}")
    if not allow_private and not all(is_public(each) for each in addresses):
        return Forbidden(host)
    return addresses[0]


def is_public(text: str) -> bool:
    """Whether an address is one of the public internet, whatever disguise it wears."""
    try:
        address: Address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(_is_public(each) for each in (address, *_inside(address)))


def _is_public(address: Address) -> bool:
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def _inside(address: Address) -> list[Address]:
    """IPv4 addresses that an IPv6 one stands for."""
    if isinstance(address, IPv4Address):
        return []
    found: list[Address | None] = [address.ipv4_mapped, address.sixtofour]
    if address.teredo:
        found += list(address.teredo)
    if any(address in network for network in NAT64):
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    if int(address) >> 32 == 0:
        found.append(IPv4Address(int(address)))
    return [each for each in found if each is not None]
