"""Sends what waits: each mail by itself, tried again ever more seldom, in the end a ticket."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from orderloom.platform.app.logs import about_order
from orderloom.platform.app.mail_address import is_mail_address
from orderloom.platform.app.mail_content import (
    Mail,
    MailContent,
    MailFault,
    Page,
    SendMail,
    plain_mail,
)
from orderloom.platform.app.mail_digest import MOST_MENTIONS, Digests
from orderloom.platform.app.mail_writing import own_content
from orderloom.platform.app.messages import (
    FAULTS,
    RECEIVERS,
    Messenger,
    TemplateFault,
)
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.app.outbox import Retry
from orderloom.platform.store import StoreError
from orderloom.platform.store.account_rows import User
from orderloom.platform.store.mail_rows import KeptMail, MailState
from orderloom.platform.store.mail_rows import MailTables as MailTables
from orderloom.platform.store.work_rows import Job

# Beyond the time that a few mails may take: a server may be slow to answer each word.
LEASE: Final = timedelta(minutes=5)
BATCH: Final = 4
# About six hours: a server that is new to ours may let it wait, one that is mended takes a while.
RETRY: Final = Retry(times=10, first=timedelta(seconds=30), factor=3, most=timedelta(hours=2))

log = logging.getLogger(__name__)

Write = Callable[[KeptMail, User], MailContent | None]


class Mailing:
    """Claims mails that wait, writes and sends them. Any number of processes may run one.

    `send`: none without a mail server, then nothing is sent. `chance`: a number of 0 to 999.
    """

    def __init__(
        self,
        mail: MailTables,
        messenger: Messenger,
        now: Callable[[], datetime],
        *,
        write: Write,
        page: Page,
        send: SendMail | None,
        digests: Digests,
        chance: Callable[[], int],
        preferences: str,
        metrics: Metrics | None = None,
    ) -> None:
        self._mail = mail
        self._messenger = messenger
        self._now = now
        self._write = write
        self._page = page
        self._send = send
        self._digests = digests
        self._chance = chance
        self._preferences = preferences
        self._metrics = metrics or Metrics()

    def run_once(self) -> int:
        """Begins digests whose hour has come, and sends a few mails; how much it did."""
        if self._send is None:
            return 0
        begun = self._digests.run_once()
        now = self._now()
        mails = self._mail.claim(now, until=now + LEASE, limit=BATCH)
        for mail in mails:
            with about_order(mail.order or None):
                self._carry_out(mail)
        return begun + len(mails)

    def _carry_out(self, mail: KeptMail) -> None:
        try:
            result = self._tried(mail)
        except StoreError:
            raise
        except MailFault as fault:
            self._failed(mail, fault.code, again=fault.again)
            return
        except (TemplateFault, *FAULTS):
            self._failed(mail, "message.template", again=False)
            return
        except Exception:
            # A bug must not bring the mail back for ever.
            log.exception("mail failed", extra={"mail": mail.id})
            self._failed(mail, "internal", again=True)
            return
        if result is not None:
            self._mail.ended(mail, result)
            self._count("sent" if result == MailState.SENT else "dropped")

    def _tried(self, mail: KeptMail) -> MailState | None:
        """What became of one try; None: that is written down already."""
        if mail.kind == RECEIVERS:
            return self._spread(mail)
        user = self._messenger.accounts.user(mail.organisation, mail.user) if mail.user else None
        if mail.user is not None and (user is None or not user.active):
            return MailState.DROPPED
        content = self._content(mail, user)
        if content is None:
            return MailState.DROPPED
        held = self._held(mail)
        self._sent(mail, user, content)
        self._mail.told(held)
        return MailState.SENT

    def _held(self, mail: KeptMail) -> Any:
        """What a digest tells of: afterwards it has been told."""
        if mail.kind != "digest" or mail.user is None:
            return ()
        return self._mail.held(mail.organisation, mail.user, limit=MOST_MENTIONS)

    def _spread(self, mail: KeptMail) -> MailState | None:
        """Looks once more who is to get it; each of them gets a mail of their own."""
        failed = self._messenger.spread(job_of(mail))
        if failed is None:
            return MailState.DROPPED
        problem, body = failed
        self._mail.ended(mail, MailState.FAILED, problem=problem, body=body)
        return None

    def _content(self, mail: KeptMail, user: User | None) -> MailContent | None:
        language = user.language if user is not None else self._messenger.language
        if "text" in mail.body:
            return own_content(str(mail.body["subject"]), str(mail.body["text"]), language)
        if user is not None and (mail.kind == "digest" or not self._is_own(mail)):
            return self._write(mail, user)
        # Its template could not be filled when the message was spread.
        return own_content(*self._messenger.written(job_of(mail), user), language)

    def _is_own(self, mail: KeptMail) -> bool:
        """Whether the process says it in words of its own."""
        return self._messenger.definitions(job_of(mail)) is not None

    def _sent(self, mail: KeptMail, user: User | None, content: MailContent) -> None:
        address = mail.address or (user.attributes.get("email") if user is not None else "")
        if not isinstance(address, str) or not is_mail_address(address):
            raise MailFault("mail.address", again=False)
        if self._send is None:
            raise MailFault("mail.no_server", again=True)
        self._send(
            Mail(
                id=mail.key,
                to=address,
                subject=content.subject,
                text=plain_mail(content) if content.text is None else content.text,
                language=content.language,
                html=self._page(content),
                preferences=self._preferences if content.footer is not None else "",
            )
        )

    def _failed(self, mail: KeptMail, code: str, *, again: bool) -> None:
        extra = {"mail": mail.id, "attempts": mail.attempts, "code": code}
        if again and mail.attempts < RETRY.times:
            log.info("mail not delivered", extra=extra)
            self._count("again")
            pause = RETRY.pause(mail.attempts, self._chance())
            self._mail.postpone(mail, due=self._now() + pause)
            return
        log.warning("mail given up", extra=extra)
        self._count("failed")
        self._mail.ended(mail, MailState.FAILED, problem=code)

    def _count(self, result: str) -> None:
        self._metrics.messages.labels("email", result).inc()


def job_of(mail: KeptMail) -> Job:
    """The job that a mail's message came with."""
    body: Mapping[str, Any] = mail.body
    return Job(
        id=0,
        organisation=mail.organisation,
        order=mail.order,
        n=mail.n,
        kind="message",
        body=body,
        attempts=mail.attempts,
        due=mail.at,
    )
