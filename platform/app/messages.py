"""Messages to people (language 8): who gets one, by which way, and what becomes a mail.

A message of an order becomes a notice for each of its people, and beside it a mail, which waits in
a row of its own: each is written, sent and tried again apart from all others (`mailing`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from orderloom.platform.app.directory import Directory
from orderloom.platform.app.mail_address import is_mail_address
from orderloom.platform.app.mail_choices import kept_choices
from orderloom.platform.app.message_receivers import FAULTS as FAULTS
from orderloom.platform.app.message_receivers import Receiver, Receivers, Told
from orderloom.platform.app.message_receivers import Render as Render
from orderloom.platform.app.message_receivers import TemplateFault as TemplateFault
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.app.outbox import Answer
from orderloom.platform.store.account_rows import AccountTables, User
from orderloom.platform.store.mail_rows import MailState, MailTables, NewMail
from orderloom.platform.store.work_rows import Job, Notice, WorkTables
from orderloom.platform.words import Words

ABOUT_TASKS: Final = frozenset({"task", "reminder", "escalation"})
BUILT_IN: Final = ABOUT_TASKS | {"mention"}
# A mail whose receivers could not be told; sent again, it asks for them anew.
RECEIVERS: Final = "receivers"
# A message that a process wrote itself.
OWN: Final = "message"


class Definitions(Protocol):
    """Finds the definition of a job's message, pinned by its order; None: there is none."""

    def __call__(self, job: Job, /) -> Mapping[str, Any] | None: ...


