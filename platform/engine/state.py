"""The state of one order: frozen, JSON-shaped, the fold of its events.

Beyond `data` it stays small: what a definition says is not repeated here, only what happened.
Instants are ISO 8601 strings in UTC with microseconds and `Z`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True)
class OrderState:
    """Everything the interpreter knows of an order.

    - `status`: `draft open ended`. `attention` is read off the tasks (`in_attention`).
    - `stages`: active stage id → instant entered (outer ones too). `history`: stage → ids left.
    - `activities`: n → `{id stage kind status item …}`, while their stage is active.
    - `tasks`: n → `{id kind activity title by for assignee due …}`, open ones only.
      `kind`: `task approval ticket attention answer`; `for`: principals (`r:role`, `u:user`).
    - `pending`: stages entered whose work has not started (a hold stops it).
    - `timers`: n → `{due kind stage i k task}`; `due` None: has fired, waits for another moment.
      `kind`: `after at every recheck remind escalate keep`.
    - `holds`: hold → the stages it stops, those inside them included.
    - `results`: what `as` named. `undo`: stack of `{n stage action}`. `kept`: early events.
    - `children`: activity n → list of `{order number process ended outcome result failed}`.
    - `approvals`: approval id → the last closed round (verdicts stand while content is the same).
    - `attachments`: n → `{name size type sha256 by at}` of files that belong to the order.
    - `checks`: `<stage>.<verify>` → `{ended warnings waived}`: when it ended well and which
      warnings stood then; by the row's key, what was set aside, by whom, why, and its values.
    - `reserved`: balance (`collection.field`) → key → how much of it the order holds.
    - `seen`: stream → highest message number taken from it.
    """

    order: int
    process: str
    status: str = "draft"
    number: str = ""
    release: str = ""
    requester: str = ""
    channel: str = ""
    created: str = ""
    last_at: str = ""
    parent: Json | None = None
    next_n: int = 1
    stages: Mapping[str, str] = field(default_factory=dict)
    pending: tuple[str, ...] = ()
    history: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    data: Json = field(default_factory=dict)
    results: Json = field(default_factory=dict)
    activities: Mapping[str, Json] = field(default_factory=dict)
    tasks: Mapping[str, Json] = field(default_factory=dict)
    timers: Mapping[str, Json] = field(default_factory=dict)
    calls: Mapping[str, Json] = field(default_factory=dict)
    children: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)
    approvals: Json = field(default_factory=dict)
    undo: tuple[Json, ...] = ()
    kept: tuple[Json, ...] = ()
    tags: tuple[str, ...] = ()
    checks: Mapping[str, Json] = field(default_factory=dict)
    holds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    milestones: Mapping[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    attachments: Mapping[str, Json] = field(default_factory=dict)
    reserved: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seen: Mapping[str, int] = field(default_factory=dict)
    outcome: str | None = None
    failed: bool = False
    result: Json | None = None
    ended_at: str | None = None

    def but(self, **changes: Any) -> OrderState:
        """The state with other values of these fields: what `dataclasses.replace` gives, in a
        tenth of its time. Every event makes a state or two, so this is the engine's hot spot."""
        state = object.__new__(OrderState)
        object.__setattr__(state, "__dict__", self.__dict__ | changes)
        return state

    def stamped(self, at: str, next_n: int, *, new: bool) -> OrderState:
        """The state after an event of that instant. `new`: it was made for the event and nobody
        else has seen it, so that it is finished rather than made once more."""
        state = self if new else self.but()
        state.__dict__.update(last_at=at, next_n=next_n)
        return state

    @property
    def in_attention(self) -> bool:
        tasks = self.tasks
        return bool(tasks) and any(task["kind"] == "attention" for task in tasks.values())

    @property
    def wake_at(self) -> str | None:
        """The earliest instant at which `Wake` has something to do."""
        if not self.timers:
            return None
        stopped = self.stopped
        return min(
            (
                timer["due"]
                for timer in self.timers.values()
                if timer["due"] and timer.get("stage") not in stopped
            ),
            default=None,
        )

    @property
    def stopped(self) -> frozenset[str]:
        """The stages that a hold stops now."""
        if not self.holds:
            return _NONE
        return frozenset(stage for stages in self.holds.values() for stage in stages)

    def to_json(self) -> dict[str, Any]:
        """Fields that differ from their defaults; `data` is stored apart and left out."""
        mine = self.__dict__
        return {
            name: value
            for name, blank in _BLANKS
            if (value := mine[name]) is not blank and value != blank
        }

    @staticmethod
    def first(**fields: Any) -> OrderState:
        """A state with these fields, all others blank: what the class gives, sooner."""
        return _BLANK.but(**fields)

    @staticmethod
    def from_json(value: Json, data: Json) -> OrderState:
        """The inverse of `to_json`."""
        known = {name: value[name] for name in _NAMES if name in value}
        for name in ("undo", "kept", "tags", "links", "pending"):
            if name in known:
                known[name] = tuple(known[name])
        for name in ("history", "children", "holds"):
            if name in known:
                known[name] = {key: tuple(items) for key, items in known[name].items()}
        return OrderState(**known, data=data)


_NONE: frozenset[str] = frozenset()
_BLANK = OrderState(order=0, process="")
_NAMES = tuple(f.name for f in fields(OrderState) if f.name != "data")
_BLANKS = tuple((name, getattr(_BLANK, name)) for name in _NAMES)
