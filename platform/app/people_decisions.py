"""What somebody decided, for whom they acted, and how long it had waited for them; for auditors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.moment_asked import asked
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.reading import Desk
from orderloom.platform.app.view_done import DoneLine, done_line
from orderloom.platform.app.view_models import Page, PersonView
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import DoneRow
from orderloom.platform.words import Words

PERMISSION: Final = "audit.read"
# Reads per page: what lies outside of the period is passed over.
MOST_READS: Final = 8
# How far before an answer the question is looked for.
REACH: Final = 400
AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One answer. `asked`: when the task was offered; `outcome`: how the order ended, empty while
    it has not."""

    line: DoneLine
    asked: datetime | None
    outcome: str

    @property
    def waited(self) -> timedelta | None:
        """From being asked to the answer."""
        return self.line.at - self.asked if self.asked is not None else None

    @property
    def span(self) -> str:
        """The same as ISO 8601 has it, in days and hours or hours and minutes; empty: at once."""
        minutes = int(self.waited.total_seconds()) // 60 if self.waited is not None else 0
        days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
        if days:
            return f"P{days}DT{hours}H" if hours else f"P{days}D"
        parts = (f"{hours}H" if hours else "", f"{rest}M" if rest else "")
        return f"PT{''.join(parts)}" if minutes else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedPage:
    """`person` by name; `roles` and `active` as they are today."""

    person: PersonView
    roles: tuple[str, ...]
    active: bool
    page: Page[Decided]


class PeopleDecisions:
    """For `audit.read` alone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def people(self, actor: Actor, text: str = "") -> tuple[PersonView, ...] | Rejection:
        """Everybody who is there today, by name; `text`: those whose name has it."""
        refused = needs(actor, PERMISSION)
        if refused is not None:
            return refused
        wanted = text.strip().casefold()
        return tuple(
            PersonView(id=one.id, name=one.name)
            for one in self._desk.accounts.people(actor.organisation)
            if wanted in one.name.casefold() or wanted == one.login
        )

    def of(
        self,
        actor: Actor,
        who: str,
        *,
        since: str = "",
        until: str = "",
        cursor: str | None = None,
        limit: int,
    ) -> DecidedPage | Rejection:
        """What somebody answered between two days, both counted in, newest first; those who left
        too. `user.not_found` for nobody."""
        refused = needs(actor, PERMISSION)
        if refused is not None:
            return refused
        start, end = asked(since, actor.zone), asked(until, actor.zone)
        for bound in (start, end):
            if isinstance(bound, Rejection):
                return bound
        key = read_cursor(cursor, int)
        if isinstance(key, Rejection):
            return key
        (person,) = self._desk.people([f"u:{who}"], actor, Words(actor.language))
        if person.kind != "user":
            return Rejection("user.not_found", f"There is nobody {who[:60]}.", {"login": who[:60]})
        first = None if isinstance(start, Rejection) else start.at
        last = None if isinstance(end, Rejection) else end.at
        if first is not None and since.strip() and len(since.strip()) == len("2026-03-02"):
            first -= timedelta(days=1) - timedelta(microseconds=1)
        page = self._page(actor, who, first, last, key[0] if key else None, limit)
        today = self._desk.accounts.actor(who, actor.organisation)
        titles = self._desk.accounts.role_titles(actor.organisation)
        roles = sorted(titles.get(role, role) for role in (today.roles if today else ()))
        return DecidedPage(person=person, roles=tuple(roles), active=today is not None, page=page)

    def _page(
        self,
        actor: Actor,
        who: str,
        first: datetime | None,
        last: datetime | None,
        before: int | None,
        limit: int,
    ) -> Page[Decided]:
        found: list[Decided] = []
        for _ in range(MOST_READS):
            reads = self._desk.reads
            rows = reads.done(actor.organisation, who, before=before, limit=limit + 1)
            stored = reads.orders_by_id(actor.organisation, {row.order for row in rows})
            for row in rows:
                if len(found) == limit:
                    return Page(tuple(found), write_cursor((before,)))
                before = row.id
                at = row.entry.at
                if first is not None and at < first:
                    return Page(tuple(found))
                if row.order in stored and (last is None or at <= last):
                    found.append(self._decided(actor, stored[row.order], row))
            if len(rows) <= limit:
                return Page(tuple(found))
        return Page(tuple(found), write_cursor((before,)))

    def _decided(self, actor: Actor, stored: Any, row: DoneRow) -> Decided:
        outcome = stored.state.outcome if stored.state.status == "ended" else None
        return Decided(
            line=done_line(self._desk, actor, stored, row),
            asked=self._asked(actor, row),
            outcome=str(outcome or ""),
        )

    def _asked(self, actor: Actor, row: DoneRow) -> datetime | None:
        """When the task was offered, as the entry that opened it says."""
        n, before = str(row.entry.facts.get("task", row.entry.facts.get("n"))), row.entry.seq
        for _ in range(REACH // AT_ONCE):
            entries = self._desk.reads.entries(
                actor.organisation, row.order, before=before, limit=AT_ONCE
            )
            for entry in (each for one in entries for each in reversed(one.told)):
                tasks = entry.facts.get("tasks")
                if isinstance(tasks, Mapping) and n in tasks:
                    return entry.at
            if len(entries) < AT_ONCE:
                return None
            before = entries[-1].seq
        return None
