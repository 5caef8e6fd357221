"""What the page of a walk shows: frozen values, texts in the viewer's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orderloom.platform.app.view_models import Choice, PersonView, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTold:
    """A task, approval, ticket or question that was opened: who is asked, why, by when."""

    title: str
    kind: str
    people: tuple[PersonView, ...]
    reason: Reason
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedTold:
    """A decision that was evaluated. `rows`: id and note of each that matched; `values` and `out`:
    labels and values."""

    id: str
    title: str
    rows: tuple[tuple[str, str], ...]
    values: tuple[tuple[str, str], ...]
    out: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTold:
    """A call or message that would have left. `where`: method and address, or the subject; `text`:
    the body. Of a call: `nth` of its operation (from 0), and `answer`: how the walk answers it,
    empty where it does not yet."""

    kind: str
    what: str
    to: tuple[str, ...] = ()
    where: str = ""
    text: str = ""
    nth: int = 0
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTold:
    """One step of a walk and what came of it. `n`: from 1; 0 is the beginning. `refused`,
    `problems`: sentences; a step with such a one went otherwise than it says."""

    n: int
    label: str
    at: datetime
    entered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    asked: tuple[AskedTold, ...] = ()
    decided: tuple[DecidedTold, ...] = ()
    sent: tuple[SentTold, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()
    clocks: tuple[tuple[str, datetime], ...] = ()
    sentences: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    expects: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that somebody may do now. `id` names it (`event:cancel`, `task:3`, `edit`).
    `at_once`: nothing need be filled in. `sample`: the names of its data as JSON text, where no
    form asks for them."""

    id: str
    kind: str
    title: str
    at_once: bool = False
    sample: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTold:
    """Somebody of the cast, and how much they may do now."""

    login: str
    name: str
    roles: str
    deeds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideTold:
    """An event that a connector may send. `sample`: the names of its data, as JSON text."""

    source: str
    event: str
    title: str
    sample: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NowTold:
    """Where the walk stands. `next_clock`: when the next clock strikes. `orders`: the order and its
    children, by their places in a scenario."""

    now: datetime
    next_clock: datetime | None
    people: tuple[PersonTold, ...]
    outside: tuple[OutsideTold, ...]
    orders: tuple[Choice, ...]
    unanswered: tuple[SentTold, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
