"""Text that both databases can hold, and text short enough for their indices."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Engine, event

NUL: Final = "\0"
REPLACEMENT: Final = "\ufffd"
# PostgreSQL takes 2,700 bytes into an index; a sign has four at most, a row several keys.
MOST_SIGNS: Final = 256


def plain(text: str) -> str:
    """The text with every NUL, for which PostgreSQL has no place, replaced by the sign for what
    cannot be shown."""
    return text.replace(NUL, REPLACEMENT) if NUL in text else text


def bounded(text: str) -> str:
    """A text for an index: as it is up to 256 signs, else its beginning and a digest of it all."""
    text = plain(text)
    if len(text) <= MOST_SIGNS:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{text[: MOST_SIGNS - len(digest)]}{digest}"


def keep_text_plain(engine: Engine) -> None:
    """Makes every text `plain` that statements of this engine are given, to write or to find.

    It does not see what is run on the driver's own cursor.
    """

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def before(
        connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool
    ) -> tuple[str, Any]:
        # A driver's list of rows; several rows of one statement come as one mapping.
        if many and isinstance(values, list):
            return statement, [_plain(each) for each in values]
        return statement, _plain(values)


def _plain(values: Any) -> Any:
    if isinstance(values, Mapping):
        if any(isinstance(each, str) and NUL in each for each in values.values()):
            return {name: _one(each) for name, each in values.items()}
        return values
    if any(isinstance(each, str) and NUL in each for each in values):
        return tuple(_one(each) for each in values)
    return values


def _one(value: Any) -> Any:
    return plain(value) if isinstance(value, str) else value
