"""Which variant of its sentence an event takes, and with which values: one row per event type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from orderloom.audit.phrases_administration import ADMINISTRATION
from orderloom.audit.phrases_evidence import evidence
from orderloom.audit.phrases_people import commented, message, sent, substitution
from orderloom.audit.phrases_privacy import erased, exported, read
from orderloom.audit.phrases_rules import hit, inferred
from orderloom.audit.phrases_stock import moved
from orderloom.audit.phrases_trouble import attention, error_text, raised, settled
from orderloom.audit.voice import Voice, items

__all__ = ["PHRASES", "Phrase", "items"]


Phrase = Callable[[Any], tuple[str, dict[str, Any]]]
VERDICTS: Final = frozenset({"approve", "reject", "return", "abstain", "ask", "withdraw"})
OUTCOMES: Final = frozenset(
    {"approved", "rejected", "returned", "withdrawn", "partial", "unassignable", "voided"}
)
ENDS: Final = frozenset({"completed", "cancelled", "rejected", "expired"})
BY_PEOPLE: Final = frozenset({"edit", "event", "verdict", "task"})


def _fixed(variant: str = "said", **titles: str) -> Phrase:
    """A sentence whose values are titles or values of single facts: `name="fact"`."""

    def phrase(voice: Voice) -> tuple[str, dict[str, Any]]:
        return variant, {name: voice.title(voice.facts.get(fact)) for name, fact in titles.items()}

    return phrase


def _created(voice: Voice) -> tuple[str, dict[str, Any]]:
    parent = voice.facts.get("parent")
    if isinstance(parent, Mapping):
        return "child", {"parent": str(parent.get("number") or parent.get("order"))}
    return ("draft" if voice.facts.get("draft") else "order"), {}


def _ended(voice: Voice) -> tuple[str, dict[str, Any]]:
    outcome = str(voice.facts.get("outcome"))
    return (outcome, {}) if outcome in ENDS else ("so", {"outcome": voice.title(outcome)})


def _stage_changed(voice: Voice) -> tuple[str, dict[str, Any]]:
    exits, enters = voice.facts.get("exits"), voice.facts.get("enters")
    params = {"exits": voice.titled(exits), "enters": voice.titled(enters)}
    return ("moved" if exits and enters else "left" if exits else "entered"), params


def _work_started(voice: Voice) -> tuple[str, dict[str, Any]]:
    for name in ("tasks", "activities"):
        records = _records(voice.facts.get(name))
        if records:
            return name, {"things": voice.listed(_called(voice, each) for each in records)}
    return ("clocks" if voice.facts.get("timers") else "nothing"), {}


def _activity_ended(voice: Voice) -> tuple[str, dict[str, Any]]:
    status = voice.facts.get("status")
    variant = str(status) if status in ("done", "failed", "cancelled") else "done"
    return variant, {"what": voice.title(voice.facts.get("id"))}


def _task_done(voice: Voice) -> tuple[str, dict[str, Any]]:
    params = {"task": _called(voice, voice.facts)}
    outcome = voice.facts.get("outcome")
    return ("so", {**params, "outcome": voice.title(outcome)}) if outcome else ("said", params)


def _checked(voice: Voice) -> tuple[str, dict[str, Any]]:
    told, changed, closed = (
        len(items(voice.facts.get(name))) for name in ("tasks", "changed", "closed")
    )
    if told > changed:
        return "found", {"count": told - changed}
    if closed:
        return "solved", {"count": closed}
    return ("changed", {"count": changed}) if changed else ("clean", {})


def _set_aside(voice: Voice) -> tuple[str, dict[str, Any]]:
    title = voice.facts.get("title")
    return "said", {"what": voice.chosen(title) or voice.title(voice.facts.get("id"))}


def _handed_over(voice: Voice) -> tuple[str, dict[str, Any]]:
    return "said", {"task": _called(voice, voice.facts), "to": _somebody(voice, "to")}


def _somebody(voice: Voice, fact: str) -> str:
    return voice.person(str(voice.facts.get(fact)))


def _settled_verdicts(voice: Voice) -> tuple[str, dict[str, Any]]:
    asked = [voice.people(task.get("for")) for task in _records(voice.facts.get("tasks"))]
    return ("asked", {"asked": voice.listed(asked)}) if asked else ("said", {})


def _opened(voice: Voice) -> tuple[str, dict[str, Any]]:
    params = {"approval": voice.title(voice.facts.get("approval"))}
    asked = []
    for task in _records(voice.facts.get("tasks")):
        why = voice.because(task.get("why"))
        step = f"{_called(voice, task)}: {why}" if why else _called(voice, task)
        asked.append(f"{voice.people(task.get('for'))} – {step}")
    return ("asks", {**params, "asked": "; ".join(asked)}) if asked else ("nobody", params)


def _verdict(voice: Voice) -> tuple[str, dict[str, Any]]:
    verdict = str(voice.facts.get("verdict"))
    params = {"step": voice.title(voice.facts.get("step"))}
    if voice.facts.get("expired"):
        return f"expired_{verdict}", params
    if verdict in VERDICTS:
        return verdict, params
    return "so", {**params, "verdict": verdict}


def _closed(voice: Voice) -> tuple[str, dict[str, Any]]:
    outcome = str(voice.facts.get("outcome"))
    params = {"approval": voice.title(voice.facts.get("approval"))}
    if outcome in OUTCOMES:
        return outcome, params
    return "so", {**params, "outcome": outcome}


def _voided(voice: Voice) -> tuple[str, dict[str, Any]]:
    return "said", {
        "approval": voice.title(voice.facts.get("approval")),
        "fields": voice.titled(voice.facts.get("fields")),
    }


def _decided(voice: Voice) -> tuple[str, dict[str, Any]]:
    facts = voice.facts
    inputs = facts.get("in")
    params = {
        "decision": voice.title(facts.get("decision")),
        "out": voice.value(facts.get("out")),
        "in": voice.values(inputs) if isinstance(inputs, Mapping) else "–",
        "rows": voice.listed(map(str, items(facts.get("rows")))),
        "table": _table(voice),
    }
    if facts.get("rows"):
        return "rows", params
    return ("value" if inputs else "alone"), params


def _table(voice: Voice) -> str:
    """The decision by its title, else the version of it."""
    decision = voice.facts.get("decision")
    named = voice.title(decision)
    return named if named != str(decision) else str(voice.facts.get("def") or decision)


def _read(voice: Voice) -> tuple[str, dict[str, Any]]:
    if voice.facts.get("order") is not None:
        return "order", {"number": str(voice.facts["order"])}
    params = {"collection": voice.title(voice.facts.get("collection"))}
    key = voice.facts.get("key")
    return ("all", params) if key is None else ("record", {**params, "key": voice.value(key)})


def _numbered(voice: Voice) -> tuple[str, dict[str, Any]]:
    facts = voice.facts
    return "said", {"sequence": voice.title(facts.get("sequence")), "number": str(facts.get("out"))}


def _data_changed(voice: Voice) -> tuple[str, dict[str, Any]]:
    patch = voice.facts.get("patch")
    places = [str(each.get("path", "")) for each in items(patch) if isinstance(each, Mapping)]
    fields = dict.fromkeys(place.split("/")[1] for place in places if "/" in place)
    params = {"fields": voice.titled(fields)}
    return ("person" if str(voice.facts.get("cause")) in BY_PEOPLE else "engine"), params


def _file(voice: Voice) -> tuple[str, dict[str, Any]]:
    return "said", {"file": voice.value(voice.facts.get("filename"))}


def _tagged(voice: Voice) -> tuple[str, dict[str, Any]]:
    added = voice.facts.get("add")
    variant, tags = ("added", added) if added else ("removed", voice.facts.get("remove"))
    return variant, {"tags": voice.titled(tags)}


def _held(voice: Voice) -> tuple[str, dict[str, Any]]:
    return ("on" if voice.facts.get("on") else "off").join(("put_", "")), {
        "hold": voice.title(voice.facts.get("hold"))
    }


def _received(voice: Voice) -> tuple[str, dict[str, Any]]:
    params = {"event": voice.title(voice.facts.get("name"))}
    source = voice.facts.get("source")
    return ("source", {**params, "source": voice.title(source)}) if source else ("person", params)


def _event_refused(voice: Voice) -> tuple[str, dict[str, Any]]:
    return "said", {
        "event": voice.title(voice.facts.get("name")),
        "source": voice.title(voice.facts.get("source")),
        "problem": voice.problem(str(voice.facts.get("why"))),
    }


def _children(voice: Voice) -> tuple[str, dict[str, Any]]:
    return "orders", {"count": len(items(voice.facts.get("children")))}


def _child_ended(voice: Voice) -> tuple[str, dict[str, Any]]:
    facts = voice.facts
    params = {"number": str(facts.get("number") or facts.get("order"))}
    return ("failed" if facts.get("failed") else "well"), {
        **params,
        "outcome": voice.title(facts.get("outcome")),
    }


def _call(voice: Voice) -> tuple[str, dict[str, Any]]:
    undoes = voice.facts.get("compensates") is not None or voice.facts.get("undo")
    return ("undo" if undoes else "said"), _ends(voice)


def _call_result(voice: Voice) -> tuple[str, dict[str, Any]]:
    error = voice.facts.get("error")
    if error:
        return "failed", {**_ends(voice), "error": error_text(voice, error)}
    return ("late" if voice.facts.get("late") else "well"), _ends(voice)


def _ends(voice: Voice) -> dict[str, Any]:
    return {name: voice.title(voice.facts.get(name)) for name in ("connector", "operation")}


def _timer(voice: Voice) -> tuple[str, dict[str, Any]]:
    stage = voice.facts.get("stage")
    return ("stage", {"stage": voice.title(stage)}) if stage else ("said", {})


def _failed(voice: Voice) -> tuple[str, dict[str, Any]]:
    return "said", {"error": error_text(voice, voice.facts.get("error"))}


def _mail_settled(voice: Voice) -> tuple[str, dict[str, Any]]:
    way = str(voice.facts.get("way"))
    params = {"mail": str(voice.facts.get("mail"))}
    return (way if way in ("retry", "address", "give_up") else "so"), params


def _inbound_settled(voice: Voice) -> tuple[str, dict[str, Any]]:
    facts = voice.facts
    way = str(facts.get("way"))
    params = {
        "message": str(facts.get("message")),
        "connector": voice.title(facts.get("connector")),
        "number": voice.value(facts.get("number")),
    }
    return (way if way in ("retry", "assign", "discard") else "so"), params


RECORD_WAYS: Final = ("added", "changed", "deleted", "merged", "split")


def _record(voice: Voice) -> tuple[str, dict[str, Any]]:
    facts = voice.facts
    way = str(facts.get("way"))
    params = {
        "key": str(facts.get("key")),
        "collection": voice.title(facts.get("collection")),
        "kept": str(facts.get("kept")),
        "fields": voice.listed(str(each) for each in items(facts.get("fields"))),
    }
    return (way if way in RECORD_WAYS else "changed"), params


def _imported(voice: Voice) -> tuple[str, dict[str, Any]]:
    facts = voice.facts
    params = {name: voice.value(facts.get(name)) for name in ("added", "changed")}
    return "said", {**params, "collection": voice.title(facts.get("collection"))}


def _looked(voice: Voice) -> tuple[str, dict[str, Any]]:
    """How many entries were found, or taken away."""
    count = voice.facts.get("entries", voice.facts.get("found"))
    return "said", {"count": count if isinstance(count, int) else 0}


def _refused(voice: Voice) -> tuple[str, dict[str, Any]]:
    return "said", {"problem": voice.problem(str(voice.facts.get("code")))}


def _called(voice: Voice, record: Mapping[str, Any]) -> str:
    return voice.chosen(record.get("title")) or voice.title(record.get("id"))


def _records(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, Mapping):
        return []
    return [each for each in value.values() if isinstance(each, Mapping)]


PHRASES: Final[Mapping[str, Phrase]] = {
    "order.created": _created,
    "order.started": _fixed(number="number"),
    "order.discarded": _fixed(),
    "order.ended": _ended,
    "order.migrated": _fixed(release="release"),
    "stage.changed": _stage_changed,
    "work.started": _work_started,
    "activity.ended": _activity_ended,
    "activity.started": _fixed(what="id"),
    "task.done": _task_done,
    "task.claimed": lambda voice: ("taken" if voice.facts.get("assignee") else "released", {}),
    "task.escalated": lambda voice: ("said", {"people": voice.people(voice.facts.get("for"))}),
    "task.reassigned": _handed_over,
    "task.delegated": _handed_over,
    "checked": _checked,
    "ticket.waived": _set_aside,
    "approval.opened": _opened,
    "approval.verdict": _verdict,
    "approval.closed": _closed,
    "approval.voided": _voided,
    "approval.undone": _fixed(step="step"),
    "approval.settled": _settled_verdicts,
    "approval.extended": lambda voice: (
        "said",
        {"step": voice.title(voice.facts.get("step")), "to": _somebody(voice, "to")},
    ),
    "decided": _decided,
    "inferred": inferred,
    "read": _read,
    "numbered": _numbered,
    "stock.moved": moved,
    "data.changed": _data_changed,
    "result.set": _fixed(what="as"),
    "file.attached": _file,
    "file.detached": _file,
    "milestone.reached": _fixed(milestone="id"),
    "tagged": _tagged,
    "linked": _fixed("order", number="number"),
    "linked.started": _fixed("order", process="process"),
    "held": _held,
    "event.received": _received,
    "event.kept": _fixed(event="name"),
    "event.dropped": _fixed(event="name"),
    "event.refused": _event_refused,
    "event.raised": _fixed(event="name"),
    "commented": commented,
    "message.requested": message,
    "sent": sent,
    "child.started": _children,
    "child.numbered": _fixed(number="number"),
    "child.ended": _child_ended,
    "call.requested": _call,
    "call.result": _call_result,
    "timer.fired": _timer,
    "timers.changed": _fixed(),
    "messages.taken": _fixed(),
    "watch.hit": hit,
    "undo.noted": _fixed(),
    "undone": lambda voice: ("skipped" if voice.facts.get("skipped") else "said", {}),
    "error.raised": raised,
    "attention.opened": attention,
    "attention.settled": settled,
    "command.failed": _failed,
    "inbound.settled": _inbound_settled,
    "mail.settled": _mail_settled,
    "record.changed": _record,
    "records.imported": _imported,
    "personal.erased": erased,
    "personal.exported": exported,
    "personal.read": read,
    "audit.searched": _looked,
    "audit.exported": _looked,
    "evidence.made": evidence,
    "refused": _refused,
    "substitution.set": substitution,
    "substitution.ended": substitution,
    **ADMINISTRATION,
}
"""One row a type of `platform/engine/events.py` (a test compares)."""
