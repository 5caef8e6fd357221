"""Outgoing calls reach public addresses only, whatever disguise a private one wears."""

import pytest

from orderloom.platform.delivery.addresses import Forbidden, is_public, reachable


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("127.8.9.10", False),
        ("0.0.0.0", False),  # noqa: S104
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("172.31.255.255", False),
        ("172.32.0.1", True),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("fd12:3456::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("::127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("2002:a00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("64:ff9b:1::a00:1", False),
        ("2001:db8::1", False),
        ("nonsense", False),
        ("", False),
    ],
)
def test_public_addresses(address: str, expected: bool) -> None:
    assert is_public(address) is expected


@pytest.mark.parametrize(
    ("addresses", "allow_private", "expected"),
    [
        (["93.184.216.34"], False, "93.184.216.34"),
        (["127.0.0.1"], False, Forbidden("erp.example")),
        (["127.0.0.1"], True, "127.0.0.1"),
        # One private answer among public ones may be the next one connected to.
        (["93.184.216.34", "10.0.0.1"], False, Forbidden("erp.example")),
    ],
)
def test_a_name_is_judged_by_all_its_addresses(
    addresses: list[str], allow_private: bool, expected: str | Forbidden
) -> None:
    found = reachable(
        "erp.example", 443, allow_private=allow_private, resolved=lambda host, port: addresses
    )
    assert found == expected


def test_a_name_without_an_address_is_unknown() -> None:
    with pytest.raises(OSError, match="no address"):
        reachable("erp.example", 443, allow_private=True, resolved=lambda host, port: [])
