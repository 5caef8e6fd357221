"""The auditor's desk: what a question finds, as sentences, and the question itself recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from orderloom.platform.app.audit_asking import asked
from orderloom.platform.app.audit_index import AuditIndex
from orderloom.platform.app.audit_query import AuditQuery
from orderloom.platform.app.audit_question import Question, question
from orderloom.platform.app.audit_search import COUNTED, Found, search
from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.narration import narrate, people_of
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.reading import Desk, Seen
from orderloom.platform.app.refusals import Announced
from orderloom.platform.app.runner import Runner
from orderloom.platform.app.seeing import Seeing
from orderloom.platform.app.told_alone import told_alone
from orderloom.platform.app.veiled import Veil
from orderloom.platform.app.view_models import Sentence
from orderloom.platform.app.withheld_questions import WithheldQuestions
from orderloom.platform.codec import dumps
from orderloom.platform.engine import Actor, Event
from orderloom.platform.engine.step import iso
from orderloom.platform.problem import Rejection
from orderloom.platform.store.desk_rows import DeskTables, FactRow
from orderloom.platform.words import Words
from orderloom.rules.spreadsheet_csv import write_csv

PAGE: Final = 50
# Of a file: what somebody can still read.
MOST_EXPORTED: Final = 10_000
# The same question of the same person is written down once in this time.
ONCE_IN: Final = timedelta(minutes=10)
MOST_REMEMBERED: Final = 5_000
PERMISSION: Final = "audit.read"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLine:
    """An entry that was found. `order`: number, or empty: it belongs to none. `link`: cursor of
    the page of the order's audit that it stands on. `trace`: JSON, or empty."""

    id: int
    entry: Sentence
    order: str = ""
    process: str = ""
    link: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """What a question finds. `count`: as far as was counted, `whole`: there are no more; `back`:
    a page that ended early says how far back it looked."""

    lines: tuple[DeskLine, ...]
    question: Question
    next: str | None
    count: int
    whole: bool
    back: datetime | None = None

    @property
    def many(self) -> bool:
        """More than are counted."""
        return self.count > COUNTED


