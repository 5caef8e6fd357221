"""`orderloom user email`: where somebody's mail goes."""

from __future__ import annotations

import pytest
from parts.command_line import CommandLine


def test_an_address_is_set_changed_and_taken_away(orderloom: CommandLine) -> None:
    added = orderloom.run("user", "add", "bob", "--no-password", "--email", "bob@firm.example")
    assert added.code == 0
    changed = orderloom.run("user", "email", "bob", "b@home.example")
    assert (changed.code, changed.out.strip()) == (0, "Mail of bob goes to b@home.example.")
    gone = orderloom.run("user", "email", "bob")
    assert (gone.code, gone.out.strip()) == (0, "bob gets no mail.")


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "email", "nobody", "b@home.example"),
        ("user", "email", "ann", "b@home.example, c@home.example"),
        ("user", "email", "ann", "b@home.example\nBcc: c@home.example"),
    ],
)
def test_what_is_no_person_or_no_address_is_refused(
    orderloom: CommandLine, arguments: tuple[str, ...]
) -> None:
    assert orderloom.run("user", "add", "ann", "--no-password").code == 0
    assert orderloom.run(*arguments).code == 1
