"""Balances are told by their collection's title and the record's name, if one may read records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from parts.mail_room import MailRoom
from parts.named_bundle import open_trips, reader, trip

from orderloom.platform.app.view_models import OrderView

SHORT = {
    "en": "60,000 of Purses (Left), {record}, is wanted, and 49,000 is free",
    "pl": "Sakiewki (Zostało), {record}",
    "sk": "Mešce (Zostatok), {record}",
}
MOVED = {"en": "of Purses (Left), {record}", "pl": SHORT["pl"], "sk": SHORT["sk"]}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[MailRoom]:
    with open_trips(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("language", SHORT)
@pytest.mark.parametrize(
    ("permissions", "record"), [({"collections.read"}, "Travel (TRV)"), (set(), "TRV")]
)
def test_what_was_moved_and_what_was_short(
    room: MailRoom, language: str, permissions: set[str], record: str
) -> None:
    carol = replace(reader(room, "carol", language), permissions=frozenset(permissions))
    for total, sentences in ((1000, MOVED), (60_000, SHORT)):
        found = room.app.views.order(carol, trip(room, total))
        assert isinstance(found, OrderView), found
        told = [each.text.replace("\u00a0", " ") for each in found.timeline]
        assert any(sentences[language].format(record=record) in each for each in told), told
