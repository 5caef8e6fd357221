"""Compiled definitions, as the interpreter reads them: frozen, checked, without YAML in sight.

Made by `compile`; documents with findings of severity *error* are never compiled. Stage ids are
unique within their process. Every `Code` knows the place it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from orderloom.approvals import Policy
from orderloom.forms import Form
from orderloom.platform.definitions.model_actions import (
    Action,
    ActionKind,
    Call,
    Code,
    Decide,
    Each,
    Infer,
    Link,
    Mark,
    MoveBalance,
    Next,
    Notify,
    People,
    Raise,
    Read,
    Send,
    SetData,
    Span,
    StartOrder,
    WorkingTime,
)
from orderloom.rules import Decision, Expression
from orderloom.rules.ruleset import Ruleset

__all__ = [
    "Action",
    "ActionKind",
    "Activity",
    "ActivityKind",
    "ApprovalActivity",
    "Calendar",
    "Call",
    "CallActivity",
    "Code",
    "CompensateActivity",
    "Decide",
    "Each",
    "EventDecl",
    "HoldDecl",
    "Infer",
    "Link",
    "Mark",
    "MoveBalance",
    "Next",
    "Notify",
    "NumberPattern",
    "OrderActivity",
    "People",
    "Process",
    "Raise",
    "Read",
    "Release",
    "Send",
    "SetData",
    "Span",
    "Stage",
    "StartOrder",
    "TaskActivity",
    "Text",
    "Timer",
    "Transition",
    "VerifyActivity",
    "Version",
    "WaitActivity",
    "WorkingTime",
]

Text = str | Mapping[str, str]


# ── activities (language 3.6) ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ApprovalActivity:
    approval: str


@dataclass(frozen=True, slots=True)
class TaskActivity:
    """`fields`: dotted paths of the order's form; or `form`, whose data go under `as`."""

    title: Text
    by: tuple[People, ...]
    instruction: Text | None = None
    due: Span | None = None
    remind: tuple[Span, ...] = ()
    escalate: tuple[Span, tuple[People, ...]] | None = None
    outcomes: tuple[tuple[str, Text], ...] = ()
    fields: tuple[str, ...] = ()
    form: str | None = None


@dataclass(frozen=True, slots=True)
class VerifyActivity:
    """`key`: the field that tells the elements of `for_each` apart; None: their place does."""

    decision: str
    recheck: Span | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class CallActivity:
    connector: str
    operation: str
    names: tuple[tuple[str, Code], ...] = ()


@dataclass(frozen=True, slots=True)
class OrderActivity:
    """`until`: "all", "any" or a number. `leave`: "cancel" or "keep"."""

    process: str
    names: tuple[tuple[str, Code], ...] = ()
    until: str | int = "all"
    leave: str = "cancel"


@dataclass(frozen=True, slots=True)
class WaitActivity:
    condition: Code


@dataclass(frozen=True, slots=True)
class CompensateActivity:
    """`scope`: "all" or a stage's id."""

    scope: str


ActivityKind = (
    ApprovalActivity
    | TaskActivity
    | VerifyActivity
    | CallActivity
    | OrderActivity
    | WaitActivity
    | CompensateActivity
)


@dataclass(frozen=True, slots=True)
class Activity:
    id: str
    what: ActivityKind
    path: str
    condition: Code | None = None
    each: Each | None = None
    result: str | None = None
    optional: bool = False
    manual: bool = False
    by: tuple[People, ...] = ()
    undo: Action | None = None


