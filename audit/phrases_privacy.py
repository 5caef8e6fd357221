"""Sentences about personal data: erased, read, taken out."""

from __future__ import annotations

from typing import Any

from orderloom.audit.voice import Voice, items, whole


def read(voice: Voice) -> tuple[str, dict[str, Any]]:
    """Whose order somebody looked into; how many in a list; all that is kept of a person."""
    facts = voice.facts
    if facts.get("collection"):
        return _of_collection(voice)
    if facts.get("message"):
        named = {"message": str(facts["message"]), "connector": voice.title(facts.get("connector"))}
        return "message", named
    if facts.get("mails"):
        return "mails", {"count": len(items(facts["mails"]))}
    if facts.get("person"):
        return "person", {"person": voice.person(str(facts["person"]))}
    if facts.get("subjects"):
        return "list", {"count": len(items(facts["subjects"]))}
    return "said", {"number": str(facts.get("number") or "")}


def exported(voice: Voice) -> tuple[str, dict[str, Any]]:
    """In which form personal data went out, and of which order or person."""
    facts = voice.facts
    what = str(facts.get("what"))
    if facts.get("collection"):
        name, params = _of_collection(voice)
        return name, {"what": what, **params}
    if facts.get("person"):
        return "person", {"what": what, "person": voice.person(str(facts["person"]))}
    if facts.get("number"):
        return "order", {"what": what, "number": str(facts["number"])}
    if facts.get("subjects"):
        return "list", {"what": what, "count": len(items(facts["subjects"]))}
    return "said", {"what": what}


def _of_collection(voice: Voice) -> tuple[str, dict[str, Any]]:
    collection = voice.title(voice.facts["collection"])
    if voice.facts.get("key"):
        return "record", {"record": f"{collection} {voice.facts['key']}"}
    return "records", {"collection": collection, "count": whole(voice.facts.get("count"))}


def erased(voice: Voice) -> tuple[str, dict[str, Any]]:
    """What was erased, of whom, and on whose request or because its time had come."""
    facts = voice.facts
    params: dict[str, Any] = {"count": whole(facts.get("values"))}
    if facts.get("collection"):
        record = f"{voice.title(facts['collection'])} {facts.get('key')}"
        return "record", {**params, "record": record}
    if facts.get("cause") == "retention":
        return "retention", params
    if facts.get("person"):
        return "person", {**params, "person": voice.person(str(facts["person"]))}
    return "said", params
