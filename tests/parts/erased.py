"""Where a word still stands after an erasure: every table, every file of the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import text

from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import verify_store
from orderloom.platform.app.differences import differences
from orderloom.platform.store.tables import METADATA


def everywhere(app: Application, word: str, *, fold: bool = False) -> list[str]:
    """Tables and columns with the word, and files of the database that have it in their bytes;
    `fold`: in capitals, too."""
    found = []
    sought = word.lower() if fold else word
    with app.store.database.reading() as connection:
        for table in METADATA.sorted_tables:
            for column in table.columns:
                for (value,) in connection.execute(text(f'SELECT "{column.name}" FROM "{table}"')):
                    held = bytes(value).decode("utf-8", "replace") if _raw(value) else str(value)
                    if sought in (held.lower() if fold else held):
                        found.append(f"{table}.{column.name}: {held[:200]}")
    if app.store.database.sqlite:
        file = app.store.database.file or Path(str(app.store.database.engine.url.database))
        for path in file.parent.glob(f"{file.name}*"):
            held_bytes = path.read_bytes()
            if sought.encode() in (held_bytes.lower() if fold else held_bytes):
                found.append(path.name)
    return found


def _raw(value: Any) -> bool:
    return isinstance(value, bytes | memoryview)


def sound(app: Application) -> bool:
    """The chain holds, and the orders are what their entries say."""
    return verify_store(app)["ok"] and not list(differences(app.store, app.registry))
