"""Mail that could not be delivered, as tickets: seen, tried again, corrected, given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.mail_address import is_mail_address
from orderloom.platform.app.messages import RECEIVERS
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.refusals import Announced
from orderloom.platform.app.runner import Runner
from orderloom.platform.app.seeing import Seeing
from orderloom.platform.app.view_models import Page
from orderloom.platform.engine import Actor, Event
from orderloom.platform.engine.step import iso
from orderloom.platform.problem import Rejection
from orderloom.platform.store.account_rows import AccountTables
from orderloom.platform.store.mail_rows import KeptMail, MailState, MailTables
from orderloom.platform.store.read_rows import ReadTables

PERMISSION: Final = "mail.settle"
CHANNEL: Final = "web"
MOST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTicket:
    """A mail that failed. `to`: the name of its receiver, or an address; empty where nobody was
    found. `number`: of its order; empty for a digest. `correctable`: another address helps."""

    id: int
    kind: str
    to: str
    address: str
    number: str
    problem: str
    attempts: int
    at: datetime
    correctable: bool


class MailTickets:
    """`now` is the clock's."""

    def __init__(
        self,
        mail: MailTables,
        accounts: AccountTables,
        reads: ReadTables,
        runner: Runner,
        now: Callable[[], datetime],
        seeing: Seeing,
    ) -> None:
        self._seeing = seeing
        self._mail = mail
        self._accounts = accounts
        self._reads = reads
        self._runner = runner
        self._now = now

    def count(self, actor: Actor) -> int:
        """How many wait for the actor to see to, at most `MOST`."""
        if PERMISSION not in actor.permissions:
            return 0
        return self._mail.count(actor.organisation, MailState.FAILED, limit=MOST)

    def listed(self, actor: Actor, cursor: str | None, limit: int) -> Page[MailTicket] | Rejection:
        """Those that failed, newest first."""
        refused = needs(actor, "mail.settle")
        if refused is not None:
            return refused
        before = read_cursor(cursor, int)
        if isinstance(before, Rejection):
            return before
        found = self._mail.listed(
            actor.organisation,
            MailState.FAILED,
            before=before[0] if before is not None else None,
            limit=limit + 1,
        )
        kept = found[:limit]
        self._seeing.mails(actor, [each.id for each in kept])
        more = (kept[-1].id,) if len(found) > limit else None
        return Page(tuple(self._ticket(each) for each in kept), write_cursor(more))

    def again(self, actor: Actor, id: int, address: str | None = None) -> Rejection | None:
        """It is sent again; to another address, if one is given."""
        mail = self._open(actor, id)
        if isinstance(mail, Rejection):
            return mail
        if address is not None:
            if mail.kind == RECEIVERS:
                return Rejection("mail.no_receiver", "it has no receiver yet", path="address")
            if not is_mail_address(address):
                return Rejection("mail.address", "expected one mail address", path="address")
        refused = self._announced(actor, mail, "address" if address else "retry")
        if refused is not None:
            return refused
        done = self._mail.again(mail, address=address, by=actor.id, at=self._now())
        return None if done is not None else _settled(mail)

    def give_up(self, actor: Actor, id: int, reason: str | None) -> Rejection | None:
        """It is let be, with a reason."""
        mail = self._open(actor, id)
        if isinstance(mail, Rejection):
            return mail
        if not (reason or "").strip():
            return Rejection("mail.reason_required", "Expected a reason.", path="reason")
        refused = self._announced(actor, mail, "give_up", reason=reason)
        if refused is not None:
            return refused
        done = self._mail.give_up(mail, by=actor.id, at=self._now())
        return None if done is not None else _settled(mail)

    def _open(self, actor: Actor, id: int) -> KeptMail | Rejection:
        refused = needs(actor, "mail.settle")
        if refused is not None:
            return refused
        mail = self._mail.one(actor.organisation, id)
        if mail is None:
            return Rejection("mail.not_found", f"there is no mail {id}", {"id": id})
        return mail if mail.state == MailState.FAILED else _settled(mail)

    def _announced(
        self, actor: Actor, mail: KeptMail, way: str, *, reason: str | None = None
    ) -> Rejection | None:
        """The entry, durable: what is done without it would be done in secret."""
        facts: dict[str, Any] = {
            "mail": mail.id,
            "kind": mail.kind,
            "problem": mail.problem,
            "way": way,
            "at": iso(self._now()),
        }
        if reason is not None:
            facts["reason"] = reason
        event = Event("mail.settled", facts)
        if self._runner.announce(Announced(event=event, actor=actor, channel=CHANNEL)):
            return None
        return Rejection("unavailable", "The database could not take the change.")

    def _ticket(self, mail: KeptMail) -> MailTicket:
        user = self._accounts.user(mail.organisation, mail.user) if mail.user else None
        known = user.attributes.get("email") if user is not None else ""
        address = mail.address or (known if isinstance(known, str) else "")
        stored = self._reads.orders_by_id(mail.organisation, [mail.order]).get(mail.order)
        return MailTicket(
            id=mail.id,
            kind=mail.kind,
            to=user.name if user is not None else address,
            address=address,
            number=stored.state.number if stored is not None else "",
            problem=mail.problem or "",
            attempts=mail.attempts,
            at=mail.at,
            correctable=mail.kind != RECEIVERS,
        )


def _settled(mail: KeptMail) -> Rejection:
    params = {"id": mail.id}
    return Rejection("mail.settled", f"mail {mail.id} was seen to already", params)
