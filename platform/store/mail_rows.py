"""Mail to people as it is kept: each to one receiver, sent once, with what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class MailState(StrEnum):
    """`waiting`: to be sent; `held`: for the receiver's next digest; `dropped`: not needed any
    more; `failed`: somebody has to look at it; `given_up`: somebody did, and let it be."""

    WAITING = "waiting"
    HELD = "held"
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMail:
    """`key`: the same for the same message to the same receiver. `user` (an id) or `address`: to
    whom; neither where the receivers could not be told. `body`: what it is written from. `order`
    and `n`: the message's, 0 for a digest. `problem`: of a failed one."""

    organisation: int
    key: str
    kind: str
    user: str | None = None
    address: str | None = None
    order: int = 0
    n: int = 0
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    at: datetime
    state: MailState = MailState.WAITING
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMail:
    """A row. `attempts`: how often it was claimed, this time included. `address`: one that the
    message names, or that was corrected."""

    id: int
    organisation: int
    key: str
    kind: str
    user: str | None
    address: str | None
    order: int
    n: int
    body: Mapping[str, Any] = field(repr=False)
    state: MailState
    attempts: int
    problem: str | None
    at: datetime
    settled_by: str | None = None
    settled: datetime | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """When somebody's digest is due."""

    organisation: int
    user: str
    at: datetime


class MailTables(Protocol):
    """The SQL of mail (`store.mail`): each call is one short transaction of its own."""

    def keep(self, mails: Sequence[NewMail]) -> None:
        """Keeps those whose key is new; the others are there already, whatever became of them."""

    def claim(self, now: datetime, *, until: datetime, limit: int) -> tuple[KeptMail, ...]:
        """Up to `limit` mails that wait, are due, and are not claimed beyond `now`, the earliest
        first; claimed until then, `attempts` counted up. Whatever the number of callers, none is
        claimed twice before its claim has run out."""

    def postpone(self, mail: KeptMail, *, due: datetime) -> None:
        """It is tried again then; its claim ends, unless somebody else has claimed it since."""

    def ended(
        self,
        mail: KeptMail,
        state: MailState,
        *,
        problem: str | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        """What became of it, unless somebody else has claimed it since. What it was written from
        goes, unless it failed; `body`: what it will be written from instead."""

    def one(self, organisation: int, id: int) -> KeptMail | None: ...

    def listed(
        self, organisation: int, state: MailState, *, before: int | None, limit: int
    ) -> Sequence[KeptMail]:
        """Those in a state, newest first (descending id), with an id below `before`."""

    def count(self, organisation: int, state: MailState, *, limit: int) -> int:
        """How many, at most `limit`."""

    def again(
        self, mail: KeptMail, *, address: str | None, by: str, at: datetime
    ) -> KeptMail | None:
        """A failed one waits again, for another address if one is given; None: it is no longer
        failed."""

    def give_up(self, mail: KeptMail, *, by: str, at: datetime) -> KeptMail | None:
        """A failed one is let be; None: it is no longer failed."""

    def held(self, organisation: int, user: str, *, limit: int) -> Sequence[KeptMail]:
        """What waits for somebody's next digest, oldest first."""

    def told(self, mails: Sequence[KeptMail]) -> None:
        """What was held has been told."""

    def choices(self, organisation: int, user: str) -> Mapping[str, Any]:
        """How somebody wants to be told; empty: nothing was chosen."""

    def choose(
        self,
        organisation: int,
        user: str,
        choices: Mapping[str, Any],
        *,
        digest: datetime | None,
    ) -> None:
        """Keeps what somebody has chosen; `digest`: when their next one is due."""

    def unexpected(self, *, limit: int) -> Sequence[tuple[int, str, str]]:
        """Organisation, id and zone of active people whose first digest has no moment yet."""

    def expect(self, ones: Sequence[Expected]) -> None:
        """Gives them one, unless they have chosen something meanwhile."""

    def due_digests(self, now: datetime, *, limit: int) -> Sequence[Expected]:
        """Whose digest is due, the earliest first."""

    def digested(self, one: Expected, *, next: datetime | None, mail: NewMail | None) -> bool:
        """Moves on to the next moment, and keeps the mail in the same transaction; False: somebody
        else was quicker, nothing was done."""

    def sweep(self, before: datetime, *, limit: int) -> int:
        """Forgets up to `limit` mails from before then that are over, or were held for nobody."""
