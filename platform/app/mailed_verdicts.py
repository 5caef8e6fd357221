"""Verdicts by a link in a mail: looked at as often as anybody likes, given once.

The link is the authority: for one task, one person, one verdict, on the content as it was. What the
person may not do when signed in, their link does not do either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from orderloom.platform.app import view_task
from orderloom.platform.app.accounts import Accounts
from orderloom.platform.app.mail_links import Claims, MailLinks
from orderloom.platform.app.mail_writing import VERDICTS, content_of, why_not
from orderloom.platform.app.reading import Desk, Seen
from orderloom.platform.app.runner import Runner
from orderloom.platform.app.view_models import TaskView
from orderloom.platform.engine import Actor, Context
from orderloom.platform.engine.commands import CastVerdict, Command
from orderloom.platform.engine.open_tasks import no_task
from orderloom.platform.engine.standing_in import whose
from orderloom.platform.engine.step import Step
from orderloom.platform.problem import Rejection
from orderloom.platform.store.account_rows import AccountTables

CHANNEL: Final = "mail"
KNOWN: Final = frozenset(verdict for verdict, _ in VERDICTS)
WITH_REASON: Final = frozenset({"reject", "return"})
# Forged links of one address: beyond so many nobody writes them down.
WINDOW: Final = timedelta(minutes=15)
MOST_FORGED: Final = 20
# What the engine says of a task that is over, and what the page says.
OVER: Final = {
    "approval.stale": "mail_link.stale",
    "task.closed": "mail_link.done",
    "task.not_found": "mail_link.done",
    "order.ended": "mail_link.done",
    "order.not_found": "mail_link.not_yours",
    "approval.not_a_candidate": "mail_link.not_yours",
    "task.taken": "mail_link.not_yours",
    "substitution.not_yours": "mail_link.not_yours",
}


class Answered(Protocol):
    """Whether a request with this key was carried out."""

    def __call__(self, scope: str, key: str, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What the confirm page shows: who would decide what, and how; until when the link does."""

    actor: Actor
    verdict: str
    task: TaskView
    until: datetime

    @property
    def number(self) -> str:
        return self.task.order.number

    @property
    def needs_reason(self) -> bool:
        return self.verdict in WITH_REASON


@dataclass(frozen=True, slots=True)
class No:
    """Why a link does not decide. `actor`: whose link it is, where it is one of ours; `number`: the
    order, where they may see it. `noted`: the audit has it already. `open`: only the order can
    tell, and says no at the moment."""

    rejection: Rejection
    actor: Actor | None = None
    number: str = ""
    noted: bool = False
    open: bool = False


class MailedVerdicts:
    """`links`: none where verdicts by mail are switched off."""

    def __init__(
        self,
        desk: Desk,
        accounts: Accounts,
        tables: AccountTables,
        runner: Runner,
        *,
        answered: Answered,
        links: MailLinks,
        on: bool,
        now: Callable[[], datetime],
    ) -> None:
        self._desk = desk
        self._accounts = accounts
        self._tables = tables
        self._runner = runner
        self._answered = answered
        self._links = links
        self._on = on
        self._now = now

    def look(self, token: str, address: str = "") -> Asked | No:
        """What the link would decide; nothing changes. `address`: where the request came from."""
        claims = self._links.read(token)
        if claims is None or claims.verdict not in KNOWN:
            return No(self._forged(address))
        return self._looked(claims)

    def form_token(self, token: str) -> str:
        """What the form of the confirm page carries."""
        return self._links.form_token(token)

    def decide(self, token: str, comment: str | None, address: str = "") -> Asked | No:
        """Gives the verdict, once; the answer is what was decided."""
        asked = self.look(token, address)
        claims = self._links.read(token)
        if claims is None or asked.actor is None or (isinstance(asked, No) and not asked.open):
            return asked if isinstance(asked, No) else No(self._forged(address))
        number = asked.number
        # What the order itself refuses it writes down: so it is asked even where it will say no.
        command = Command(
            body=CastVerdict(claims.task, claims.verdict, comment),
            actor=asked.actor,
            order=claims.order,
            channel=CHANNEL,
            key=claims.once,
            key_scope=_scope(claims),
            # A reason that was forgotten must not use the link up.
            remembers_refusal=False,
        )
        reply = self._runner.submit(command)
        if isinstance(reply, Rejection):
            # The same link may have been quicker, in the moment between its look and its command.
            used = self._answered(_scope(claims), claims.once)
            return No(_used() if used else _told(reply), asked.actor, number, noted=True)
        if reply.replayed:
            return No(_used(), asked.actor, number)
        return asked

    def _looked(self, claims: Claims) -> Asked | No:
        actor = self._accounts.actor(claims.person, claims.organisation)
        if actor is None:
            message = "the person whose link it is has left"
            return No(Rejection("mail_link.person", message))
        if not self._on:
            return No(Rejection("mail_link.off", "verdicts by mail are switched off"), actor)
        seen = self._desk.see_id(actor, claims.order)
        number = seen.number if isinstance(seen, Seen) else ""
        refused = self._over(claims) or _changed(seen, claims)
        if refused is not None:
            return No(refused, actor, number)
        refused = _not_now(seen, claims, actor, self._now())
        view = view_task.task(self._desk, actor, f"{claims.order}.{claims.task}")
        if isinstance(view, Rejection):
            return No(refused or _told(view), actor, number, open=True)
        if refused is not None:
            return No(refused, actor, number, open=True)
        return Asked(actor, claims.verdict, view, datetime.fromtimestamp(claims.expires, UTC))

    def _over(self, claims: Claims) -> Rejection | None:
        if self._answered(_scope(claims), claims.once):
            return _used()
        if claims.expires <= self._now().timestamp():
            return Rejection("mail_link.expired", "the link has expired")
        return None

    def _forged(self, address: str) -> Rejection:
        """Whatever is wrong with it, the answer is the same; only who tries too often is told so.
        Links of ours work all the same."""
        key, now = f"link:{address}", self._now()
        if self._tables.failures(key, now - WINDOW) >= MOST_FORGED:
            return Rejection("mail_link.throttled", "too many links that are none of ours")
        self._tables.note_failure(key, now)
        return Rejection("mail_link.not_found", "there is no such link")


def _changed(seen: Seen | Rejection, claims: Claims) -> Rejection | None:
    """Whether the open task is about other content than the mail was."""
    if isinstance(seen, Rejection):
        return None
    record = seen.state.tasks.get(str(claims.task))
    if record is None or content_of(seen, record) == claims.content:
        return None
    return Rejection("mail_link.stale", "the order has changed since the mail")


def _not_now(
    seen: Seen | Rejection, claims: Claims, actor: Actor, now: datetime
) -> Rejection | None:
    """Why the engine would not take the verdict, as far as it can be told beforehand."""
    if isinstance(seen, Rejection):
        return _told(seen)
    key = str(claims.task)
    record = seen.state.tasks.get(key)
    if record is None:
        return _told(no_task(Step(seen.release, seen.state, Context(now, actor)), key))
    if whose(record, actor) is None:
        return Rejection("mail_link.not_yours", "this verdict is for others to give")
    refused = why_not(seen, record)
    return _told(refused) if refused is not None else None


def _told(rejection: Rejection) -> Rejection:
    """The engine's refusal as the holder of a link should read it."""
    code = OVER.get(rejection.code, rejection.code)
    return Rejection(code, rejection.message, rejection.params, rejection.path)


def _used() -> Rejection:
    return Rejection("mail_link.used", "the link was used already")


def _scope(claims: Claims) -> str:
    return f"{CHANNEL}:{claims.organisation}"
