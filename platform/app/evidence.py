"""Evidence packs: orders taken away so that a stranger can read and verify them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Final

from orderloom import audit as verifier_package
from orderloom.audit.entry import decode
from orderloom.audit.personal import SLOT
from orderloom.platform.app.application import Application
from orderloom.platform.app.audit_zip import write_orders
from orderloom.platform.app.evidence_report import Cover, OrderPart, Told, report
from orderloom.platform.app.evidence_sample import Sample, SampleQuery, draw
from orderloom.platform.app.evidence_texts import attachments, definitions
from orderloom.platform.app.narration import narrate
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.reading import Seen, instant
from orderloom.platform.app.refusals import Announced
from orderloom.platform.app.view_audit import why
from orderloom.platform.app.withheld import perhaps_withheld_from
from orderloom.platform.engine import Actor, Event
from orderloom.platform.engine.step import iso
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import EntryRow
from orderloom.platform.words import LANGUAGES, Words

MOST_ORDERS: Final = 500
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Made:
    """A pack that was written. `digest`: of its manifest, which stands in the entry about it."""

    orders: tuple[str, ...]
    entries: int
    digest: str


def sample(app: Application, actor: Actor, query: SampleQuery) -> Sample | Rejection:
    """A sample of the actor's organisation; needs `audit.read`."""
    return draw(app.views.desk, actor, query)


def make_pack(
    app: Application,
    actor: Actor,
    numbers: Sequence[str],
    *,
    reason: str,
    personal: bool,
    out: IO[bytes],
    channel: str,
) -> Made | Rejection:
    """Writes a pack of these orders; needs `audit.read` and a reason, and where a form keeps fields
    from the actor `audit.whole`. That it was made, by whom
    and why, is an entry before anybody gets it: without that entry nothing may leave."""
    refused = needs(actor, "audit.read") or _refused(numbers, reason)
    if refused is not None:
        return refused
    found: list[Seen] = []
    for number in dict.fromkeys(numbers):
        seen = app.views.desk.see(actor, number)
        if isinstance(seen, Rejection):
            return seen
        found.append(seen)
    refused = _withheld(actor, found)
    if refused is not None:
        return refused
    pack = _Pack(app, actor, tuple(found), reason.strip(), personal)
    digest = write_orders(
        app, out, [seen.state.order for seen in found], personal=personal, extras=pack.extras()
    )
    made = Made(tuple(seen.number for seen in found), pack.entries, digest)
    facts = {
        "at": iso(app.clock.now()),
        "orders": list(made.orders),
        "count": len(made.orders),
        "entries": made.entries,
        "personal": personal,
        "digest": digest,
        "reason": reason.strip(),
    }
    event = Event("evidence.made", facts)
    if app.runner.announce(Announced(event=event, actor=actor, channel=channel)):
        for seen in found if personal else ():
            order = seen.state.order
            app.readings.exported(
                actor, "evidence", number=seen.number, order=order, channel=channel
            )
        return made
    return Rejection("unavailable", "The database could not take the change.")


