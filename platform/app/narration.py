"""Audit entries as sentences of a timeline, in the viewer's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from orderloom.audit.narrative import joined, sentence
from orderloom.platform.app.field_words import field_label
from orderloom.platform.app.reading import Seen
from orderloom.platform.app.result_words import titles_of
from orderloom.platform.app.told_alone import named_in
from orderloom.platform.app.told_facts import people_in, told_facts
from orderloom.platform.app.veiled import Veil
from orderloom.platform.app.view_models import PersonView, Sentence
from orderloom.platform.definitions.model import Release
from orderloom.platform.store.read_rows import EntryRow

MUTE: Final = "mute"
TONES: Final[Mapping[str, str]] = {
    "order.created": "info",
    "order.started": "info",
    "order.ended": "ok",
    "order.discarded": "bad",
    "approval.opened": "warn",
    "approval.voided": "warn",
    "approval.closed": "ok",
    "decided": "vio",
    "inferred": "vio",
    "watch.hit": "warn",
    "checked": "vio",
    "attention.opened": "bad",
    "attention.settled": "ok",
    "command.failed": "bad",
    "error.raised": "bad",
    "refused": "bad",
    "held": "warn",
    "commented": "info",
    "milestone.reached": "ok",
}
# What a reader of the timeline need not see; the audit page shows all.
QUIET: Final = frozenset(
    {
        "work.started",
        "activity.ended",
        "timers.changed",
        "messages.taken",
        "undo.noted",
        "read",
        "numbered",
        "linked.started",
        "child.numbered",
        "event.kept",
        # Comments stand beside it, whole.
        "commented",
        "message.requested",
        "sent",
    }
)
# Says nothing more where the other one stands in the same entry.
SAID_BY: Final[Mapping[str, str]] = {"activity.ended": "approval.closed"}
WITH_REASON: Final = frozenset({"approval.opened", "decided", "inferred"})


def narrate(seen: Seen, entries: Sequence[EntryRow], *, quiet: bool) -> tuple[Sentence, ...]:
    """A line an entry, in the order given, a sentence for each event that it tells; `quiet` leaves
    out the small ones."""
    shown = [
        (entry, told)
        for entry in entries
        if (told := [each for each in _worth_saying(entry) if not (quiet and each.type in QUIET)])
    ]
    ids = {id_ for _, told in shown for each in told for id_ in _ids(each)}
    known = {person.id: person for person in seen.people(sorted(ids))}
    names = {id_: person.name for id_, person in known.items()}
    veil = Veil(seen)
    return tuple(_line(seen, entry, told, names, known, veil) for entry, told in shown)


def _worth_saying(entry: EntryRow) -> Sequence[EntryRow]:
    told = entry.told
    types = {each.type for each in told}
    return [each for each in told if SAID_BY.get(each.type) not in types]


def _line(
    seen: Seen,
    entry: EntryRow,
    told: Sequence[EntryRow],
    names: Mapping[str, str],
    known: Mapping[str, PersonView],
    veil: Veil,
) -> Sentence:
    tones = [tone for each in told if (tone := _tone(each)) != MUTE]
    return Sentence(
        seq=entry.seq,
        at=entry.at,
        text=joined(_sentence(seen, each, names, veil) for each in told),
        type=entry.type,
        types=tuple(each.type for each in entry.told),
        tone=tones[0] if tones else MUTE,
        actor=known.get(entry.actor),
        why=any(each.type in WITH_REASON for each in told),
        hash=entry.hash.hex(),
        definition=str(entry.facts.get("def") or ""),
        channel=entry.channel,
        body=veil.body(entry),
    )


def _sentence(seen: Seen, event: EntryRow, names: Mapping[str, str], veil: Veil) -> str:
    return sentence(
        event.type,
        told_facts(seen, event.type, veil.facts(event), names),
        actor=event.actor,
        words=seen.words,
        names=names,
        titles=_known_titles(seen),
        on_behalf_of=event.on_behalf_of,
    )


def _known_titles(seen: Seen) -> dict[str, str]:
    """Those of a release in a language: many entries and orders are told by the same."""
    key = ("titles", seen.release.digest, id(seen.release), seen.words.language)
    return seen.desk.briefly.get(key, lambda: _titles(seen))


def _titles(seen: Seen) -> dict[str, str]:
    """Ids of the release as people call them; what the process names comes last and wins."""
    release, choose = seen.release, seen.words.choose
    process, form = release.process, release.form
    documents = (release.connectors, release.messages, release.collections)
    things: list[tuple[str, Any]] = [
        *((id_, field_label(form, id_, seen.words)) for id_ in form.root.properties),
        *((path, field_label(form, path, seen.words)) for path in form.personal),
        *titles_of(release).items(),
        *_of_approvals(release),
        *((id_, each.get("title")) for group in documents for id_, each in group.items()),
        *release.decision_titles.items(),
        *((id_, policy.title) for id_, policy in release.approvals.items()),
        *(named for one in release.rulesets.values() for named in _of_ruleset(one.document)),
        *release.processes.items(),
        *((id_, stage.title) for id_, stage in process.stages.items()),
        *((id_, event.title) for id_, event in process.events.items()),
        *((id_, hold.title) for id_, hold in process.holds.items()),
        *process.labels.items(),
        *((id_, title) for id_, title in release.roles.items()),
    ]
    return {id_: shown for id_, title in things if (shown := choose(title))}


def _of_approvals(release: Release) -> Iterable[tuple[str, Any]]:
    """Steps, as their policy or its matrix calls them."""
    for policy in release.approvals.values():
        for step in policy.steps:
            if step.title != policy.title:
                yield step.id, step.title
        for name, label in release.labels.get(policy.matrix or "", {}).items():
            yield name.removeprefix("step="), label


def _of_ruleset(document: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """A ruleset, its kinds of facts and its rules, as people call them."""
    for name, fact in (document.get("facts") or {}).items():
        yield name, (fact or {}).get("title")
    for rule in document["rules"]:
        yield rule["id"], rule.get("title")
    yield document["id"], document.get("title")


def _tone(entry: EntryRow) -> str:
    facts = entry.facts
    if entry.type == "approval.verdict":
        verdict = facts.get("verdict")
        return {"approve": "ok", "reject": "bad", "return": "warn"}.get(str(verdict), "info")
    if entry.type == "approval.closed" and facts.get("outcome") != "approved":
        return "bad"
    if entry.type == "order.ended" and facts.get("failed"):
        return "bad"
    if entry.type == "call.result" and facts.get("error"):
        return "bad"
    return TONES.get(entry.type, MUTE)


def people_of(entries: Iterable[EntryRow]) -> set[str]:
    """Whom the sentences of the entries name: ids of users, as entries write them."""
    return {
        id_.removeprefix("u:")
        for entry in entries
        for each in entry.told
        for id_ in (*_ids(each), *named_in(each))
    }


def _ids(entry: EntryRow) -> Iterable[str]:
    yield entry.actor
    if entry.on_behalf_of:
        yield entry.on_behalf_of
    for name in ("by", "assignee", "requester"):
        value = entry.facts.get(name)
        if isinstance(value, str):
            yield value
    for name in ("for", "to", "mentions"):
        yield from _principals(entry.facts.get(name))
    if entry.type == "decided":
        yield from people_in(entry.facts)
    for task in _records(entry.facts.get("tasks")):
        yield from _principals(task.get("for"))


def _principals(value: Any) -> Iterable[str]:
    if isinstance(value, list | tuple):
        yield from (each for each in value if isinstance(each, str))
    elif isinstance(value, str):
        yield value


def _records(value: Any) -> Iterable[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield from (each for each in value.values() if isinstance(each, Mapping))
