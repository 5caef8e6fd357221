"""The list of checks. A new one is a new function, marked `@checks`, in a file of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.finding import Finding

Check = Callable[[Context], Iterable[Finding]]
CHECKS: list[Check] = []


def checks(function: Check) -> Check:
    """Makes the function one of the checks that every bundle goes through."""
    CHECKS.append(function)
    return function
