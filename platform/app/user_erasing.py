"""Somebody who works here is erased: what they wrote, and their account. Who decided must be told
as long as what they decided is kept (decision 0047)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from orderloom.platform.app.account_erasing import is_pseudonym, pseudonym_of
from orderloom.platform.app.erasures import PERMISSION, Erasures, Place, Report, without_reason
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.registry import Registry
from orderloom.platform.engine import Actor
from orderloom.platform.engine.spans import add_span
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.store import Store
from orderloom.platform.store.account_rows import User

UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody before it. `instead`: what will stand for login and name; `places`: where else
    something of theirs is; `refused`: why it may not be yet."""

    user: User
    instead: str
    places: tuple[Place, ...]
    refused: Rejection | None


@dataclass(frozen=True, slots=True)
class Left:
    """`fields`: how many of the account went; `report`: what became of what they wrote."""

    user: str
    instead: str
    fields: int
    report: Report


class UserErasing:
    """For `privacy.erase`."""

    def __init__(
        self, store: Store, erasures: Erasures, registry: Registry, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._erasures = erasures
        self._registry = registry
        self._now = now

    def foreseen(self, actor: Actor, who: str) -> Leaving | Rejection:
        """What would go of a user (login or id), also of one who left."""
        refused = needs(actor, PERMISSION)
        if refused is not None:
            return refused
        user = self._found(actor.organisation, who)
        if user is None:
            return Rejection("user.not_found", f"No user has the login {who}.", {"login": who})
        places = self._erasures.places(actor, user.id)
        if isinstance(places, Rejection):
            return places
        waits = next(iter(self._waits(user)), None)
        return Leaving(user, pseudonym_of(user), places, waits)

    def erase(
        self, actor: Actor, who: str, *, reason: str, channel: str, whole: bool = False
    ) -> Left | Rejection:
        """Erases a user; what stands in orders that run follows when these end."""
        found = self.foreseen(actor, who)
        if isinstance(found, Rejection):
            return found
        refused = found.refused or without_reason(reason)
        if refused is not None:
            return refused
        user = found.user
        # The account goes last: until then the same command finds them by their login.
        report = self._erasures.erase(actor, person=user.id, reason=reason, channel=channel)
        if isinstance(report, Rejection):
            return report
        gone = self._erasures.erase_account(
            actor, user.id, reason=reason, channel=channel, whole=whole
        )
        return Left(user.id, found.instead, gone, report)

    def _found(self, organisation: int, who: str) -> User | None:
        tables = self._store.accounts
        found = tables.user_by_login(organisation, who.strip().lower())
        found = found or tables.user(organisation, who.strip())
        return None if found is None or is_pseudonym(found.login) else found

    def _waits(self, user: User) -> Sequence[Rejection]:
        """Why it may not be yet; the last to end comes first."""
        later: list[tuple[datetime, Rejection]] = []
        for each in self._store.erasures.answered(user.organisation, user.id):
            if each.running:
                params = {"count": each.running, "process": each.process}
                message = f"orders of {each.process} that they decided in have not ended"
                return [Rejection("erase.decides", message, params)]
            try:
                until = self._kept(user.organisation, each.process, each.ended)
            except Refused as unreadable:
                # Nobody knows how long it is kept: that is not "no longer".
                return [unreadable.rejection]
            later += [(one, _decided(one, each.process)) for one in until]
        return [told for _, told in sorted(later, key=lambda one: one[0], reverse=True)]

    def _kept(self, organisation: int, process: str, ended: datetime | None) -> Iterator[datetime]:
        """Until when, where that is not over. Raises `Refused` for a process that does not
        compile."""
        release = self._registry.current(process, organisation, self._now())
        span = release.process.retention
        if span is None or ended is None:
            return
        until = add_span(ended, span, 1, release.zone or UTC, None)
        if until > self._now():
            yield until


def _decided(until: datetime, process: str) -> Rejection:
    day = until.date().isoformat()
    params = {"until": day, "process": process}
    return Rejection("erase.decided", f"who decided in {process} is kept until {day}", params)
