"""Tags and milestones are called by the labels of their process, and ids stay for programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.mail_room import MailRoom
from parts.named_bundle import open_trips, reader, trip

from orderloom.platform.app.view_models import OrderView

SAID = {
    "en": ("Dear trip", "Milestone reached: Asked for"),
    "pl": ("Droga podróż", "Złożono wniosek"),
    "sk": ("Drahá cesta", "Podaná žiadosť"),
}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[MailRoom]:
    with open_trips(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("language", SAID)
def test_on_the_order_and_in_its_timeline(room: MailRoom, language: str) -> None:
    tag, milestone = SAID[language]
    number = trip(room)
    found = room.app.views.order(reader(room, "alice", language), number)
    assert isinstance(found, OrderView), found
    # `odd` has no label: its id is all there is.
    assert (found.tags, found.tag_titles) == (("dear", "odd"), (tag, "odd"))
    assert [id_ for id_, _ in found.milestones] == ["asked"]
    told = [each.text for each in found.timeline]
    assert any(milestone in text for text in told)
    assert any(tag in text for text in told)
    assert not any("asked" in text and "Milestone" in text for text in told)