# ── stages ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Transition:
    """`targets` empty: the stage is not left."""

    path: str
    condition: Code | None = None
    targets: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """One of `after span`, `at expression`, `every span or rrule` (with `start` = `from`)."""

    path: str
    transitions: tuple[Transition, ...]
    after: Span | None = None
    at: Code | None = None
    every: Span | None = None
    rrule: str | None = None
    start: Code | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage. `index`: place in document order; `ancestors`: ids from the outermost inwards.

    `kind`: plain, compound, parallel, final, history. `initial`: a compound's first stage(s).
    `on`: (event pattern, transitions) in the order written. `default`: a history's `to`.
    """

    id: str
    index: int
    kind: str = "plain"
    title: Text | None = None
    ancestors: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    initial: tuple[str, ...] = ()
    entry: tuple[Action, ...] = ()
    exit: tuple[Action, ...] = ()
    always: tuple[Transition, ...] = ()
    on: tuple[tuple[str, tuple[Transition, ...]], ...] = ()
    done: tuple[Transition, ...] | None = None
    do: tuple[Activity, ...] = ()
    timers: tuple[Timer, ...] = ()
    deep: bool = False
    default: tuple[Transition, ...] = ()
    outcome: str | None = None
    failed: bool = False
    result: tuple[tuple[str, Code], ...] = ()
    path: str = ""

    @property
    def parent(self) -> str | None:
        return self.ancestors[-1] if self.ancestors else None


@dataclass(frozen=True, slots=True)
class EventDecl:
    """A declared event. `keep`: how long an early one waits. `reason`: None, optional, required.

    `data`: FEEL types of what it brings (name → type as written). `fields`: form fields that its
    dialog asks for; `form`: a form of its own, whose data are the event's.
    """

    name: str
    title: Text | None = None
    by: tuple[People, ...] = ()
    sources: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    form: str | None = None
    fields: tuple[str, ...] = ()
    confirm: Text | None = None
    reason: str | None = None
    keep: Span | None = None


@dataclass(frozen=True, slots=True)
class HoldDecl:
    id: str
    title: Text | None
    by: tuple[People, ...]
    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """`SO-{yyyy}-{seq:6}`; `sequence`: the series (default: the process)."""

    pattern: str
    sequence: str
    gapless: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Process:
    """`root`: a stage without id that holds the top stages and the process's own `on`.

    `stages`: by id, in document order, the root excluded. `columns`: dotted paths. `keys`: name →
    dotted path of the data. `watches`: id → key of each watch whose events it takes. `labels`: what
    tags and milestones are called. `retention`: how long personal data stay after the end.
    """

    id: str
    title: Text
    form: str
    number: NumberPattern
    root: Stage
    stages: Mapping[str, Stage]
    columns: tuple[str, ...] = ()
    start_by: tuple[People, ...] = ()
    start_from: tuple[str, ...] = ()
    start_draft: bool = False
    access: tuple[People, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, EventDecl] = field(default_factory=dict)
    holds: Mapping[str, HoldDecl] = field(default_factory=dict)
    watches: Mapping[str, Expression] = field(default_factory=dict)
    labels: Mapping[str, Text] = field(default_factory=dict)
    retention: Span | None = None


class Calendar(Protocol):
    """Working time, compiled to days."""

    def add(self, moment: datetime, span: WorkingTime) -> datetime:
        """The instant `span` of working time after `moment` (both aware)."""
        ...

    def run(self, moment: datetime, working: timedelta) -> datetime:
        """When `working` time of open hours has passed since `moment`."""
        ...

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two instants."""
        ...


@dataclass(frozen=True, slots=True)
class Version:
    """A published definition: `reference` is `<id>@<n>`, `digest` hexadecimal SHA-256."""

    kind: str
    id: str
    number: int
    digest: str

    @property
    def reference(self) -> str:
        return f"{self.id}@{self.number}"


@dataclass(frozen=True, slots=True)
class Receivers:
    """To whom a message goes. `addresses`: mail addresses or templates of them, as written."""

    people: tuple[People, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Release:
    """All that an order runs by: one process and the versions it pinned.

    `get` finds decisions, rulesets, approvals, forms by the reference as written in the
    definition; what is not pinned (`connector`, `calendar`, `collection`, `@latest`) is as of
    today. `receivers`: of each message, by the same reference. `versions`: (kind, reference as
    written) → `Version`. `digest`: SHA-256 of the sorted versions. `labels`: of each decision, what
    its inputs, outputs and values are called.
    """

    digest: str
    process: Process
    zone: ZoneInfo
    languages: tuple[str, ...]
    decisions: Mapping[str, Decision]
    approvals: Mapping[str, Policy]
    forms: Mapping[str, Form]
    messages: Mapping[str, Mapping[str, Any]]
    connectors: Mapping[str, Mapping[str, Any]]
    collections: Mapping[str, Mapping[str, Any]]
    processes: Mapping[str, Text]
    versions: Mapping[tuple[str, str], Version]
    calendar: Calendar | None = None
    roles: Mapping[str, Text] = field(default_factory=dict)
    lift: Callable[[Any], Any] | None = None
    receivers: Mapping[str, Receivers] = field(default_factory=dict)
    rulesets: Mapping[str, Ruleset] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    decision_titles: Mapping[str, Text] = field(default_factory=dict)

    @property
    def form(self) -> Form:
        return self.forms[self.process.form]
