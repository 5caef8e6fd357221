"""What leaves the audit tables: streams with their entries, for the verifier and the export."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from orderloom.audit.export import Stream


class AuditTables(Protocol):
    """The SQL of the audit's readers (`store.audit`). All reads see one moment (one snapshot)."""

    def log(self) -> str:
        """The installation's log id, which every chain begins with."""

    def count(self) -> int:
        """How many entries there are, for a progress bar."""

    def streams(self, order: int | None = None) -> Iterator[Stream]:
        """Every stream by ascending number, its entries by ascending `seq`; one if `order` is
        given. A stream whose entries are all gone comes with its head; entries whose stream has no
        head come as a stream with `count` 0 and an empty `head`."""
