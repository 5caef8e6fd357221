"""Refuses every connection of the test process that leaves this machine."""

import ipaddress
import sys

import pytest


class OutsideConnection(RuntimeError):
    """A test tried to reach an address other than loopback."""


def pytest_configure(config: pytest.Config) -> None:
    """Install the guard for the life of this process."""
    sys.addaudithook(_guard)


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        # Unix sockets have a path as address; only internet addresses are tuples.
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            raise OutsideConnection(f"Expected only loopback connections, got {address[0]!r}.")
    elif event == "socket.getaddrinfo":
        host = arguments[0]
        name = host.decode() if isinstance(host, bytes) else host
        if isinstance(name, str) and not _is_number(name) and not _is_loopback(name):
            raise OutsideConnection(f"Expected only loopback names, got {name!r}.")


def _is_loopback(host: str) -> bool:
    if host in {"", "localhost"} or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
