"""What can be asked of an order: one frozen class a kind, and the envelope around it.

Commands are made at the rim (web, API, CLI, worker) and handed to `orderloom.platform.app`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from orderloom.platform.record import named_record, record

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, a connector, the holder of an order's link, or the engine's worker.

    `kind`: `person connector link system`. `id` is pseudonymous (`u_…`, `c:<connector>`, `link`,
    `system`); `attributes` are the directory's further fields. `permissions` are the fixed ones of
    `docs/permissions.md` that the actor's roles map to. `in_place_of`: by id, those for whom the
    actor stands in at the moment; their permissions do not come with them. `channel`: through what
    they look at things; what they send says for itself.
    """

    id: str
    organisation: int = 1
    name: str = ""
    kind: str = "person"
    roles: frozenset[str] = frozenset()
    units: tuple[str, ...] = ()
    manager: str | None = None
    attributes: Json = field(default_factory=dict)
    permissions: frozenset[str] = frozenset()
    language: str = "en"
    zone: str = "UTC"
    in_place_of: Mapping[str, Actor] = field(default_factory=dict)
    channel: str = "web"

    def principals(self) -> frozenset[str]:
        """Names under which tasks are offered: `u:<id>`, `r:<role>`, `p:<permission>`."""
        return _principals(self.id, self.roles, self.permissions)

    def record(self) -> dict[str, Any]:
        """What expressions read as `actor` or `user` (language 11)."""
        return {
            **self.attributes,
            "id": self.id,
            "name": self.name,
            "roles": sorted(self.roles),
            "units": list(self.units),
            "manager": self.manager,
        }


@lru_cache(maxsize=4096)
def _principals(id_: str, roles: frozenset[str], permissions: frozenset[str]) -> frozenset[str]:
    return frozenset(
        {
            f"u:{id_}",
            *(f"r:{role}" for role in roles),
            *(f"p:{permission}" for permission in permissions),
        }
    )


SYSTEM = Actor(id="system", kind="system", name="Orderloom")
# How the ids of connectors and watches begin; no person's has a colon.
MACHINES: Final = ("c:", "w:")


def is_machine(id_: str) -> bool:
    """Whether the id of an actor is that of a connector, of a watch or of the system itself."""
    return id_ == SYSTEM.id or id_.startswith(MACHINES)


@dataclass(frozen=True, slots=True)
class ParentRef:
    """The order and the activity that started a child, and which element it stands for."""

    order: int
    number: str
    process: str
    activity: int
    item: int = 0


@record
class Create:
    """A new order of `process`. `order`: the id given by the runner (or fixed by the parent).

    `source`: who creates it, in the words of `start.from` (a connector, a process), else None.
    `sender`: the id of the order that starts it without waiting for it.
    """

    process: str
    data: Json
    order: int = 0
    draft: bool = False
    parent: ParentRef | None = None
    source: str | None = None
    sender: int = 0


@dataclass(frozen=True, slots=True)
class StartDraft:
    """Turns a complete draft into a running order with a number."""


@dataclass(frozen=True, slots=True)
class DiscardDraft:
    """Ends a draft that nobody needs."""


@record
class SendEvent:
    """A declared event: pressed by a person, or brought by a connector, a watch or another order.

    `source`: None for a person; else the word of the event's `from` (`wms`, `api`, `parent`,
    `child`, a process id). `time`: when it happened outside, if told (aware).
    """

    name: str
    data: Json = field(default_factory=dict)
    reason: str | None = None
    source: str | None = None
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class EditData:
    """Changes of data fields, as an RFC 7396 merge patch."""

    patch: Json
    reason: str | None = None


