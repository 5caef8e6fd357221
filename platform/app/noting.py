"""Refusals at the rim become entries too, a bounded number of them (engine 7).

What is beyond the bound is only counted and never reaches the writer: a flood of wrong tokens must
not keep anybody waiting.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Final

from orderloom.platform.app.refusals import UNKNOWN, Noted, Throttle
from orderloom.platform.app.runner import Runner
from orderloom.platform.app.statuses import status_of
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store import StoreError

LOG: Final = logging.getLogger("orderloom.rim")
STATUSES: Final = frozenset({400, 401, 403, 413, 415, 429})
# "Not found" also means "not for you", and "nobody" also "nobody who may see it".
MASKED: Final = frozenset(
    {"order.not_found", "task.not_found", "user.not_found", "comment.cannot_mention"}
)
MALFORMED: Final = "request."
# Somebody comes by a link in a mail and not by a session.
LINKED: Final = "mail_link."
# Who may not stand in for whom, whatever the reason.
STANDING_IN: Final = "substitution."
UNKEPT: Final = frozenset({405, 428})
# Whoever comes without a session is shown the way in, which is no refusal; of those who were not
# let in `accounts` tells.
AT_THE_DOOR: Final = "sign_in."


class Noting:
    """Notes what was refused before it came to the runner. Safe to use from many threads."""

    def __init__(self, runner: Runner, now: Callable[[], datetime]) -> None:
        self._runner = runner
        self._now = now
        self._lock = Lock()
        self._throttle = Throttle()

    def note(self, rejection: Rejection, *, actor: Actor | None, channel: str) -> None:
        """An entry of the security stream, if this refusal is one that is kept."""
        if not is_kept(rejection.code):
            return
        who = actor or UNKNOWN
        with self._lock:
            more = self._throttle.pass_(who.id, 0, rejection.code, self._now())
        if more is None:
            return
        try:
            self._runner.note(Noted(rejection=rejection, actor=who, channel=channel, more=more))
        except StoreError:
            # The answer is a refusal all the same; the probe says that the database is away.
            LOG.warning("refusal not noted", extra={"code": rejection.code})


def is_kept(code: str) -> bool:
    """Whether a refusal at the rim is written down: who was not let in, and what made no sense."""
    status = status_of(code)
    if code.startswith(AT_THE_DOOR):
        return False
    if code.startswith((LINKED, STANDING_IN)) or code in MASKED:
        return True
    malformed = code.startswith(MALFORMED) and status not in UNKEPT
    return malformed or status in STATUSES
