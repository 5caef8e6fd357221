"""What stands beside the log: its seal, what is made of it, what was erased."""

from __future__ import annotations

from orderloom.platform.store.migrations.courses import courses
from orderloom.platform.store.migrations.desk import desk
from orderloom.platform.store.migrations.erasures import erasures
from orderloom.platform.store.migrations.rules import rules
from orderloom.platform.store.migrations.seal import seal


def beside_the_log() -> None:
    """One line for each file."""
    courses()
    rules()
    seal()
    erasures()
    desk()
