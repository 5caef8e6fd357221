"""Records of collections and their history, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record as it is. `version` rises with every change, also over a deletion. `place`: where
    a list goes on after it."""

    key: str
    version: int
    body: Mapping[str, Any]
    place: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChange:
    """What happened to a record; never changed itself. `way`: `added changed deleted merged split
    absorbed returned`. `after`: the record after it, None where it is gone. `more`: the key that it
    was merged into, or that was merged into it or came back.
    Instants are aware UTC."""

    organisation: int
    collection: str
    key: str
    version: int
    at: datetime
    by: str
    way: str
    after: Mapping[str, Any] | None
    more: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordState:
    """A key before a change. `version` 0, `body` None: there is no record; `last`: the highest
    version that ever was, `told`: the highest that its history knows. `merged_into`: where the key
    leads."""

    version: int
    body: Mapping[str, Any] | None
    last: int
    told: int = 0
    merged_into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWrite:
    """A change with what it makes of the tables. `merged_into`: where the key leads from now on;
    `unmerged`: it leads nowhere else any more. `past`: only for the history, of what was there
    before it began."""

    change: RecordChange
    merged_into: str | None = None
    unmerged: bool = False
    past: bool = False


Rows = Mapping[str, Mapping[str, Any]]
Place = Sequence[str]
