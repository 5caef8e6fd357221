"""What a watch hears of an order (language 5): audited events under the names of the language.

Beside the events of a process and of the engine (language 11) there are `order.created`,
`order.ended`, `entered.<stage>`, `left.<stage>`, `milestone.<id>`, `held.<hold>`, `error.<kind>`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from orderloom.platform.engine.outcome import Event
from orderloom.platform.engine.state import OrderState

Heard = tuple[str, Mapping[str, Any]]  # name, what it brings


def heard(event: Event, state: OrderState) -> Iterator[Heard]:
    """The names of an audited event, each with its data; `state`: of the order after it."""
    reader = _READERS.get(event.type)
    if reader is not None:
        yield from reader(event.facts, state)


def _received(facts: Mapping[str, Any], state: OrderState) -> Iterator[Heard]:
    yield facts["name"], _brought(facts)


def _brought(facts: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: facts.get(name) for name in ("by", "source", "reason")}
    return {**told, **(facts.get("data") or {})}


def _activity(facts: Mapping[str, Any], state: OrderState) -> Iterator[Heard]:
    if facts["status"] in ("done", "failed"):
        data = {name: facts.get(name) for name in ("outcome", "result")}
        yield f"{facts['status']}.{facts['id']}", data


def _approval(facts: Mapping[str, Any], state: OrderState) -> Iterator[Heard]:
    yield f"approval.{facts['outcome']}.{facts['id']}", {"outcome": facts["outcome"]}


def _voided(facts: Mapping[str, Any], state: OrderState) -> Iterator[Heard]:
    yield f"approval.voided.{facts['id']}", {"outcome": "voided"}


def _child(facts: Mapping[str, Any], state: OrderState) -> Iterator[Heard]:
    activity = state.activities.get(str(facts["activity"])) or {}
    data = {name: facts.get(name) for name in ("outcome", "failed", "result")}
    yield f"child.ended.{activity.get('id', '')}".rstrip("."), data


def _edited(facts: Mapping[str, Any], state: OrderState) -> Iterator[Heard]:
    if facts.get("cause") not in ("set", "append"):
        yield "data.changed", {}


def _created(facts: Mapping[str, Any], state: OrderState) -> Iterator[Heard]:
    if not facts.get("draft"):
        yield "order.created", {"channel": facts.get("channel"), "by": facts.get("requester")}


def _started(facts: Mapping[str, Any], state: OrderState) -> Iterator[Heard]:
    yield "order.created", {"channel": state.channel, "by": state.requester}


def _ended(facts: Mapping[str, Any], state: OrderState) -> Iterator[Heard]:
    yield "order.ended", {"outcome": facts.get("outcome"), "failed": bool(facts.get("failed"))}


def _moved(facts: Mapping[str, Any], state: OrderState) -> Iterator[Heard]:
    yield from ((f"left.{stage}", {}) for stage in facts.get("exits") or ())
    yield from ((f"entered.{stage}", {}) for stage in facts.get("enters") or ())


def _milestone(facts: Mapping[str, Any], state: OrderState) -> Iterator[Heard]:
    yield f"milestone.{facts['id']}", {}


def _held(facts: Mapping[str, Any], state: OrderState) -> Iterator[Heard]:
    if facts.get("on"):
        yield f"held.{facts['hold']}", {"by": facts.get("by"), "reason": facts.get("reason")}


def _error(facts: Mapping[str, Any], state: OrderState) -> Iterator[Heard]:
    yield f"error.{facts['kind']}", {}


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any], OrderState], Iterator[Heard]]]] = {
    "event.received": _received,
    "event.raised": _received,
    "activity.ended": _activity,
    "approval.closed": _approval,
    "approval.voided": _voided,
    "child.ended": _child,
    "data.changed": _edited,
    "order.created": _created,
    "order.started": _started,
    "order.ended": _ended,
    "stage.changed": _moved,
    "milestone.reached": _milestone,
    "held": _held,
    "error.raised": _error,
}
# The types of entries in which something can be heard.
AUDIBLE: Final = frozenset(_READERS)
