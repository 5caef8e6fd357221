"""What becomes of a "no": an entry, and when there are too many, a count (engine 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from orderloom.platform.codec import dumps, loads
from orderloom.platform.engine.commands import Actor, Body
from orderloom.platform.engine.outcome import Event
from orderloom.platform.engine.step import iso
from orderloom.platform.problem import Rejection

A_MINUTE: Final = timedelta(minutes=1)
MOST: Final = 5
# What people meet while others work: counted in the metrics, not written down.
ONLY_COUNTED: Final = frozenset(
    {"order.stale", "unavailable", "outcome.unknown", "internal", "key.reused"}
)
MOST_DETAILS: Final = 20
# Who has not said who they are; they share one bound.
UNKNOWN: Final = Actor(id="unknown", kind="link", name="Unknown")
MOST_KEYS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A refusal that came before any order was looked at (401, 403, malformed). `more`: how many
    like it were only counted before."""

    rejection: Rejection
    actor: Actor
    channel: str
    more: int = 0
    on_behalf_of: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What somebody did that belongs to no order, for the security stream. `subject`: the order
    that it is about, where there is one."""

    event: Event
    actor: Actor
    channel: str
    subject: int | None = None
    on_behalf_of: None = None


@dataclass(slots=True)
class _Minute:
    began: datetime
    written: int = 0
    more: int = 0


class Throttle:
    """Five entries a minute for each actor, order and code; after that they are only counted, and
    the next entry says how many there were."""

    def __init__(self) -> None:
        self._minutes: dict[tuple[str, int, str], _Minute] = {}

    def pass_(self, actor: str, order: int, code: str, now: datetime) -> int | None:
        """How many were only counted before this one; None: count this one too."""
        key = (actor, order, code)
        minute = self._minutes.get(key)
        if minute is None or now - minute.began >= A_MINUTE:
            if len(self._minutes) >= MOST_KEYS:
                self._minutes.clear()
            more = minute.more if minute is not None else 0
            self._minutes[key] = _Minute(now, written=1)
            return more
        if minute.written < MOST:
            minute.written += 1
            return 0
        minute.more += 1
        return None


def refusal_event(rejection: Rejection, body: Body | None, now: datetime, more: int = 0) -> Event:
    """The timeline's sentence for a refusal. What was typed may stand in its message and in its
    place (a field that nobody knows): both are kept as people's free text is, apart from the body
    and erasable."""
    facts: dict[str, Any] = {"code": rejection.code, "at": iso(now)}
    if body is not None:
        facts["command"] = type(body).__name__
    if more:
        facts["more"] = more
    facts["reason"] = dumps(rejection_json(rejection)).decode()
    return Event("refused", facts)


def refusal_of(facts: Mapping[str, Any]) -> Rejection:
    """The refusal that an entry tells, word for word unless it was erased."""
    reason = facts.get("reason")
    if isinstance(reason, str):
        return rejection_of(loads(reason))
    return Rejection(str(facts["code"]), "the refusal's words were erased")


def rejection_json(rejection: Rejection) -> dict[str, Any]:
    """A refusal as JSON keeps it; of many details the first ones."""
    made: dict[str, Any] = {"code": rejection.code, "message": rejection.message}
    if rejection.params:
        made["params"] = {key: _value(value) for key, value in rejection.params.items()}
    if rejection.path:
        made["path"] = rejection.path
    if rejection.details:
        made["details"] = [rejection_json(each) for each in rejection.details[:MOST_DETAILS]]
    return made


def _value(value: Any) -> Any:
    try:
        dumps(value)
    except TypeError:
        return str(value)
    return value


def rejection_of(value: Mapping[str, Any]) -> Rejection:
    """What `rejection_json` told."""
    return Rejection(
        value["code"],
        value["message"],
        value.get("params") or {},
        path=value.get("path"),
        details=tuple(rejection_of(each) for each in value.get("details") or ()),
    )