class StandIns(Protocol):
    """Ids of those who stand in for people at the moment."""

    def __call__(self, organisation: int, users: Sequence[str], /) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Messenger:
    """Spreads the message of one job. In-app notices are always kept; a mail beside them if
    there is a server, the person has an address (`email`) and wants to be mailed. Mail addresses
    that a message names itself get mail alone, in `language`.

    `link`: the page of an order by its number. `mails`: whether there is a mail server.
    """

    definitions: Definitions
    accounts: AccountTables
    directory: Directory
    work: WorkTables
    mail: MailTables
    render: Render
    now: Callable[[], datetime]
    link: Callable[[str], str]
    mails: bool = False
    stand_ins: StandIns = lambda organisation, users: ()
    metrics: Metrics | None = None
    language: str = "en"

    def __call__(self, job: Job, /) -> Answer:
        """Once spread it is done: what fails for one receiver is that mail's own matter."""
        failed = self.spread(job)
        if failed is not None:
            problem, body = failed
            self.mail.keep(
                [self._new(job, RECEIVERS, body, state=MailState.FAILED, problem=problem)]
            )
        return Answer()

    def spread(self, job: Job) -> tuple[str, Mapping[str, Any]] | None:
        """Tells everyone; who knows it already is not told twice. What kept it from some: a code,
        and the message that is left for them."""
        definition = self.definitions(job)
        if definition is None and _message(job) not in BUILT_IN:
            return "message.unknown", job.body
        told = self._receivers(job, definition)
        mails = [
            mail
            for receiver in self._with_stand_ins(job, told.people)
            for mail in self._told(job, definition, receiver)
        ]
        self.mail.keep([*mails, *(self._to_address(job, address) for address in told.addresses)])
        return ("message.receivers", {**job.body, "to": [*told.lost]}) if told.lost else None

    def written(self, job: Job, user: User | None) -> tuple[str, str]:
        """Subject and text of a process's own message. Raises `TemplateFault`."""
        definition = self.definitions(job) or {}
        words = Words(user.language if user else self.language)
        names = _names(job)
        person = {"id": user.id, "name": user.name} if user else {"id": "", "name": ""}
        scope = {**names, "link": self.link(_number(names)), "user": person}
        subject = self.render(words.choose(definition.get("subject")), scope)
        # A line break in a subject would begin a header of its own.
        return " ".join(subject.split()), self.render(words.choose(definition.get("body")), scope)

    # ── who ──────────────────────────────────────────────────────────────────────────────────

    def _receivers(self, job: Job, definition: Mapping[str, Any] | None) -> Told:
        to: Any = job.body.get("to") or (definition or {}).get("to") or ()
        known = Receivers(accounts=self.accounts, directory=self.directory, render=self.render)
        return known.of(to, _names(job), job.organisation)

    def _with_stand_ins(self, job: Job, people: Sequence[Receiver]) -> Sequence[Receiver]:
        """Who stands in for somebody asked by name is told as they are."""
        if _message(job) not in ABOUT_TASKS:
            return people
        known = {one.user.id for one in people}
        absent = [one.user.id for one in people if one.named]
        ids = self.stand_ins(job.organisation, absent) if absent else ()
        found = (self.accounts.user(job.organisation, id_) for id_ in ids if id_ not in known)
        others = [Receiver(user, named=True) for user in found if user is not None and user.active]
        return [*people, *others]

    # ── by which way ─────────────────────────────────────────────────────────────────────────

    def _told(
        self, job: Job, definition: Mapping[str, Any] | None, receiver: Receiver
    ) -> Iterator[NewMail]:
        """The notice, and the mail beside it."""
        user, kind = receiver.user, _kind(job, receiver)
        body: Mapping[str, Any] = {"names": _names(job), "message": _message(job)}
        problem = None
        try:
            subject, text = self._notice(job, definition, user)
        except (TemplateFault, *FAULTS):
            problem = "message.template"
        else:
            self._keep_notice(job, user, subject, text)
            body = {"subject": subject, "text": text} if definition is not None else body
        by_mail = (definition or {}).get("channel", "email") == "email"
        way = kept_choices(self.mail.choices(job.organisation, user.id)).way(kind)
        wanted = self.mails and by_mail and _address_of(user) and way != "never"
        if problem is None and not wanted:
            return
        if way == "digest" and problem is None:
            # Open tasks are in the digest as they are then.
            if kind != "mention":
                return
            yield self._new(job, kind, body, user=user.id, state=MailState.HELD)
            return
        state = MailState.FAILED if problem else MailState.WAITING
        yield self._new(job, kind, body, user=user.id, state=state, problem=problem)

    def _notice(
        self, job: Job, definition: Mapping[str, Any] | None, user: User
    ) -> tuple[str, str]:
        if definition is not None:
            return self.written(job, user)
        words, message, names = Words(user.language), _message(job), _names(job)
        params = notice_params(names, words, user.zone)
        params |= {"name": user.name, "link": self.link(_number(names))}
        return (
            words.text(f"messages.{message}.subject", **params),
            words.text(f"messages.{message}.body", **params),
        )

    def _keep_notice(self, job: Job, user: User, subject: str, text: str) -> None:
        self.work.keep_notice(
            Notice(
                organisation=job.organisation,
                user=user.id,
                order=job.order,
                n=job.n,
                subject=subject,
                body=text,
                at=self.now(),
            )
        )
        if self.metrics is not None:
            self.metrics.messages.labels("in-app", "sent").inc()

    def _to_address(self, job: Job, address: str) -> NewMail:
        problem = None
        body: Mapping[str, Any] = {"names": _names(job), "message": _message(job)}
        try:
            subject, text = self.written(job, None)
            body = {"subject": subject, "text": text}
        except TemplateFault:
            problem = "message.template"
        if not is_mail_address(address):
            problem = "mail.address"
        elif not self.mails:
            problem = problem or "mail.no_server"
        state = MailState.FAILED if problem else MailState.WAITING
        return self._new(job, OWN, body, address=address, state=state, problem=problem)

    def _new(
        self,
        job: Job,
        kind: str,
        body: Mapping[str, Any],
        *,
        user: str | None = None,
        address: str | None = None,
        state: MailState,
        problem: str | None = None,
    ) -> NewMail:
        whom = user or address
        return NewMail(
            organisation=job.organisation,
            key=f"{job.order}.{job.n}.{whom}" if whom else f"{job.order}.{job.n}",
            kind=kind,
            user=user,
            address=address,
            order=job.order,
            n=job.n,
            body=body,
            at=self.now(),
            state=state,
            problem=problem,
        )


def notice_params(names: Mapping[str, Any], words: Words, zone: str) -> dict[str, Any]:
    """What the product's own messages say of their order, task, and who said something."""
    task, by = names.get("task"), names.get("by")
    record = task if isinstance(task, Mapping) else {}
    return {
        "title": words.choose(record.get("title")) or str(record.get("id") or ""),
        "number": _number(names),
        "due": _moment(record.get("due"), words, zone),
        "by": str(by.get("name") or "") if isinstance(by, Mapping) else "",
    }


def _message(job: Job) -> str:
    return str(job.body.get("message"))


def _names(job: Job) -> dict[str, Any]:
    return dict(job.body.get("names") or {})


def _number(names: Mapping[str, Any]) -> str:
    order = names.get("order")
    return str(order.get("number") or "") if isinstance(order, Mapping) else ""


def _kind(job: Job, receiver: Receiver) -> str:
    """The kind by which people choose how they are told."""
    message = _message(job)
    if message not in BUILT_IN:
        return OWN
    return "role" if message == "task" and not receiver.named else message


def _address_of(user: User) -> str:
    address = user.attributes.get("email")
    return address if isinstance(address, str) else ""


def _moment(value: Any, words: Words, zone: str) -> str:
    if not isinstance(value, str):
        return "–"
    return words.moment(datetime.fromisoformat(value), zone)
