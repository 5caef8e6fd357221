"""Orders rebuilt from an export alone: no database, no definitions, no clock."""

from __future__ import annotations

from collections.abc import Iterable

from orderloom.audit.entry import decode
from orderloom.audit.personal import disclose
from orderloom.platform.codec import loads
from orderloom.platform.engine import Event, OrderState, evolve


def folded(lines: Iterable[bytes]) -> dict[int, OrderState]:
    """Stream → the fold of its entries, security streams left out. Values that are still disclosed
    are put back."""
    states: dict[int, OrderState | None] = {}
    for line in lines:
        content = loads(line)
        if "b" not in content:
            continue
        entry = decode(content["b"])
        kept = {each["slot"]: each["value"].encode() for each in content.get("p", ())}
        for type_, facts in entry.told():
            event = Event(type_, disclose(facts, kept))
            if content["s"] in states or event.type == "order.created":
                states[content["s"]] = evolve(states.get(content["s"]), event)
    return {stream: state for stream, state in states.items() if state is not None}
