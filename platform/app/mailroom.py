"""What people do about mail, in one place: how they are told, verdicts by links, what failed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from orderloom.platform.app.accounts import Accounts
from orderloom.platform.app.mail_links import MailLinks
from orderloom.platform.app.mail_settling import MailTickets
from orderloom.platform.app.mailed_verdicts import MailedVerdicts
from orderloom.platform.app.notifications import Notifications
from orderloom.platform.app.reading import Desk
from orderloom.platform.app.runner import Runner
from orderloom.platform.app.seeing import Seeing
from orderloom.platform.settings import Settings
from orderloom.platform.store import Store


@dataclass(frozen=True, slots=True)
class Mailroom:
    """`links`: signs and reads what stands in mails."""

    notifications: Notifications
    verdicts: MailedVerdicts
    tickets: MailTickets
    links: MailLinks


def open_mailroom(
    store: Store,
    runner: Runner,
    accounts: Accounts,
    desk: Desk,
    *,
    settings: Settings,
    now: Callable[[], datetime],
    seeing: Seeing,
) -> Mailroom:
    """Without a key of the installation's own its links end with the program."""
    links = MailLinks(settings.secret or secrets.token_hex(32))
    return Mailroom(
        notifications=Notifications(store.mail, store.accounts, now, mails=bool(settings.smtp)),
        verdicts=MailedVerdicts(
            desk,
            accounts,
            store.accounts,
            runner,
            answered=store.work.answered,
            links=links,
            on=settings.mail_verdicts,
            now=now,
        ),
        tickets=MailTickets(store.mail, store.accounts, store.reads, runner, now, seeing),
        links=links,
    )
