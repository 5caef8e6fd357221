"""Which files a command may name, as its transaction sees them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol

from orderloom.platform.engine.outcome import Files
from orderloom.platform.engine.step import iso


class Namable(Protocol):
    """The transaction's own look."""

    def namable(
        self, organisation: int, digests: Collection[str], *, person: str, order: int, since: str
    ) -> Mapping[str, Mapping[str, Any]]: ...


def fitting(question: Files, tables: Namable, organisation: int, since: datetime) -> list[str]:
    """The digests of those files that are there for this person or order, and are what is said."""
    found = tables.namable(
        organisation,
        {digest for digest, _, _ in question.files},
        person=question.person,
        order=question.order,
        since=iso(since),
    )
    return sorted(
        digest
        for digest, size, media in question.files
        if digest in found and found[digest] == {"size": size, "type": media}
    )
