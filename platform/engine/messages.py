"""Notices to people (language 3.5 `notify`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orderloom.platform.engine.outcome import MessageEffect
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import Step
from orderloom.rules import to_json


def send_message(
    step: Step, message: str, scope: Scope, to: Sequence[str] = (), **names: Any
) -> None:
    """Requests a message; its template is filled when it leaves, from the names as they are now."""
    n = step.number()
    read = {
        **step.state.data,
        **step.state.results,
        **scope.local,
        "event": scope.event,
        "order": {**scope["order"]},
        **names,
    }
    step.emit("message.requested", n=n, message=message, to=list(to) or None)
    step.effects.append(MessageEffect(n, message, to_json(read), tuple(to)))
