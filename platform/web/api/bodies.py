"""The bodies that the API takes, as types: they check requests and write the OpenAPI."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from orderloom.platform.codec import CodecError, loads_strict
from orderloom.platform.problem import Refused, Rejection

Json = dict[str, Any]
Body = TypeVar("Body")

MOST_IN_BULK: Final = 1000
UNKNOWN_FIELD: Final = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Sentence = Annotated[str, Meta(max_length=4000)]
Word = Annotated[str, Meta(max_length=200)]
ViewName = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"\S")]


class CreateOrder(Struct, forbid_unknown_fields=True, frozen=True):
    """A new order. `draft`: kept incomplete, without a number, until it is started."""

    process: Name
    data: Json = {}
    draft: bool = False


class BulkItem(Struct, forbid_unknown_fields=True, frozen=True):
    """One order of many. `key`: what makes sending it again safe."""

    process: Name
    data: Json = {}
    key: Annotated[str, Meta(min_length=1, max_length=200)] | UnsetType = UNSET


class BulkOrders(Struct, forbid_unknown_fields=True, frozen=True):
    """Many new orders; each is accepted or refused by itself."""

    orders: Annotated[list[BulkItem], Meta(min_length=1, max_length=MOST_IN_BULK)]


class SendEvent(Struct, forbid_unknown_fields=True, frozen=True):
    """An event, as the process's `events` declare it. `source`: `api` where the event is declared
    with `from: [api]` instead of `by`."""

    name: Name
    data: Json = {}
    reason: Sentence | UnsetType = UNSET
    source: Annotated[str, Meta(pattern="^api$")] | UnsetType = UNSET


class Verdict(Struct, forbid_unknown_fields=True, frozen=True):
    """A verdict; `undo` takes the caller's own back. `changes`: merge patch, for approving with
    changes. `key`: the line, where each is approved by itself. `to`: who is asked (`ask`). `for`:
    for whom the caller stands in, where they might also speak for themselves."""

    verdict: Annotated[str, Meta(pattern="^(approve|reject|return|abstain|ask|withdraw|undo)$")]
    comment: Sentence | UnsetType = UNSET
    changes: Json | UnsetType = UNSET
    key: Annotated[str, Meta(min_length=1, max_length=200)] | UnsetType = UNSET
    to: Name | UnsetType = UNSET
    for_: Name | UnsetType = field(name="for", default=UNSET)


class BulkVerdict(Struct, forbid_unknown_fields=True, frozen=True):
    """One verdict on many tasks; each is accepted or refused by itself."""

    tasks: Annotated[
        list[Annotated[str, Meta(max_length=200)]], Meta(min_length=1, max_length=MOST_IN_BULK)
    ]
    verdict: Annotated[str, Meta(pattern="^(approve|reject|return|abstain|undo)$")]
    comment: Sentence | UnsetType = UNSET
    for_: Name | UnsetType = field(name="for", default=UNSET)


class Completion(Struct, forbid_unknown_fields=True, frozen=True):
    """The end of a task. `data`: merge patch of the fields that the task shows."""

    outcome: Name | UnsetType = UNSET
    data: Json = {}
    comment: Sentence | UnsetType = UNSET
    for_: Name | UnsetType = field(name="for", default=UNSET)


class Claim(Struct, forbid_unknown_fields=True, frozen=True):
    """Taking a task for oneself, or giving it back (`release`)."""

    release: bool = False
    for_: Name | UnsetType = field(name="for", default=UNSET)


class HandOver(Struct, forbid_unknown_fields=True, frozen=True):
    """To whom a task or a verdict goes, or who is asked besides: a login or an id."""

    to: Name
    reason: Sentence | UnsetType = UNSET
    for_: Name | UnsetType = field(name="for", default=UNSET)


class Reassignment(Struct, forbid_unknown_fields=True, frozen=True):
    """To whom a task goes. `whose`: whose part of it, where the caller may reassign for others and
    several are asked one by one."""

    to: Name
    reason: Sentence | UnsetType = UNSET
    whose: Name | UnsetType = UNSET
    for_: Name | UnsetType = field(name="for", default=UNSET)


class TaskWords(Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """The words of the address of a list of tasks, as `GET /tasks` takes them."""

    scope: Annotated[str, Meta(pattern="^(mine|team|unassigned|substituted|done|all)$")] = "mine"
    process: Word = ""
    kind: Annotated[str, Meta(pattern="^(|approval|task|ticket|answer|attention)$")] = ""
    stage: Word = ""
    due: Annotated[str, Meta(pattern="^(|late|today|week|none)$")] = ""
    paused: Annotated[str, Meta(pattern="^(|yes|no)$")] = ""
    q: Word = ""
    sort: Annotated[str, Meta(pattern="^(due|oldest|newest|amount|order)$")] = "due"


class NewTaskView(Struct, forbid_unknown_fields=True, frozen=True):
    """How the list of tasks is to be seen. `first`: the page begins with it."""

    name: ViewName
    query: TaskWords = TaskWords()
    first: bool = False


class TaskViewChange(Struct, forbid_unknown_fields=True, frozen=True):
    """What is left out stays as it is."""

    name: ViewName | UnsetType = UNSET
    query: TaskWords | UnsetType = UNSET
    first: bool | UnsetType = UNSET


class OrderToBe(Struct, forbid_unknown_fields=True, frozen=True):
    """An order that is not created yet; its data may be incomplete."""

    process: Name
    data: Json = {}


class NewSubstitution(Struct, forbid_unknown_fields=True, frozen=True):
    """Who stands in for whom. `person`: a login or an id, the caller where it is left out. `from`,
    `until`: days (the last one counts in) or moments."""

    substitute: Name
    from_: Annotated[str, Meta(min_length=10, max_length=40)] = field(name="from")
    until: Annotated[str, Meta(min_length=10, max_length=40)]
    person: Name | UnsetType = UNSET


class NewComment(Struct, forbid_unknown_fields=True, frozen=True):
    """What is said about an order; `@login` tells somebody."""

    text: Annotated[str, Meta(min_length=1, max_length=4000, pattern=r"\S")]


class AssignMessage(Struct, forbid_unknown_fields=True, frozen=True):
    """The order that a message of another system is for, by its number."""

    number: Name


class DiscardMessage(Struct, forbid_unknown_fields=True, frozen=True):
    """Why nobody needs a message of another system."""

    reason: Annotated[str, Meta(min_length=1, max_length=4000, pattern=r"\S")]


class WrittenDraft(Struct, forbid_unknown_fields=True, frozen=True):
    """A definition: its `text` (YAML), or its `value`. `bundle`: of a new one."""

    text: Annotated[str, Meta(max_length=2_000_000)] | UnsetType = UNSET
    value: Json | UnsetType = UNSET
    bundle: Name | UnsetType = UNSET


class NewVersions(Struct, forbid_unknown_fields=True, frozen=True):
    """Why versions are published, and from when they are in force (at once, if it is not said)."""

    comment: Sentence = ""
    effective_from: Annotated[datetime, Meta(tz=True)] | UnsetType = UNSET


class MergeRecords(Struct, forbid_unknown_fields=True, frozen=True):
    """The keys of two records: the one that is kept, and the one that goes."""

    keep: Name
    merge: Name


def read_body(raw: bytes, kind: type[Body], *, limit: int) -> Body:
    """The body as `kind`, numbers exact. Raises `Refused` with `request.…` and a place."""
    value = read_json(raw, limit=limit)
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise Refused(_misfit(str(error))) from None


def _misfit(told: str) -> Rejection:
    """What msgspec tells, as a code and a place."""
    message, _, place = told.partition(" - at ")
    path = place.strip("`").removeprefix("$").removeprefix(".")
    unknown = UNKNOWN_FIELD.fullmatch(message)
    if unknown is None:
        return Rejection("request.invalid", message, {"problem": message}, path=path or None)
    name = unknown["name"]
    return Rejection(
        "request.unknown_field",
        f"Expected no field {name}",
        {"field": name},
        path=f"{path}.{name}" if path else name,
    )


def read_object(raw: bytes, *, limit: int) -> Json:
    """A JSON object, such as a merge patch. Raises `Refused`."""
    value = read_json(raw, limit=limit)
    if not isinstance(value, dict):
        message = "Expected an object"
        raise Refused(Rejection("request.invalid", message, {"problem": message}))
    return value


def read_json(raw: bytes, *, limit: int) -> Any:
    """Any JSON value, read strictly. Raises `Refused` with `json.…`, line and column."""
    try:
        return loads_strict(raw, limit_bytes=limit)
    except CodecError as error:
        place = {"line": error.line, "column": error.column} if error.line else {}
        raise Refused(Rejection(error.code, str(error), place)) from None


def given(value: Any) -> Any:
    """None for what was left out."""
    return None if value is UNSET else value
