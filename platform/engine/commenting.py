"""Comments: what people say about an order. Nothing follows from one but that people are told."""

from __future__ import annotations

from typing import Final

from orderloom.platform.engine import commands as c
from orderloom.platform.engine.outcome import MessageEffect
from orderloom.platform.engine.step import Step
from orderloom.platform.problem import Rejection

MOST_SIGNS: Final = 4_000
MOST_MENTIONS: Final = 20
# The built-in message to those who are mentioned (`app.messages`).
MENTION: Final = "mention"


def comment(step: Step, body: c.Comment) -> Rejection | None:
    """Whoever may see the order may comment on it, after its end too. The state keeps nothing of
    it but the number; the message holds no word of the text."""
    if not body.comment.strip():
        return Rejection("comment.empty", "there is nothing in the comment", path="comment")
    if len(body.comment) > MOST_SIGNS:
        message = f"the comment has more than {MOST_SIGNS} signs"
        return Rejection("comment.too_long", message, {"limit": MOST_SIGNS}, path="comment")
    mentions = list(dict.fromkeys(body.mentions))
    if len(mentions) > MOST_MENTIONS:
        message = f"the comment mentions more than {MOST_MENTIONS} people"
        return Rejection("comment.many_mentions", message, {"limit": MOST_MENTIONS}, path="comment")
    n, actor, state = step.number(), step.context.actor, step.state
    step.emit("commented", n=n, comment=body.comment, mentions=mentions or None)
    told = tuple(f"u:{id_}" for id_ in mentions if id_ != actor.id)
    if told:
        order = {"id": state.order, "number": state.number, "process": state.process}
        names = {"order": order, "by": {"id": actor.id, "name": actor.name}}
        step.effects.append(MessageEffect(n, MENTION, names, told))
    return None
