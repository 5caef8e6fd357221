"""Links as mails hold them, and mail that failed, without a mail server."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from orderloom.platform.app.application import Application
from orderloom.platform.app.mail_links import Claims
from orderloom.platform.app.mail_writing import content_of
from orderloom.platform.app.reading import Seen
from orderloom.platform.engine.commands import Actor
from orderloom.platform.store.mail_rows import MailState, NewMail


def link_for(
    app: Application, actor: Actor, order: int, task: int, verdict: str, *, hours: int = 72
) -> str:
    """The address behind which somebody decides."""
    seen = app.views.desk.see_id(actor, order)
    assert isinstance(seen, Seen), seen
    ends = app.clock.now() + timedelta(hours=hours)
    claims = Claims(
        organisation=actor.organisation,
        order=order,
        task=task,
        person=actor.id,
        verdict=verdict,
        content=content_of(seen, seen.state.tasks[str(task)]),
        expires=int(ends.timestamp()),
        once=f"{order}.{task}.{actor.id}",
    )
    return f"/decide/{app.mailroom.links.token(claims)}"


def undelivered(app: Application, actor: Actor, order: int, long: str) -> None:
    """One mail that failed of each sort."""
    kept: dict[str, Any] = {"organisation": 1, "at": app.clock.now(), "state": MailState.FAILED}
    app.store.mail.keep(
        [
            NewMail(key="1", kind="task", user=actor.id, order=order, problem="mail.550", **kept),
            NewMail(
                key="2",
                kind="message",
                address=f"{long[:40].replace(' ', '.')}@firm.example",
                order=order,
                problem="mail.tls",
                **kept,
            ),
            NewMail(key="3", kind="receivers", order=order, problem="message.receivers", **kept),
            NewMail(key="4", kind="digest", user=actor.id, problem="mail.address", **kept),
        ]
    )
