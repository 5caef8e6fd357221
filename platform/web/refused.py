"""A refusal on its way out of a request: noted in the audit unless the runner did it already."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from orderloom.platform.app.noting import Noting
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Refused, Rejection


class RefusedByRunner(Refused):
    """The runner refused the command; the audit has it."""


def carried_out(answer: Any) -> Any:
    """The runner's answer, unless it is a refusal, which is raised."""
    if isinstance(answer, Rejection):
        raise RefusedByRunner(answer)
    return answer


def note(request: Request, rejection: Rejection, *, channel: str) -> None:
    """Keeps a refusal at the rim, with who was refused if they are known. It may wait for the
    writer: not for the event loop."""
    noting: Noting = request.app.state.noting
    actor: Actor | None = getattr(request.state, "actor", None)
    noting.note(rejection, actor=actor, channel=channel)
