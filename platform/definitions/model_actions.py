"""Actions of the language, compiled, and the values that they are made of."""

from __future__ import annotations

from dataclasses import dataclass

from orderloom.rules import Expression, Target


@dataclass(frozen=True, slots=True)
class Code:
    """A compiled expression and its place (`stages.review.always[0].if`)."""

    expression: Expression
    path: str


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """`8 working hours`, `2 working days`: counted by the bundle's calendar."""

    amount: int
    unit: str  # "hours" | "days" | "minutes"


@dataclass(frozen=True, slots=True)
class Span:
    """A duration: months and seconds of ISO 8601, or working time (then both are 0)."""

    months: int = 0
    seconds: int = 0
    working: WorkingTime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Who: a role (perhaps of a unit, filtered by `where` over `user`), users, or a manager.

    The special roles `requester` and `link` stand in `role`.
    """

    role: str | None = None
    unit: str | None = None
    where: Code | None = None
    users: Code | None = None
    manager_of: Code | None = None
    level: int = 1


@dataclass(frozen=True, slots=True)
class Each:
    """`for_each: line in lines`."""

    variable: str
    items: Code


# ── actions (language 3.5) ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SetData:
    """`set`/`append`: targets with their expressions; all read the data from before."""

    targets: tuple[tuple[Target, Code], ...]
    append: bool = False


@dataclass(frozen=True, slots=True)
class Decide:
    decision: str
    names: tuple[tuple[str, Code], ...] = ()


@dataclass(frozen=True, slots=True)
class Infer:
    """What follows from the order's facts by a ruleset."""

    ruleset: str
    names: tuple[tuple[str, Code], ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """`read: {collection, key}` or `read: {order}`."""

    collection: str | None = None
    key: Code | None = None
    order: Code | None = None


@dataclass(frozen=True, slots=True)
class Notify:
    message: str


@dataclass(frozen=True, slots=True)
class Mark:
    """`milestone`, `tag`, `untag`, `hold`, `unhold`."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Next:
    sequence: str


@dataclass(frozen=True, slots=True)
class Raise:
    event: str
    data: tuple[tuple[str, Code], ...] = ()


@dataclass(frozen=True, slots=True)
class Send:
    """`to`: an expression (parent, siblings, children("id"), numbers) or process, key, value."""

    event: str
    to: Code | None = None
    process: str | None = None
    key: str | None = None
    value: Code | None = None
    data: tuple[tuple[str, Code], ...] = ()
    delay: Span | None = None


@dataclass(frozen=True, slots=True)
class StartOrder:
    process: str
    names: tuple[tuple[str, Code], ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    target: Code


@dataclass(frozen=True, slots=True)
class MoveBalance:
    """`way`: `reserve release issue`. `balance`: `collection.field`. `amount` None: all that the
    order holds of it. `partial`: as much as there is."""

    way: str
    balance: str
    key: Code
    amount: Code | None = None
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """An undo that calls a connector (as an activity it is `CallActivity`)."""

    connector: str
    operation: str
    names: tuple[tuple[str, Code], ...] = ()


ActionKind = (
    SetData
    | Decide
    | Infer
    | Read
    | Notify
    | Mark
    | Next
    | Raise
    | Send
    | StartOrder
    | Link
    | Call
    | MoveBalance
)


@dataclass(frozen=True, slots=True)
class Action:
    """One action with what any may have. `result` is the name of `as`."""

    what: ActionKind
    path: str
    condition: Code | None = None
    each: Each | None = None
    result: str | None = None
    undo: Action | None = None
