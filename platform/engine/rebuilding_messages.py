"""Messages of other orders as the entries of the one that took them tell them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orderloom.platform.engine.commands import Message
from orderloom.platform.engine.outcome import Event

_ENDED = ("activity", "order", "outcome", "failed", "result")
_NUMBERED = ("activity", "order", "number")


def messages_of(events: Sequence[Event]) -> tuple[Message, ...] | None:
    """The messages that were taken, in order; None where one of them is not told."""
    made: list[Message] = []
    starts = [at for at, event in enumerate(events) if event.type == "messages.taken"]
    for start, end in zip(starts, [*starts[1:], len(events)], strict=True):
        found = _message(events[start + 1 : end])
        if found is None:
            return None
        ((stream, n),) = events[start].facts["seen"].items()
        made.append(Message(int(stream), n, *found))
    return tuple(made)


def _message(events: Sequence[Event]) -> tuple[str, dict[str, Any]] | None:
    hit: Any = None
    for event in events:
        facts = event.facts
        if event.type == "watch.hit":
            hit = {name: value for name, value in facts.items() if name != "at"}
        elif event.type == "child.ended":
            return "child.ended", {name: facts.get(name) for name in _ENDED}
        elif event.type == "child.numbered":
            return "child.numbered", {name: facts[name] for name in _NUMBERED}
        elif event.type in ("event.received", "event.kept", "event.refused"):
            body = {name: facts.get(name) for name in ("name", "data", "source")}
            if "record" in facts or "kept" in facts:
                return None
            return ("event", body) if hit is None else ("hit", {**body, "hit": hit})
    return None
