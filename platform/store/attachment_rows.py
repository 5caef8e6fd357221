"""Attached files as the rest of the program sees them: plain values and the tables' promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

CHUNK: Final = 262_144


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A content that is all there. `digest`: SHA-256, hexadecimal; `media`: what it is; `content`:
    under which its pieces are kept."""

    digest: str
    size: int
    media: str
    content: str


class AttachmentTables(Protocol):
    """The SQL of files (`store.attachments`). Each call is one short transaction of its own."""

    def begin(self, organisation: int, content: str, now: datetime) -> None:
        """Pieces may follow under `content`, an id that nobody else has."""

    def add(self, content: str, n: int, data: bytes) -> None:
        """The next piece; `n` counts from 0."""

    def finish(
        self, organisation: int, file: StoredFile, *, person: str, now: datetime
    ) -> StoredFile:
        """The pieces are all there: from now on `person` may name them. Where the organisation has
        these bytes already, the new pieces go and the old ones are answered."""

    def claim(
        self, organisation: int, digest: str, *, person: str, now: datetime
    ) -> StoredFile | None:
        """Lets `person`, who brought the very bytes, name the content that is there; else None."""

    def drop(self, content: str) -> None:
        """Forgets what was begun."""

    def of_order(self, organisation: int, order: int, digest: str) -> StoredFile | None:
        """The file, if the order names it or ever has."""

    def uploaded(
        self, organisation: int, person: str, digest: str, *, since: datetime
    ) -> StoredFile | None:
        """The file, if `person` has brought it since then."""

    def piece(self, content: str, n: int) -> bytes | None:
        """A piece; None where there are no more."""

    def sweep(self, before: datetime, *, limit: int) -> int:
        """Takes away what was brought, or begun, before then and is named by no order; how many
        uploads went, at most so many."""

    def uses(self, organisation: int, digest: str) -> Sequence[int]:
        """The orders that name a content, or ever have."""
