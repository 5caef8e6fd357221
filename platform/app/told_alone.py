"""An entry that no order tells: of a security stream, or of an order that is gone."""

from __future__ import annotations

from orderloom.audit.narrative import joined, sentence
from orderloom.platform.app.reading import Desk
from orderloom.platform.app.view_models import Sentence
from orderloom.platform.engine import Actor
from orderloom.platform.store.read_rows import DoneRow, EntryRow
from orderloom.platform.words import Words


def told_alone(desk: Desk, actor: Actor, row: DoneRow) -> Sentence:
    """The entry in the actor's language, people by their names."""
    entry, words = row.entry, Words(actor.language)
    named = {id_ for each in entry.told for id_ in named_in(each)}
    people = {one.id: one for one in desk.people(sorted(named), actor, words)}
    names = {id_: one.name for id_, one in people.items()}
    sentences = (
        sentence(
            each.type,
            each.facts,
            actor=each.actor,
            words=words,
            names=names,
            on_behalf_of=each.on_behalf_of,
        )
        for each in entry.told
    )
    bad = entry.type in ("refused", "audit.exported") or "refused" in entry.type
    return Sentence(
        seq=entry.seq,
        at=entry.at,
        text=joined(sentences),
        type=entry.type,
        types=tuple(each.type for each in entry.told),
        tone="bad" if bad else "mute",
        actor=people.get(entry.actor),
        hash=entry.hash.hex(),
        definition=str(entry.facts.get("def") or ""),
        channel=entry.channel,
        body=entry.body.decode("utf-8", "replace"),
    )


def named_in(entry: EntryRow) -> set[str]:
    """Whom the entry names: ids, as it writes them."""
    told = {each for each in entry.facts.values() if isinstance(each, str) and _is_id(each)}
    return {entry.actor, entry.on_behalf_of or entry.actor} | told


def _is_id(text: str) -> bool:
    return text.startswith(("u_", "u:", "c:")) and len(text) < 60
