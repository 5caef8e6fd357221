"""What is wrong with a database, in sentences for whoever runs the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import InterfaceError, OperationalError

# A part of the driver's message -> what it means.
_MEANINGS: Final = (
    ("file is not a database", "the file is not an SQLite database"),
    ("malformed", "the file is damaged"),
    ("readonly", "the file may not be written"),
    ("unable to open", "the file cannot be opened; its folder must exist and be writable"),
    ("database is locked", "another program keeps the file locked"),
    ("disk is full", "the disk is full"),
)


class StoreError(Exception):
    """The database cannot be opened or used as it is. The text says why."""


class Unknown(StoreError):
    """Nobody knows whether the transaction was done: it must not be tried again."""


@contextmanager
def faults_told() -> Iterator[None]:
    """What the database cannot do for now (gone, full, locked, not writable) as `StoreError`."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise explained(error) from error


def explained(error: BaseException) -> StoreError:
    """The driver's error as one sentence without what the driver adds around it."""
    cause = str(getattr(error, "orig", None) or error).strip()
    for part, meaning in _MEANINGS:
        if part in cause:
            return StoreError(meaning)
    lines = [line.strip() for line in cause.splitlines() if line.strip()]
    return StoreError(lines[0] if lines else "the database does not answer")
