"""Salted commitments: an entry says that a personal value was there, not which.

In a body stands `{"$p": slot, "c": commitment}`; salt and value are kept beside it, and are the
only thing an erasure takes away. The chain holds before and after.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any, Final

from orderloom.audit.entry import value_bytes, value_of
from orderloom.audit.persons import Persons

SLOT: Final = "$p"
SALT_BYTES: Final = 16
# What people write freely is personal wherever it stands.
FREE_TEXT: Final = frozenset({"comment", "reason", "filename"})
# What the directory says of somebody who works here: where `manager(user)` was asked for.
DIRECTORY: Final = "directory"
# What is not personal of such a record: ids, and words of the organisation.
OF_RECORD: Final = frozenset({"id", "roles", "units", "manager"})
# Whose values stand there, the order need not be about.
BESIDE: Final = FREE_TEXT | {DIRECTORY}
# Facts that hold data as authors name it; elsewhere these names are the program's own, and what
# stands there is never taken for somebody's.
CARRIERS: Final = frozenset({"", "args", "data", "facts", "in", "out", "result", "values", "with"})
OWN_IDS: Final = frozenset(
    (
        *("act", "activity", "added", "approval", "as", "assignee", "at", "by", "cause", "channel"),
        *("code", "collection", "command", "connector", "content", "def", "decision", "digest"),
        *("due", "enters", "event", "exits", "fields", "for", "hold", "id", "if", "kind", "line"),
        *("key", "mentions", "name", "number", "operation", "opened", "order", "outcome", "parent"),
        *("path", "pending", "process", "release", "requester", "role", "rule", "rows", "ruleset"),
        *("sha256", "source", "stage", "stages", "state", "status", "statuses", "step", "steps"),
        *("stops", "sequence", "task", "to", "type", "verdict", "watch", "way"),
    )
)
# Its `data` are the order's; those of events are whatever somebody told.
CREATED: Final = "order.created"
# A step of a path that stands for every element of a list.
EVERY: Final = "*"


class Repeating(Enum):
    """Whether a personal text is looked for where it comes again. The order's own data and what a
    decision read of it are what the definition says they are."""

    NOT = "not"
    EXACTLY = "exactly"
    BESIDE_IDS = "beside ids"
    WHOLLY = "wholly"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What is kept beside an entry for one slot. `value`: JSON bytes. `path`: the field. `person`:
    whose it is, by the id that the data or the program calls them by, as far as that is known."""

    slot: int
    path: str
    salt: bytes
    value: bytes
    person: str | None = None


