"""What pages and the API show of an order at a moment, and of two moments compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderloom.forms import FormView
from orderloom.platform.app.view_models import (
    ApproverView,
    Choice,
    OrderHead,
    PersonView,
    Sentence,
    StageView,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldThen:
    """A field that the viewer may see, a list's cell by cell. `path`: dotted, with indices."""

    path: str
    label: str
    text: str
    value: Any = None
    computed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskThen:
    """A task that was open, and with whom it was."""

    n: str
    kind: str
    title: str
    people: tuple[PersonView, ...]
    assignee: PersonView | None
    due: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentView:
    """An order after its entry `seq` of `last`, told by `entry`. `from_`, `until`: between which
    instants it stood so; `until` None: it still does. `now`: its head today."""

    seq: int
    last: int
    entry: Sentence
    from_: datetime
    until: datetime | None
    now: OrderHead
    head: OrderHead
    map: tuple[StageView, ...]
    form: FormView
    fields: tuple[FieldThen, ...]
    tasks: tuple[TaskThen, ...]
    approvals: tuple[ApproverView, ...]
    holds: tuple[Choice, ...]
    tags: tuple[str, ...]
    files: tuple[str, ...]
    milestones: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not at one moment as at the other. `kind`: `field status outcome stages
    task step hold tag file result milestone`. `seq`, `at`, `by`: the entry that changed it last
    before the later moment, and who; `computed`: it follows from another field."""

    kind: str
    key: str
    label: str
    before: str
    after: str
    seq: int
    at: datetime
    by: str
    computed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedView:
    """Two moments of an order, the earlier first; `same`: fields that are alike, label and
    value."""

    first: MomentView
    second: MomentView
    differences: tuple[Difference, ...]
    same: tuple[tuple[str, str], ...]
