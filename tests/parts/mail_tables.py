"""The mail tables in memory, and mail sent from them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from orderloom.platform.store.mail_rows import Expected, KeptMail, MailState, NewMail


@dataclass
class MailShelf:
    """`MailTables` as their docstrings promise, without digests. `mails`: by key, as they are."""

    mails: dict[str, KeptMail] = field(default_factory=dict)
    chosen: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)

    def keep(self, mails: Sequence[NewMail]) -> None:
        for mail in mails:
            if mail.key in self.mails:
                continue
            kept = {name: getattr(mail, name) for name in NewMail.__slots__}
            self.mails[mail.key] = KeptMail(**kept, id=len(self.mails) + 1, attempts=0)
            if mail.state == MailState.WAITING:
                self.due[mail.key] = mail.at

    def claim(self, now: datetime, *, until: datetime, limit: int) -> tuple[KeptMail, ...]:
        found = [key for key, at in self.due.items() if at <= now][:limit]
        for key in found:
            self.mails[key] = replace(self.mails[key], attempts=self.mails[key].attempts + 1)
            self.due[key] = until
        return tuple(self.mails[key] for key in found)

    def postpone(self, mail: KeptMail, *, due: datetime) -> None:
        self.due[mail.key] = due

    def ended(
        self,
        mail: KeptMail,
        state: MailState,
        *,
        problem: str | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        kept = mail.body if state == MailState.FAILED else {}
        body = kept if body is None else body
        self.mails[mail.key] = replace(mail, state=state, problem=problem, body=body)
        self.due.pop(mail.key, None)

    def choices(self, organisation: int, user: str) -> Mapping[str, Any]:
        return self.chosen.get(user, {})

    def held(self, organisation: int, user: str, *, limit: int) -> Sequence[KeptMail]:
        return [each for each in self.mails.values() if each.state == MailState.HELD]

    def told(self, mails: Sequence[KeptMail]) -> None:
        for mail in mails:
            self.ended(mail, MailState.SENT)

    def unexpected(self, *, limit: int) -> Sequence[tuple[int, str, str]]:
        return []

    def due_digests(self, now: datetime, *, limit: int) -> Sequence[Expected]:
        return []

    def problems(self) -> dict[str, str]:
        """What failed, by whom it was for, and why."""
        return {
            mail.user or mail.address or "": str(mail.problem)
            for mail in self.mails.values()
            if mail.state == MailState.FAILED
        }
