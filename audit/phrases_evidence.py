"""The sentence about evidence that was taken away."""

from __future__ import annotations

from typing import Any

from orderloom.audit.voice import Voice, items, whole


def evidence(voice: Voice) -> tuple[str, dict[str, Any]]:
    """Of which orders, and whether what is personal went along."""
    facts = voice.facts
    numbers = items(facts.get("orders"))
    count = whole(facts.get("count")) or len(numbers)
    params = {"count": count, "orders": voice.listed(str(each) for each in numbers)}
    return ("personal" if facts.get("personal") else "said"), params
