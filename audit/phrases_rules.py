"""Sentences about what rulesets found and watches noticed, with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.audit.voice import Voice, items


def inferred(voice: Voice) -> tuple[str, dict[str, Any]]:
    """`Order flags: HAZMAT because of line 2; HOLD because of HAZMAT`."""
    facts = voice.facts
    chain, out = items(facts.get("chain")), facts.get("out")
    found = out if isinstance(out, Mapping) else {}
    params = {"ruleset": voice.title(facts.get("ruleset"))}
    if not chain:
        return "nothing", params
    steps = "; ".join(_derived(voice, step, found) for step in chain)
    further = facts.get("further")
    if further:
        steps = voice.say("derived.more", said=steps, count=further)
    return "found", {**params, "found": steps}


def _derived(voice: Voice, step: Any, found: Mapping[str, Any]) -> str:
    if not isinstance(step, Mapping):
        return "–"
    because = voice.listed(_fact(voice, each, found) for each in items(step.get("because")))
    return voice.say(
        "derived.step",
        fact=_short(voice, step.get("fact"), step.get("values")),
        why=because,
        rule=voice.title(step.get("rule")),
    )


def _fact(voice: Voice, place: Any, found: Mapping[str, Any]) -> str:
    """One that an order has (`[kind, place]`) is called by its place, one that was found (`[kind,
    place, true]`) by its values."""
    if not isinstance(place, list | tuple) or len(place) < 2 or not isinstance(place[1], int):
        return "–"
    name, index = place[0], place[1]
    if len(place) == 2:
        return voice.say("derived.given", fact=voice.title(name), number=index + 1)
    rows = found.get(str(name))
    if isinstance(rows, list | tuple) and index < len(rows):
        return _short(voice, name, rows[index])
    return voice.title(name)


def _short(voice: Voice, name: Any, values: Any) -> str:
    if isinstance(values, Mapping) and len(values) == 1:
        return voice.value(next(iter(values.values())))
    if isinstance(values, Mapping) and values:
        return f"{voice.title(name)} ({voice.values(values)})"
    return voice.title(name)


def hit(voice: Voice) -> tuple[str, dict[str, Any]]:
    facts = voice.facts
    params = {
        "watch": voice.title(facts.get("watch")),
        "rule": voice.title(facts.get("rule")),
        "key": voice.value(facts.get("key")),
        "count": len(items(facts.get("events"))),
    }
    return ("awaited" if facts.get("awaited") else "said"), params
