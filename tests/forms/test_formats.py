"""Addresses of e-mail: what is one, and that judging them stays within the matcher's memory."""

from __future__ import annotations

import pytest

from orderloom.forms.formats import fits

ADDRESSES = (
    ("a@b.example", True),
    ("zażółć@gęślą.example", True),
    (f"a@{'x' * 63}.example", True),
    (f"a@{'x' * 64}.example", False),
    (f"{'x' * 64}@b.example", True),
    (f"{'x' * 65}@b.example", False),
    ("a@-b.example", False),
    ("a@b-.example", False),
    ("a@b..example", False),
    ("a b@c.example", False),
    ("a@b@c.example", False),
    ("a@", False),
)


@pytest.mark.parametrize(("address", "good"), ADDRESSES)
def test_an_address_is_judged(address: str, good: bool) -> None:
    assert fits("email", address) is good


def test_the_matcher_does_not_run_out_of_memory(capfd: pytest.CaptureFixture[str]) -> None:
    assert fits("email", "ż" * 64 + "@" + ".".join(["ż" * 30] * 5))
    assert capfd.readouterr().err == ""