@record
class CastVerdict:
    """A verdict on an approval's task: `approve reject return abstain ask withdraw`; `undo` takes
    the actor's own verdict on this task back.

    `changes`: merge patch, for "approve with changes". `key`: the line, where approval is per line.
    `to`: the user who is asked (`ask`), else the requester.
    """

    task: int
    verdict: str
    comment: str | None = None
    changes: Json | None = None
    key: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class CompleteTask:
    """Ends a task or answers a ticket. `data`: merge patch of the fields the task shows."""

    task: int
    outcome: str | None = None
    data: Json = field(default_factory=dict)
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class WaiveTicket:
    """Sets a verification ticket aside, with a reason."""

    task: int
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimTask:
    """Takes a task for oneself (`release`: gives it back)."""

    task: int
    release: bool = False


@dataclass(frozen=True, slots=True)
class Reassign:
    """Gives a task to another person (`to`, a user's id) for good. `whose`: whose part of it, where
    several are asked one by one and the actor is none of them."""

    task: int
    to: str
    reason: str | None = None
    whose: str | None = None


@dataclass(frozen=True, slots=True)
class Delegate:
    """Lets another person (`to`, a user's id) give this one verdict for the actor."""

    task: int
    to: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AddApprover:
    """Asks one more person (`to`, a user's id) beside an approval's task: they must approve too."""

    task: int
    to: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class StartActivity:
    """Starts an activity that waits for a person (`start: manual`)."""

    activity: int


@dataclass(frozen=True, slots=True)
class SetHold:
    """Puts a hold on the order, or lifts it."""

    hold: str
    on: bool = True
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SettleAttention:
    """The way out of *attention*: `retry`, `correct` data and retry, `skip` or `move` to a stage;
    all but `retry` with a reason. `data`: what `correct` changes, as a merge patch."""

    task: int
    way: str
    reason: str | None = None
    stage: str | None = None
    data: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attach:
    """Names a file that is kept already in the order. `sha256`: hexadecimal; `type`: what its
    content is; `size` in bytes."""

    name: str
    size: int
    type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Detach:
    """Hides a file of the order from its people; the entries that name it stay."""

    sha256: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """What a person says about the order. `mentions`: users (ids) who may see the order and are
    told of it."""

    comment: str
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wake:
    """Fires the earliest due timer, if there is one."""


@dataclass(frozen=True, slots=True)
class CallResult:
    """The answer to an outgoing call, or `error` `{kind, code, message}` after the last try."""

    call: int
    result: Any = None
    error: Json | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What one order wrote to another (engine 11). `kind`: `event child.ended`, or the `hit` of a
    watch."""

    from_stream: int
    from_n: int
    kind: str
    body: Json


@dataclass(frozen=True, slots=True)
class Deliver:
    """All messages waiting for an order, in order, taken in one transaction."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Fail:
    """Notes that `body` could not be carried out: the order goes into *attention*."""

    body: Body
    error: Json


Body = (
    Create
    | StartDraft
    | DiscardDraft
    | SendEvent
    | EditData
    | CastVerdict
    | CompleteTask
    | WaiveTicket
    | ClaimTask
    | Reassign
    | Delegate
    | AddApprover
    | StartActivity
    | SetHold
    | SettleAttention
    | Attach
    | Detach
    | Comment
    | Wake
    | CallResult
    | Deliver
    | Fail
)


@named_record
class Command:
    """A body with who, through what, on which order, and what makes it safe to repeat.

    `order`: id of the order (0 for `Create`, where the runner gives one). `key`: the client's
    `Idempotency-Key`, scoped by `key_scope` (the client when creating, else the order);
    `request_digest`: SHA-256 of the request's bytes. `expected_revision`: from `If-Match`.
    `remembers_refusal`: a refusal counts under the key as well (not where what was refused is
    mended and sent again under the same key, as imports do). `known`: answers that were found
    outside of the transaction, by the digest of the question.
    """

    body: Body
    actor: Actor
    order: int = 0
    channel: str = "api"
    on_behalf_of: str | None = None
    key: str | None = None
    key_scope: str | None = None
    request_digest: bytes | None = None
    expected_revision: int | None = None
    remembers_refusal: bool = True
    known: Json = field(default_factory=dict)
