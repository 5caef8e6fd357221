"""Sentences about who is told, who said something and who stands in."""

from __future__ import annotations

from typing import Any

from orderloom.audit.voice import Voice, items


def commented(voice: Voice) -> tuple[str, dict[str, Any]]:
    """Who said something, and to whom."""
    mentions = voice.facts.get("mentions")
    return ("to", {"people": voice.people(mentions)}) if mentions else ("said", {})


def message(voice: Voice) -> tuple[str, dict[str, Any]]:
    """Which message goes to whom."""
    params = {"message": voice.title(voice.facts.get("message"))}
    to = voice.facts.get("to")
    return ("people", {**params, "people": voice.people(to)}) if to else ("said", params)


def sent(voice: Voice) -> tuple[str, dict[str, Any]]:
    """Which event went to how many orders."""
    to = voice.facts.get("to")
    return "orders", {
        "event": voice.title(voice.facts.get("event")),
        "count": len(items(to)),
    }


def substitution(voice: Voice) -> tuple[str, dict[str, Any]]:
    """Who stands in for whom, and when."""
    params: dict[str, Any] = {
        name: voice.person(str(voice.facts.get(name))) for name in ("person", "substitute")
    }
    return "said", {**params, **{name: str(voice.facts.get(name)) for name in ("from", "until")}}
