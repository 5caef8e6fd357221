"""Sentences about personal data: erased, read, taken out."""

from __future__ import annotations

from typing import Any

from orderloom.audit.voice import Voice


def erased(voice: Voice) -> tuple[str, dict[str, Any]]:
    """What was erased, of whom, and on whose request or because its time had come."""
    facts = voice.facts
    params: dict[str, Any] = {"count": int(facts.get("values") or 0)}
    if facts.get("collection"):
        record = f"{voice.title(facts['collection'])} {facts.get('key')}"
        return "record", {**params, "record": record}
    if facts.get("cause") == "retention":
        return "retention", params
    if facts.get("person"):
        return "person", {**params, "person": voice.person(str(facts["person"]))}
    return "said", params
