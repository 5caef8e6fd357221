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


def short(voice: Voice, kind: Any, cause: Any) -> str:
    """What was wanted and what there is, of an error of stock; empty for another one."""
    if kind != "stock" or not isinstance(cause, Mapping) or "balance" not in cause:
        return ""
    held = "held" in cause
    return voice.say(
        "moved.not_held" if held else "moved.missing",
        balance=_balance(voice, cause.get("balance")),
        record=str(cause.get("key")),
        wanted=voice.value(cause.get("wanted")),
        there=voice.value(cause.get("held" if held else "free")),
    )


def _line(voice: Voice, line: Any) -> str:
    facts = line if isinstance(line, Mapping) else {}
    return voice.say(
        "moved.short" if "wanted" in facts else "moved.line",
        amount=voice.value(facts.get("amount")),
        wanted=voice.value(facts.get("wanted")),
        balance=_balance(voice, facts.get("balance")),
        record=str(facts.get("key")),
    )


def _balance(voice: Voice, balance: Any) -> str:
    collection, _, field = str(balance).partition(".")
    named = voice.title(balance)
    field = voice.title(field) if named == balance else named
    return voice.say("moved.balance", collection=voice.title(collection), field=field)
