"""How amounts that were moved are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.audit.voice import Voice, items


def moved(voice: Voice) -> tuple[str, dict[str, Any]]:
    """Which way, and each line; what the end of the order gave back is told as such."""
    lines = [_line(voice, each) for each in items(voice.facts.get("lines"))]
    if not lines:
        return "nothing", {}
    way = str(voice.facts.get("way"))
    variant = "end" if voice.facts.get("cause") == "end" else way
    return variant, {"lines": voice.listed(lines)}


def _line(voice: Voice, line: Any) -> str:
    facts = line if isinstance(line, Mapping) else {}
    collection, _, field = str(facts.get("balance")).partition(".")
    balance = voice.say(
        "moved.balance", collection=voice.title(collection), field=voice.title(field)
    )
    return voice.say(
        "moved.short" if "wanted" in facts else "moved.line",
        amount=voice.value(facts.get("amount")),
        wanted=voice.value(facts.get("wanted")),
        balance=balance,
        record=str(facts.get("key")),
    )