class _Pack:
    """What stands beside the entries. `entries`: how many were told."""

    def __init__(
        self, app: Application, actor: Actor, orders: tuple[Seen, ...], reason: str, personal: bool
    ) -> None:
        self.entries = 0
        self._app = app
        self._actor = actor
        self._orders = orders
        self._reason = reason
        self._personal = personal

    def extras(self) -> Mapping[str, bytes]:
        """Readme, reports, definitions, attachments' digests, the verifier's source; by name."""
        app, orders = self._app, self._orders
        texts = {"README.txt": self._readme()}
        told = {seen.number: self._entries(seen) for seen in orders}
        self.entries = sum(len(each) for each in told.values())
        for language in LANGUAGES:
            parts = [self._part(seen, told[seen.number], language) for seen in orders]
            words = Words(language)
            texts[f"report-{language}.html"] = report(words, self._cover(), parts)
        texts |= definitions(app.store.definitions, (seen.stored for seen in orders))
        files = attachments(orders, personal=self._personal)
        if files:
            texts["attachments.jsonl"] = files
        return texts | _verifier()

    def _cover(self) -> Cover:
        latest = self._app.store.seal.latest()
        return Cover(
            log=self._app.store.audit.log(),
            at=self._app.clock.now(),
            by=self._actor.name or self._actor.id,
            reason=self._reason,
            personal=self._personal,
            leaves=latest.size if latest else 0,
            keys=[row.verifier for row in self._app.store.seal.signers()],
        )

    def _entries(self, seen: Seen) -> list[EntryRow]:
        found: list[EntryRow] = []
        while rows := seen.desk.reads.entries_after(
            self._actor.organisation,
            seen.state.order,
            after=found[-1].seq if found else 0,
            limit=_AT_ONCE,
        ):
            found += rows
        return found

    def _part(self, seen: Seen, entries: Sequence[EntryRow], language: str) -> OrderPart:
        reader = replace(seen, actor=replace(self._actor, language=language))
        words = reader.words
        if not self._personal:
            hidden = words.text("evidence.report.hidden")
            entries = [_without(each, hidden) for each in entries]
            # What sentences look up in the order's data may be personal as well.
            reader = replace(reader, stored=replace(seen.stored, state=seen.state.but(data={})))
        leaf = self._app.store.seal.index_of
        told = [
            Told(entry, sentence, leaf(seen.state.order, entry.seq))
            for entry, sentence in zip(entries, narrate(reader, entries, quiet=False), strict=True)
        ]
        process = seen.release.process
        return OrderPart(
            number=seen.number,
            process=words.choose(process.title) or process.id,
            status=words.text(f"evidence.report.status.{seen.state.status}"),
            created=instant(seen.state.created) or seen.now,
            reasons=tuple(self._reasons(seen, language)),
            entries=told,
        )

    def _reasons(self, seen: Seen, language: str) -> Iterator[str]:
        """Why it lies with whom. Reasons name values, so without personal ones the entries tell."""
        if not self._personal:
            return
        found = why(seen.desk, replace(self._actor, language=language), seen.number)
        if not isinstance(found, Rejection):
            yield from (each.sentence for each in found)

    def _readme(self) -> bytes:
        cover = self._cover()
        said = [
            Words(language).text(
                "evidence.readme",
                orders=", ".join(seen.number for seen in self._orders),
                at=iso(cover.at),
                log=cover.log,
                keys="\n".join(f"    {key}" for key in cover.keys) or "    –",
            )
            for language in LANGUAGES
        ]
        return "\n\n".join(each.strip() for each in said).encode() + b"\n"


def _without(entry: EntryRow, hidden: str) -> EntryRow:
    """The entry as it was hashed, with a word in place of every value that is kept aside."""
    first, *also = (_hidden(facts, hidden) for _, facts in decode(entry.body).told())
    return replace(
        entry,
        facts=first,
        trace=None,
        also=tuple(
            replace(each, facts=facts) for each, facts in zip(entry.also, also, strict=True)
        ),
    )


def _hidden(value: Any, hidden: str) -> Any:
    if isinstance(value, Mapping):
        if SLOT in value:
            return hidden
        return {name: _hidden(inner, hidden) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(inner, hidden) for inner in value]
    return value


def _verifier() -> dict[str, bytes]:
    """The verifier's own files: for the day when nobody has them any more."""
    folder = Path(verifier_package.__file__ or "").parent
    return {
        f"verifier/{each.name}": each.read_bytes() for each in sorted(folder.glob("verify*.py"))
    }


def _withheld(actor: Actor, orders: Sequence[Seen]) -> Rejection | None:
    """A pack proves whole entries: who may not see all of them takes none away."""
    kept = [one.number for one in orders if perhaps_withheld_from(actor, one.release.form)]
    if not kept:
        return None
    message = "Of these orders fields are kept from the actor."
    return Rejection("evidence.withheld", message, {"numbers": ", ".join(kept)}, path="orders")


def _refused(numbers: Sequence[str], reason: str) -> Rejection | None:
    if not numbers:
        return Rejection("evidence.none", "Expected at least one order.", path="orders")
    if len(set(numbers)) > MOST_ORDERS:
        params = {"most": MOST_ORDERS}
        return Rejection("evidence.many", f"Expected {MOST_ORDERS} orders at most.", params)
    if not reason.strip():
        return Rejection("evidence.reason", "Expected a reason.", path="reason")
    return None
