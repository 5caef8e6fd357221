"""Makes the worker of an application."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from orderloom.platform.app.application import Application
from orderloom.platform.app.calls import Caller, Connectors
from orderloom.platform.app.mail_digest import DigestParts, Digests
from orderloom.platform.app.mail_writing import PREFERENCES, MailWriting
from orderloom.platform.app.mailing import Mailing
from orderloom.platform.app.messages import Messenger
from orderloom.platform.app.outbox import Outbox
from orderloom.platform.app.receipts import latest_receipt
from orderloom.platform.app.sweeping import KEPT, TOLD, UNNAMED, Sweeping
from orderloom.platform.codec import loads
from orderloom.platform.delivery.http_sender import HttpSender
from orderloom.platform.delivery.mail_page import mail_page
from orderloom.platform.delivery.smtp import mail_server
from orderloom.platform.delivery.templates import render
from orderloom.platform.delivery.worker import Worker
from orderloom.platform.settings import Settings, outside_value

Definition = Mapping[str, Any]
# As many substitutions as are looked through for those who stand in for the people of one message.
MOST_STAND_INS = 200


def make_worker(app: Application, *, environment: Mapping[str, str] | None = None) -> Worker:
    """The worker of an application, rung for after each commit. `environment`: where secrets and
    addresses are (the process's own). Raises `ValueError` for a mail server that cannot be used."""
    outside = os.environ if environment is None else environment
    settings = app.settings
    caller = Caller(
        connectors_of(app, outside),
        HttpSender(allow_private=settings.allow_private),
        lambda name: outside_value(outside, "SECRET", name),
    )
    messenger = messenger_of(app)
    outbox = Outbox(
        app.store.work,
        app.runner,
        app.clock.now,
        call=caller,
        post=messenger,
        chance=_chance,
        metrics=app.metrics,
    )
    sweeping = Sweeping(
        app.clock.now,
        (app.store.work, KEPT),
        (app.store.watches, TOLD),
        (app.store.mail, KEPT),
        (app.store.attachments, UNNAMED),
    )
    worker = Worker(
        outbox,
        app.inbox,
        app.timers,
        app.metrics,
        sweeping,
        inbound=app.inbound,
        watching=app.watching,
        mailing=mailing_of(app, messenger),
        sealing=app.sealing,
        erasures=app.erasures,
        retention=app.retention,
        audit_index=app.audit_desk.index,
        rule_use=app.rule_history.use,
        courses=app.process_maps.courses,
    )
    app.runner.committed = worker.ring
    return worker


def messenger_of(app: Application) -> Messenger:
    """Spreads messages to people."""
    substitutions, now = app.store.substitutions, app.clock.now

    def stand_ins(organisation: int, users: Sequence[str], /) -> list[str]:
        found = substitutions.of(organisation, users, limit=MOST_STAND_INS)
        return [one.substitute for one in found if one.person in users and one.holds(now())]

    return Messenger(
        definitions=messages_of(app),
        accounts=app.store.accounts,
        directory=app.directory,
        work=app.store.work,
        mail=app.store.mail,
        render=render,
        now=now,
        link=link_of(app.settings),
        mails=bool(app.settings.smtp),
        stand_ins=stand_ins,
        metrics=app.metrics,
        language=app.settings.language,
    )


def mailing_of(app: Application, messenger: Messenger) -> Mailing:
    """Sends mail that waits. Raises `ValueError` for a mail server that cannot be used."""
    settings, store, desk, now = app.settings, app.store, app.views.desk, app.clock.now
    origin = origin_of(settings)
    writing = MailWriting(
        desk=desk,
        accounts=app.accounts,
        digest=DigestParts(desk, store.mail, store.substitutions, now),
        at=lambda path: f"{origin}{path}",
        links=app.mailroom.links if settings.mail_verdicts else None,
        lifetime=timedelta(hours=settings.mail_verdict_hours),
        receipt=lambda order: str(latest_receipt(store, order) or ""),
    )
    return Mailing(
        store.mail,
        messenger,
        now,
        write=writing,
        page=mail_page,
        send=mail_server(settings.smtp, settings.mail_from) if settings.smtp else None,
        digests=Digests(store.mail, store.accounts, now),
        chance=_chance,
        preferences=f"{origin}{PREFERENCES}",
        metrics=app.metrics,
    )


def connectors_of(app: Application, outside: Mapping[str, str]) -> Connectors:
    """Finds a job's connector, as of today, with the address of this environment."""

    def find(job: Any, /) -> Definition | None:
        id_ = str(job.body.get("connector"))
        version = app.registry.latest("connector", id_, job.organisation)
        if version is None:
            return None
        definition: dict[str, Any] = loads(version.body)
        address = outside_value(outside, "ADDRESS", id_)
        return {**definition, "address": address} if address else definition

    return find


def messages_of(app: Application) -> Callable[[Any], Definition | None]:
    """Finds the definition of a job's message, as its order pinned it."""

    def find(job: Any, /) -> Definition | None:
        stored = app.store.reads.orders_by_id(job.organisation, [job.order]).get(job.order)
        if stored is None:
            return None
        return app.registry.by_no(stored.release).messages.get(str(job.body.get("message")))

    return find


def link_of(settings: Settings) -> Callable[[str], str]:
    """The page of an order by its number."""
    origin = origin_of(settings)
    return lambda number: f"{origin}/orders/{quote(number, safe='')}"


def origin_of(settings: Settings) -> str:
    """Where people reach the pages, without a slash at the end."""
    return settings.origin.rstrip("/") or f"http://{settings.host}:{settings.port}"


def _chance() -> int:
    return random.randrange(1000)  # noqa: S311  spreads retries, guards nothing
