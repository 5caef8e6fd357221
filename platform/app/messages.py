"""Messages to people (language 8): who gets one, in which words, and by which way."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from orderloom.platform.app.calls import evaluate
from orderloom.platform.app.directory import Directory
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.app.outbox import Answer
from orderloom.platform.definitions.compile_messages import is_address
from orderloom.platform.engine.outcome import Approvers
from orderloom.platform.store.account_rows import AccountTables, User
from orderloom.platform.store.work_rows import Job, Notice, WorkTables
from orderloom.platform.words import Words
from orderloom.rules import EvaluationError, FeelError

BUILT_IN: Final = frozenset({"task", "reminder", "escalation"})
SPECIAL: Final = frozenset({"requester"})
ADDRESS: Final = re.compile(r"[^\s@,;:<>\"()]+@[^\s@,;:<>\"()]+")

log = logging.getLogger(__name__)


class TemplateFault(Exception):
    """A template that cannot be filled; the text says why and holds no data."""


class MailFault(Exception):
    """Mail could not be handed over; `again`: the next try may differ."""

    def __init__(self, code: str, *, again: bool) -> None:
        super().__init__(code)
        self.code = code
        self.again = again


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person. `id`: the same for every try of the same message."""

    id: str
    to: str
    subject: str
    text: str
    language: str


Render = Callable[[str, Mapping[str, Any]], str]
"""Fills a template; raises `TemplateFault`."""

SendMail = Callable[[Mail], None]
"""Hands a mail over; raises `MailFault`."""


