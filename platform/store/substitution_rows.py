"""Who stands in for whom, and when, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """`substitute` stands in for `person` (users' ids) from `starts` until before `ends`. Instants
    are aware UTC. `ended`: when it was ended early, and by whom; it is never deleted."""

    id: int
    organisation: int
    person: str
    substitute: str
    starts: datetime
    ends: datetime
    set_by: str
    set_at: datetime
    ended: datetime | None = None
    ended_by: str | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.starts <= now < self.ends and self.ended is None

    def is_over(self, now: datetime) -> bool:
        """Whether it can no longer come into force."""
        return self.ended is not None or self.ends <= now


class SubstitutionTables(Protocol):
    """The SQL of substitutions (`store.substitutions`). They are written with their audit entry,
    by `Transaction.flush`."""

    def absent(self, organisation: int, substitute: str, now: datetime) -> Sequence[str]:
        """Ids of those for whom somebody stands in at this moment, the first set first."""

    def of(
        self, organisation: int, users: Sequence[str] | None, *, limit: int
    ) -> Sequence[Substitution]:
        """Those that concern one of these people (None: everybody), on either side, the last to
        begin first."""

    def by_id(self, organisation: int, id: int) -> Substitution | None: ...
