"""A file brought and attached at once, for programs at the machine itself."""

from __future__ import annotations

from orderloom.platform.app.addressed import addressed
from orderloom.platform.app.application import Application
from orderloom.platform.app.attachments import Taken
from orderloom.platform.app.reading import not_found
from orderloom.platform.app.zipped import Source
from orderloom.platform.engine import Actor, Command
from orderloom.platform.engine.commands import Attach
from orderloom.platform.problem import Rejection


def bring_file(
    app: Application, actor: Actor, number: str, name: str, source: Source, *, channel: str
) -> Taken | Rejection:
    """Adds the file to the order of that number, which the actor must see and act in."""
    order = addressed(app, actor, number)
    if order is None or not app.views.sees(actor, number):
        return not_found(number)
    taken = app.attachments.take(actor, name, source)
    if isinstance(taken, Rejection):
        return taken
    body = Attach(taken.name, taken.size, taken.type, taken.sha256)
    reply = app.handle(Command(body=body, actor=actor, order=order.id, channel=channel))
    return reply if isinstance(reply, Rejection) else taken