class AuditDesk:
    """For `audit.read` alone, which shows every order. What is asked and taken away is an entry
    of the security stream, written before it is shown."""

    def __init__(
        self,
        desk: Desk,
        tables: DeskTables,
        index: AuditIndex,
        runner: Runner,
        *,
        now: Callable[[], datetime],
        seeing: Seeing,
        withheld: WithheldQuestions,
    ) -> None:
        self._desk = desk
        self._tables = tables
        self._index = index
        self._runner = runner
        self._now = now
        self._seeing = seeing
        self._withheld = withheld
        self._noted: dict[tuple[int, str, str], datetime] = {}

    @property
    def index(self) -> AuditIndex:
        """What is searched, and how far behind it is."""
        return self._index

    def search(
        self,
        actor: Actor,
        query: AuditQuery,
        cursor: str | None = None,
        limit: int = PAGE,
        *,
        channel: str,
    ) -> DeskPage | Rejection:
        """A page of what the question finds, newest first."""
        refused = self.refused(actor, query)
        if refused is not None:
            return refused
        key = read_cursor(cursor, int)
        if isinstance(key, Rejection):
            return key
        before = key[0] if key else None
        asking = asked(self._desk, self._tables, actor, query)
        counted = before is None and bool(query)
        found = search(self._tables, asking, before=before, limit=limit, count=counted)
        said = self.question(actor, query)
        refused = self._searched(actor, query, said, found, channel)
        if refused is not None:
            return refused
        return DeskPage(
            lines=self._lines(actor, found.rows),
            question=said,
            next=write_cursor((found.further,)) if found.further is not None else None,
            count=found.count,
            whole=found.whole,
            back=_moment(found.back) if found.back is not None else None,
        )

    def refused(self, actor: Actor, query: AuditQuery) -> Rejection | None:
        """Why the question is not answered: neither by entries nor by their number."""
        return needs(actor, PERMISSION) or self._withheld.refused(actor, query)

    def export(self, actor: Actor, query: AuditQuery, *, channel: str) -> bytes | Rejection:
        """The question's entries as CSV with a head, `MOST_EXPORTED` at most; that it was taken is
        an entry."""
        refused = self.refused(actor, query)
        if refused is not None:
            return refused
        words, rows = Words(actor.language), list(self._all(actor, query))
        said = self.question(actor, query)
        facts = {"entries": len(rows), "reason": said.sentence}
        if not self._announce(actor, "audit.exported", facts, channel):
            return Rejection("unavailable", "The export could not be recorded.")
        head = ("at", "order", "process", "text", "type", "who", "channel", "definition", "entry")
        grid = [[words.text(f"desk.column.{name}") for name in (*head, "hash")]]
        for start in range(0, len(rows), PAGE):
            piece = rows[start : start + PAGE]
            grid += map(_cells, self._lines(actor, piece, taken="csv"))
        return write_csv(grid)

    def question(self, actor: Actor, query: AuditQuery) -> Question:
        """The question in the actor's language."""
        processes = dict.fromkeys(self._desk.registry.processes(actor.organisation))
        words = Words(actor.language)

        def naming(id_: str) -> str:
            if id_ in processes:
                return id_
            (person,) = self._desk.people([id_.removeprefix("u:")], actor, words)
            return person.name

        return question(query, words, actor.zone, naming)

    def _all(self, actor: Actor, query: AuditQuery) -> Iterable[FactRow]:
        asking = asked(self._desk, self._tables, actor, query)
        before: int | None = None
        taken = 0
        while taken < MOST_EXPORTED:
            limit = min(1_000, MOST_EXPORTED - taken)
            found = search(self._tables, asking, before=before, limit=limit, count=False)
            yield from found.rows
            taken += len(found.rows)
            before = found.further
            if before is None:
                return

    # ── lines ────────────────────────────────────────────────────────────────────────────────

    def _lines(
        self, actor: Actor, rows: Sequence[FactRow], *, taken: str = ""
    ) -> tuple[DeskLine, ...]:
        """In the order of the rows; what is gone from the log is left out."""
        reads, organisation = self._desk.reads, actor.organisation
        entries = reads.entries_by_id(organisation, [row.id for row in rows])
        orders = reads.orders_by_id(organisation, {row.stream for row in rows})
        self._desk.names(people_of(each.entry for each in entries.values()), organisation)
        lines: dict[int, DeskLine] = {}
        bodies: list[tuple[Seen, str]] = []
        for stream in dict.fromkeys(row.stream for row in rows):
            group = [entries[row.id] for row in rows if row.stream == stream and row.id in entries]
            stored = orders.get(stream)
            seen = self._desk.seen(actor, stored) if stored is not None else None
            if seen is None:
                for each in group:
                    # Of a security stream, or of an order that is gone.
                    alone = told_alone(self._desk, actor, each)
                    lines[each.id] = DeskLine(id=each.id, entry=alone)
                continue
            told = narrate(seen, [each.entry for each in group], quiet=False)
            process = seen.release.process
            for each, said in zip(group, told, strict=True):
                lines[each.id] = DeskLine(
                    id=each.id,
                    entry=said,
                    order=seen.number,
                    process=seen.words.choose(process.title) or process.id,
                    link=write_cursor((said.seq + 1,)) or "",
                    trace=Veil(seen).trace(each.entry.trace),
                )
                bodies.append((seen, said.body))
        self._seeing.entries(actor, bodies, taken=taken)
        return tuple(lines[row.id] for row in rows if row.id in lines)

    # ── what was asked ───────────────────────────────────────────────────────────────────────

    def _searched(
        self, actor: Actor, query: AuditQuery, said: Question, found: Found, channel: str
    ) -> Rejection | None:
        """Who only looks at the newest entries has asked nothing."""
        if not query:
            return None
        key, now = (actor.organisation, actor.id, dumps(query.words()).decode()), self._now()
        noted = self._noted.get(key)
        if noted is not None and now - noted < ONCE_IN:
            return None
        facts: dict[str, Any] = {"found": found.count, "reason": said.sentence}
        if not found.whole:
            facts["more"] = True
        if not self._announce(actor, "audit.searched", facts, channel):
            return Rejection("unavailable", "The search could not be recorded.")
        if len(self._noted) >= MOST_REMEMBERED:
            self._noted.clear()
        self._noted[key] = now
        return None

    def _announce(self, actor: Actor, type_: str, facts: dict[str, Any], channel: str) -> bool:
        event = Event(type_, {**facts, "at": iso(self._now())})
        return self._runner.announce(Announced(event=event, actor=actor, channel=channel))


def _cells(line: DeskLine) -> list[str]:
    entry = line.entry
    return [
        iso(entry.at),
        line.order,
        line.process,
        entry.text,
        entry.type,
        entry.actor.name if entry.actor else "",
        entry.channel,
        entry.definition,
        str(entry.seq),
        entry.hash,
    ]


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)
