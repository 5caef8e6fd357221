"""Checkpoints by mail and by webhook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from orderloom.platform.app.anchoring import AnchorFault
from orderloom.platform.app.calls import Request, Sender, Undelivered
from orderloom.platform.app.mail_content import Mail, MailFault, SendMail
from orderloom.platform.codec import dumps
from orderloom.platform.store.seal_rows import CheckpointRow, SealTables
from orderloom.platform.words import Words

DAILY: Final = timedelta(days=1)
A_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class MailAnchor:
    """Mails the newest checkpoint's note, for somebody to keep."""

    to: str
    send: SendMail | None
    words: Words
    name: str = "mail"
    every: timedelta = DAILY

    def __call__(self, last: CheckpointRow, tables: SealTables, /) -> None:
        """Raises `AnchorFault`."""
        if self.send is None:
            raise AnchorFault("anchor.mail", "no mail server is set (ORDERLOOM_SMTP)")
        text = self.words.text("seal.mail", at=last.at, count=last.size)
        mail = Mail(
            id=f"checkpoint-{last.no}",
            to=self.to,
            subject=self.words.text("seal.mail_subject", no=last.no),
            text=f"{text}\n\n{last.note}",
            language=self.words.language,
        )
        try:
            self.send(mail)
        except MailFault as fault:
            raise AnchorFault("anchor.mail", fault.code) from fault


@dataclass(frozen=True, slots=True)
class WebhookAnchor:
    """Posts the newest checkpoint as `{no, at, size, note}`; 2xx: it is kept there."""

    url: str
    send: Sender
    name: str = "webhook"
    every: timedelta = A_MINUTE

    def __call__(self, last: CheckpointRow, tables: SealTables, /) -> None:
        """Raises `AnchorFault`."""
        body = {"no": last.no, "at": last.at, "size": last.size, "note": last.note}
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": f"checkpoint-{last.no}",
        }
        answer = self.send(Request("POST", self.url, headers, dumps(body)))
        if isinstance(answer, Undelivered):
            raise AnchorFault(answer.code, answer.message)
        if not 200 <= answer.status < 300:
            raise AnchorFault("anchor.refused", f"the other side answered {answer.status}")
