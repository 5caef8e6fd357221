"""Column types that mean the same on SQLite and PostgreSQL.

Instants are text: ISO 8601, UTC, microseconds, `Z`, so that they sort and compare as they are.
JSON, hashes and hashed bodies are text too, never `jsonb`: what is hashed must stay as it is.
Text sorts by its UTF-8 bytes on both, whatever the locale of the database.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, Numeric, Text
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.types import UserDefinedType


class Xid8(UserDefinedType[Any]):
    """The number of a transaction, as PostgreSQL keeps it."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


# A 64-bit number that on SQLite may be the row's own id.
Id: Any = BigInteger().with_variant(Integer(), "sqlite")
Words: Any = Text().with_variant(TEXT(collation="C"), "postgresql")
# Exact: on SQLite, whose numbers would be rounded, plain digits as text.
Amount: Any = Text().with_variant(Numeric(), "postgresql")
Xid: Any = Integer().with_variant(Xid8(), "postgresql")


def stamp(moment: datetime) -> str:
    """An aware instant as it is stored."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> datetime:
    """What `stamp` wrote."""
    return datetime.fromisoformat(text)


def moment_or_none(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
