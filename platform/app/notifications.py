"""How a person wants to be told: read, and chosen by themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from orderloom.platform.app.mail_choices import MailChoices, kept_choices, read_choices
from orderloom.platform.app.mail_digest import zone_of
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.account_rows import AccountTables
from orderloom.platform.store.mail_rows import MailTables


class Notifications:
    """`now` is the clock's; `mails`: whether there is a mail server."""

    def __init__(
        self,
        mail: MailTables,
        accounts: AccountTables,
        now: Callable[[], datetime],
        *,
        mails: bool,
    ) -> None:
        self._mail = mail
        self._accounts = accounts
        self._now = now
        self.mails = mails

    def of(self, actor: Actor) -> MailChoices:
        """What the actor has chosen, or the defaults."""
        return kept_choices(self._mail.choices(actor.organisation, actor.id))

    def choose(self, actor: Actor, given: Mapping[str, Any]) -> MailChoices | Rejection:
        """From now on so; what is left out is as by default."""
        choices = read_choices(given)
        if isinstance(choices, Rejection):
            return choices
        digest = choices.after(self._now(), zone_of(actor.zone))
        self._mail.choose(actor.organisation, actor.id, choices.to_json(), digest=digest)
        return choices

    def address(self, actor: Actor) -> str:
        """Where the actor's mail goes; empty: nowhere."""
        user = self._accounts.user(actor.organisation, actor.id)
        found = user.attributes.get("email") if user is not None else None
        return found if isinstance(found, str) else ""
