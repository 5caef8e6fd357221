"""Notices to people (language 3.5 `notify`)."""

from __future__ import annotations

from typing import Any

from orderloom.platform.definitions.model import Receivers
from orderloom.platform.engine.outcome import MessageEffect
from orderloom.platform.engine.people import principals
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import Step
from orderloom.rules import to_json


def send_message(step: Step, message: str, scope: Scope) -> None:
    """Requests a message. Who gets it is decided now; its templates, those of addresses too, are
    filled when it leaves, from the names as they are now."""
    receivers = step.release.receivers.get(message, Receivers())
    to = (*principals(step, receivers.people, scope), *receivers.addresses)
    n = step.number()
    step.emit("message.requested", n=n, message=message, to=list(to) or None)
    step.effects.append(MessageEffect(n, message, message_names(step, scope), to))


def message_names(step: Step, scope: Scope, **names: Any) -> dict[str, Any]:
    """What a template reads: data, results, local names, `event`, `order`; JSON values."""
    around = to_json({**scope.local, "event": scope.event})
    # `order` and `names` are JSON already, but for the instant of creation.
    order = {**scope["order"], "created": step.state.created}
    return {**step.state.data, **step.state.results, **around, "order": order, **names}
