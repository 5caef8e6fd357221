"""Walks over the small bundle, as tests play them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.playing import Game
from orderloom.platform.app.playing_walk import Walk
from orderloom.platform.definitions import Bundle

READER = replace(OPERATOR, language="en", zone="Europe/Warsaw")
BEGUN = {
    "now": "2026-03-06T10:00:00+01:00",
    "order": {"by": "alice", "data": {"title": "Desk", "total": 250}},
}
STEPS: tuple[Mapping[str, Any], ...] = (
    {"pass": "P1D"},
    {"as": "bob", "approve": "manager", "comment": "ok"},
    {"as": "carol", "task": "pay", "with": {"invoice": "I-7"}},
)
WALK = Walk(process="request", given=BEGUN, steps=STEPS)


def as_written(template: str, names: Mapping[str, Any]) -> str:
    return template


@contextmanager
def playing(bundle: Bundle, walk: Walk, language: str = "en") -> Iterator[Game]:
    game = Game(bundle, walk, replace(READER, language=language))
    try:
        game.begin()
        yield game
    finally:
        game.close()


def process(bundle: Bundle, change: Callable[[dict[str, Any]], Any]) -> Bundle:
    """The bundle with its process changed by `change(value)`."""
    return replace(
        bundle,
        documents=tuple(
            replace(each, value=change(dict(each.value))) if each.kind == "process" else each
            for each in bundle.documents
        ),
    )