@dataclass(slots=True)
class Committer:
    """Replaces the personal values of one entry. `paths`: dotted fields of the order's data
    (`customer.email`, `lines.name`: of every line). `salt` makes 16 fresh random bytes. `bare`:
    nothing in the entry is free text of people, looks like a commitment or repeats a personal
    value. `persons`: whose values these are. `type`: the event's.
    """

    paths: Iterable[str]
    salt: Callable[[], bytes]
    bare: bool = False
    persons: Persons = field(default_factory=Persons)
    type: str = ""
    found: list[Disclosure] = field(default_factory=list)

    def of(self, type_: str) -> Committer:
        """The same for the next event of the entry."""
        self.type = type_
        return self

    def facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The facts with personal values replaced: in `data`, in the operations of `patch`, in the
        inputs `in` by name, in what the reasons of tasks name, in the free text of people; and
        whatever looks like a commitment."""
        steps = _steps(tuple(self.paths))
        changed = dict(facts)
        # Asking an abstract class costs more than the rest: only of what is there.
        if "data" in facts and isinstance(facts["data"], Mapping):
            changed["data"] = self.document(facts["data"], steps, "")
        patch = facts.get("patch", "")
        if type(patch) is not str and isinstance(patch, Sequence):
            changed["patch"] = [self._operation(each, steps) for each in patch]
        if "in" in facts and isinstance(facts["in"], Mapping):
            changed["in"] = self._named(facts["in"], steps)
        for name in ("tasks", "held"):
            if name in facts and steps and isinstance(facts[name], Mapping):
                changed[name] = self._reasons(facts[name], steps)
        if self.bare:
            return changed
        return {
            name: self._guarded(value, name, _repeating(name, self.type))
            for name, value in changed.items()
        }

    def trace(self, trace: Mapping[str, Any]) -> dict[str, Any]:
        """A trace with the personal values replaced, each once; among `inputs` by their names."""
        made = self.facts({name: value for name, value in trace.items() if name != "inputs"})
        if "inputs" in trace:
            made["inputs"] = self.facts({"in": trace["inputs"]})["in"]
        return made

    def answers(self, answers: Any) -> Any:
        """Answers, `[ordinal, kind, digest, answer]` each: of the directory's records all that is
        not an id is its person's."""
        if answers and self.persons.records:
            answers = [
                [ordinal, kind, digest, self._record(answer)]
                if ordinal in self.persons.records
                else [ordinal, kind, digest, answer]
                for ordinal, kind, digest, answer in answers
            ]
        return answers if self.bare else self.facts({"": answers})[""]

    def _record(self, record: Mapping[str, Any]) -> dict[str, Any]:
        return {
            key: value
            if key in OF_RECORD or value in (None, "")
            else self.commit(value, DIRECTORY, person=str(record["id"]))
            for key, value in record.items()
        }

    def document(
        self,
        value: Any,
        steps: Iterable[tuple[str, ...]],
        path: str,
        place: tuple[str | int, ...] | None = None,
    ) -> Any:
        """A part of the data, found at `path`; `steps` lead from it to personal fields. `place`:
        the same with the numbers of rows, by which a row's person is found."""
        ways = list(steps)
        if not ways:
            return value
        where = tuple(path.split(".")) if place is None and path else place or ()
        if any(not way for way in ways):
            return value if value is None else self.commit(value, path, where)
        if type(value) is dict or isinstance(value, Mapping):
            first = {way[0] for way in ways}
            every = EVERY in first
            return {
                key: self.document(
                    inner,
                    [way[1:] for way in ways if way[0] in (key, EVERY)],
                    _join(path, key),
                    (*where, key),
                )
                if every or key in first
                else inner
                for key, inner in value.items()
            }
        if isinstance(value, list | tuple):
            inside = [way[1:] if way[0] == EVERY else way for way in ways]
            return [
                self.document(each, inside, path, (*where, row)) for row, each in enumerate(value)
            ]
        return value

    def commit(
        self,
        value: Any,
        path: str,
        place: tuple[str | int, ...] = (),
        *,
        said: bool = False,
        person: str | None = None,
    ) -> dict[str, Any]:
        """Keeps a value aside and answers what stands in its place. `said`: free text of whoever
        acts. `person`: whose it is, where that is known."""
        data = value_bytes(self._plain(value))
        salt = self.salt()
        if person is None:
            person = self.persons.author if said else self.persons.of(path, place, value)
        self.found.append(Disclosure(len(self.found), path, salt, data, person))
        return {SLOT: len(self.found) - 1, "c": commitment(salt, data)}

    def _operation(self, operation: Any, steps: list[tuple[str, ...]]) -> Any:
        if not isinstance(operation, Mapping) or "value" not in operation:
            return operation
        parts = _pointer(operation["path"])
        place = [part for part in parts if not _is_index(part)]
        inner = [way for each in steps if (way := _below(each, place)) is not None]
        whole = tuple(int(part) if part.isdigit() else part for part in parts)
        value = self.document(operation["value"], inner, ".".join(place), whole)
        return {**operation, "value": value}

    def _named(self, inputs: Mapping[str, Any], steps: list[tuple[str, ...]]) -> dict[str, Any]:
        found = {}
        for name, value in inputs.items():
            place = name.split(".")
            inner = [way for each in steps if (way := _below(each, place)) is not None]
            found[name] = self.document(value, inner, name)
        return found

    def _reasons(self, value: Any, steps: list[tuple[str, ...]]) -> Any:
        """Tasks with the values that their reasons (`why`) name replaced."""
        if not isinstance(value, Mapping):
            return value
        return {
            key: {**inner, "values": self._named(inner["values"], steps)}
            if key == "why"
            and isinstance(inner, Mapping)
            and isinstance(inner.get("values"), Mapping)
            else self._reasons(inner, steps)
            for key, inner in value.items()
        }

    def _guarded(self, value: Any, path: str, repeating: Repeating) -> Any:
        """Commits free text; data that pretends to be a commitment, so that none is forged; and
        texts that repeat a personal value."""
        if isinstance(value, str):
            if path in FREE_TEXT:
                return self.commit(value, path, said=True)
            found = self._repeated(value, path, repeating) if self.persons.repeated else None
            return value if found is None else self.commit(value, found)
        if isinstance(value, dict | Mapping):
            if SLOT in value:
                return value if self._is_mine(value) else self.commit(value, path, said=True)
            inside = Repeating.WHOLLY
            return {
                key: self._guarded(
                    inner,
                    key,
                    inside if repeating is Repeating.BESIDE_IDS and key in CARRIERS else repeating,
                )
                for key, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._guarded(each, path, repeating) for each in value]
        return value

    def _repeated(self, text: str, path: str, repeating: Repeating) -> str | None:
        if repeating is Repeating.NOT or (repeating is Repeating.BESIDE_IDS and path in OWN_IDS):
            return None
        return self.persons.repeats(text, inside=repeating is not Repeating.EXACTLY)

    def _plain(self, value: Any) -> Any:
        """A value whose inner parts were already committed is kept whole."""
        if isinstance(value, Mapping):
            if SLOT in value and self._is_mine(value):
                return value_of(self.found[value[SLOT]].value)
            return {key: self._plain(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._plain(each) for each in value]
        return value

    def _is_mine(self, value: Mapping[str, Any]) -> bool:
        slot = value[SLOT]
        return (
            isinstance(slot, int)
            and not isinstance(slot, bool)
            and 0 <= slot < len(self.found)
            and value == {SLOT: slot, "c": self._commitment(slot)}
        )

    def _commitment(self, slot: int) -> str:
        return commitment(self.found[slot].salt, self.found[slot].value)


def _repeating(name: str, type_: str) -> Repeating:
    if name == "patch" or (name == "data" and type_ == CREATED):
        return Repeating.NOT
    if name == "in":
        return Repeating.EXACTLY
    return Repeating.WHOLLY if name in CARRIERS else Repeating.BESIDE_IDS


@cache
def _steps(paths: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [tuple(path.split(".")) for path in paths]


def commitment(salt: bytes, value: bytes) -> str:
    """HMAC-SHA256 of a value's bytes under its salt, base64."""
    return base64.b64encode(hmac.digest(salt, value, hashlib.sha256)).decode()


def disclose(facts: Any, kept: Mapping[int, bytes], gone: Mapping[int, str] | None = None) -> Any:
    """Facts with the values put back that are still kept (slot → JSON bytes).

    What was erased stays a commitment: data becomes a marker. `gone`: slot → since when, which is
    put into the marker for people to read.
    """
    if isinstance(facts, Mapping):
        slot = facts.get(SLOT)
        if isinstance(slot, int) and set(facts) == {SLOT, "c"}:
            if slot in kept:
                return value_of(kept[slot])
            return {**facts, "at": gone[slot]} if gone and slot in gone else dict(facts)
        return {key: disclose(value, kept, gone) for key, value in facts.items()}
    if isinstance(facts, list | tuple):
        return [disclose(each, kept, gone) for each in facts]
    return facts


def _below(way: tuple[str, ...], place: list[str]) -> tuple[str, ...] | None:
    """What of `way` is left behind `place`; () if the place lies at or inside it; None: beside."""
    names = [step for step in way if step != EVERY]
    for step, part in zip(names, place, strict=False):
        if step != part:
            return None
    return tuple(names[len(place) :])


def _pointer(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _is_index(part: str) -> bool:
    return part.isdigit() or part == "-"


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
