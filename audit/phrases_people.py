"""Sentences about who is told, who said something and who stands in."""

from __future__ import annotations

import re
from typing import Any, Final

from orderloom.audit.voice import Voice, items

_FIELD: Final = re.compile(r"\{\{\s*([^{}|\s]{1,200})\s*\}\}")


def commented(voice: Voice) -> tuple[str, dict[str, Any]]:
    """Who said something, and to whom."""
    mentions = voice.facts.get("mentions")
    return ("to", {"people": voice.people(mentions)}) if mentions else ("said", {})


def message(voice: Voice) -> tuple[str, dict[str, Any]]:
    """Which message goes to whom."""
    params = {"message": voice.title(voice.facts.get("message"))}
    to = items(voice.facts.get("to"))
    if not to:
        return "said", params
    return "people", {**params, "people": voice.listed(_receiver(voice, str(each)) for each in to)}


def _receiver(voice: Voice, to: str) -> str:
    """A person, or the field that their address stands in: a template is nobody's name."""
    field = _FIELD.fullmatch(to.strip())
    if field is None:
        return voice.person(to)
    return voice.say("who.address", field=voice.title(field[1]))


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