class Definitions(Protocol):
    """Finds the definition of a job's message, pinned by its order; None: there is none."""

    def __call__(self, job: Job, /) -> Mapping[str, Any] | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Messenger:
    """Brings the message of one job to everyone. In-app notices are always kept; mail goes out
    beside them if a server is configured and the person has an address (`email`). Mail addresses
    that a message names itself get mail alone, in `language`.

    `link`: the page of an order by its number.
    """

    definitions: Definitions
    accounts: AccountTables
    directory: Directory
    work: WorkTables
    render: Render
    now: Callable[[], datetime]
    link: Callable[[str], str]
    mail: SendMail | None = None
    metrics: Metrics | None = None
    language: str = "en"

    def __call__(self, job: Job, /) -> Answer:
        message = str(job.body.get("message"))
        definition = self.definitions(job)
        if definition is None and message not in BUILT_IN:
            return _failed("message.unknown", f"there is no message {message}")
        names = dict(job.body.get("names") or {})
        to: Any = job.body.get("to") or (definition or {}).get("to") or ()
        specs = to if isinstance(to, list | tuple) else [to]
        try:
            for user in self._people(job, [one for one in specs if not is_address(one)], names):
                self._deliver(job, definition, names, user)
            for address in self._addresses([one for one in specs if is_address(one)], names):
                self._send(job, definition, names, address)
        except (TemplateFault, EvaluationError, FeelError) as error:
            return _failed("message.template", str(error))
        except MailFault as fault:
            self._count("email", "again" if fault.again else "failed")
            return _failed(fault.code, "the mail could not be handed over", again=fault.again)
        return Answer()

    def _deliver(
        self, job: Job, definition: Mapping[str, Any] | None, names: Mapping[str, Any], user: User
    ) -> None:
        subject, text = self._texts(job, definition, names, user)
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
        self._count("in-app", "sent")
        address = user.attributes.get("email")
        by_mail = (definition or {}).get("channel", "email") == "email"
        if self.mail is None or not by_mail or not isinstance(address, str) or not address:
            return
        key = f"{job.order}.{job.n}.{user.id}"
        self.mail(Mail(key, address, subject, text, user.language))
        self._count("email", "sent")

    def _addresses(self, specs: Sequence[Any], names: Mapping[str, Any]) -> list[str]:
        """What the templates of addresses say; an empty one is nobody."""
        found = [self.render(spec, names).strip() for spec in specs]
        return list(dict.fromkeys(address for address in found if address))

    def _send(
        self, job: Job, definition: Mapping[str, Any] | None, names: Mapping[str, Any], address: str
    ) -> None:
        if not ADDRESS.fullmatch(address):
            raise MailFault("mail.address", again=False)
        if self.mail is None:
            raise MailFault("mail.no_server", again=False)
        subject, text = self._texts(job, definition, names, None)
        self.mail(Mail(f"{job.order}.{job.n}.{address}", address, subject, text, self.language))
        self._count("email", "sent")

    def _texts(
        self,
        job: Job,
        definition: Mapping[str, Any] | None,
        names: Mapping[str, Any],
        user: User | None,
    ) -> tuple[str, str]:
        message = str(job.body.get("message"))
        words = Words(user.language if user else self.language)
        person = {"id": user.id, "name": user.name} if user else {"id": "", "name": ""}
        order = names.get("order")
        number = str(order.get("number") or "") if isinstance(order, Mapping) else ""
        if definition is None:
            task = names.get("task")
            record = task if isinstance(task, Mapping) else {}
            params = {
                "title": words.choose(record.get("title")) or str(record.get("id") or ""),
                "number": number,
                "due": _moment(record.get("due"), words, user.zone if user else "UTC"),
                "link": self.link(number),
                "name": person["name"],
            }
            return (
                words.text(f"messages.{message}.subject", **params),
                words.text(f"messages.{message}.body", **params),
            )
        scope = {**names, "link": self.link(number), "user": person}
        subject = self.render(words.choose(definition.get("subject")), scope)
        # A line break in a subject would begin a header of its own.
        return " ".join(subject.split()), self.render(words.choose(definition.get("body")), scope)

    def _people(self, job: Job, specs: Sequence[Any], names: Mapping[str, Any]) -> list[User]:
        ids = dict.fromkeys(
            id_ for spec in specs for id_ in self._resolved(spec, job.organisation, names)
        )
        found = (self.accounts.user(job.organisation, id_) for id_ in ids)
        return [user for user in found if user is not None and user.active]

    def _resolved(self, spec: Any, organisation: int, names: Mapping[str, Any]) -> Iterable[str]:
        if isinstance(spec, Mapping):
            return self._ask(_question(spec, names), organisation)
        head, _, tail = str(spec).partition(":")
        if head == "u" and tail:
            return [tail]
        if head == "p" and tail:
            return self._permitted(tail, organisation)
        if spec in SPECIAL:
            order = names.get("order")
            who = order.get(spec) if isinstance(order, Mapping) else None
            who = who.get("id") if isinstance(who, Mapping) else who
            return [str(who)] if who else []
        return self._ask(Approvers(role=tail if head == "r" else str(spec)), organisation)

    def _ask(self, question: Approvers, organisation: int) -> Sequence[str]:
        return self.directory.approvers(question, organisation)

    def _permitted(self, permission: str, organisation: int) -> Iterable[str]:
        for role in self.accounts.roles(organisation):
            if permission in role.permissions:
                yield from self._ask(Approvers(role=role.id), organisation)

    def _count(self, channel: str, result: str) -> None:
        if self.metrics is not None:
            self.metrics.messages.labels(channel, result).inc()


def _question(spec: Mapping[str, Any], names: Mapping[str, Any]) -> Approvers:
    """`{role, unit, where}`, `{users: expression}`, `{manager_of: expression, level}`."""
    if "users" in spec:
        users = evaluate(spec["users"], names)
        listed = users if isinstance(users, list | tuple) else [users]
        return Approvers(users=tuple(str(each) for each in listed if each))
    if "manager_of" in spec:
        user = evaluate(spec["manager_of"], names)
        return Approvers(manager_of=str(user), level=int(spec.get("level", 1)))
    return Approvers(
        role=spec.get("role"), unit=spec.get("unit"), where=spec.get("where"), names=names
    )


def _moment(value: Any, words: Words, zone: str) -> str:
    if not isinstance(value, str):
        return "–"
    return words.moment(datetime.fromisoformat(value), zone)


def _failed(code: str, message: str, *, again: bool = False) -> Answer:
    error = {"kind": "invalid", "code": code, "message": message}
    return Answer(error=error, again=again)
