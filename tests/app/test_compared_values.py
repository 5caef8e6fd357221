"""What a matrix compared is called as its form calls the field, else by label, else by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.mail_room import MailRoom
from parts.named_bundle import open_trips, reader, trip

from orderloom.platform.problem import Rejection


@pytest.fixture
def room(tmp_path: Path) -> Iterator[MailRoom]:
    with open_trips(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("language", "values", "limits"),
    [
        (
            "en",
            [("Total", "1,000"), ("Class of carriage", "first"), ("Dear", "yes"), ("Nights", "3")],
            {"Total": "> 100", "Class of carriage": '"first"'},
        ),
        (
            "pl",
            [("Razem", "1 000"), ("Klasa wagonu", "pierwsza"), ("Drogo", "tak"), ("Nights", "3")],
            {"Razem": "> 100", "Klasa wagonu": '"first"'},
        ),
        (
            "sk",
            [("Spolu", "1 000"), ("Trieda vozňa", "prvá"), ("Draho", "áno"), ("Nights", "3")],
            {"Spolu": "> 100", "Trieda vozňa": '"first"'},
        ),
    ],
)
def test_why_am_i_asked(
    room: MailRoom, language: str, values: list[tuple[str, str]], limits: dict[str, str]
) -> None:
    trip(room)
    task = room.app.views.task(reader(room, "carol", language), room.deals.open("money"))
    assert not isinstance(task, Rejection), task
    shown = [(name, value.replace("\u00a0", " ")) for name, value in task.reason.values]
    assert (shown, task.reason.limits) == (values, limits)
