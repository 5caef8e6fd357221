"""A command that a world of tests has carried out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor, Event, OrderState
from orderloom.platform.engine import commands as c


@dataclass(frozen=True)
class Carried:
    """A command that was accepted: on which state, by whom, with which answers (as an entry records
    them), and what came of it (as JSON brings it back)."""

    release: Release
    before: OrderState | None
    body: c.Body
    actor: Actor
    on_behalf_of: str | None
    answers: list[list[Any]]
    events: list[Event]
