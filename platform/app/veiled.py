"""What a form's layout keeps from a viewer is kept from them in what the audit tells, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from orderloom.platform.app.reading import Seen
from orderloom.platform.app.withheld import Path, Paths, is_withheld
from orderloom.platform.app.withheld_inputs import place_read, tells_hidden
from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.read_rows import EntryRow

# Inputs of decisions, which are called by names of their own.
NAMED: Final = ("in", "values", "limits")
# What people wrote for each other, and what stands there as data with paths.
WRITTEN: Final = frozenset({"comment", "reason"})


class Veil:
    """For the entries of one order and one viewer. A value is known by its field; one that comes
    again where no field is named (a result, a letter, an answer) by being the same."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._hidden = seen.hidden
        self._word = seen.left_out

    def __bool__(self) -> bool:
        return bool(self._hidden)

    def facts(self, entry: EntryRow) -> Mapping[str, Any]:
        """Facts of an entry with a word in the place of what is hidden."""
        return self._top(entry.facts, entry.type) if self._hidden else entry.facts

    def record(self, value: Any) -> Any:
        """A part of an entry or of the state: a step's reason, what a table answered."""
        return self._fact("", value, "") if self._hidden else value

    def body(self, entry: EntryRow) -> str:
        """The body as it was hashed, with the word likewise."""
        return self.veiled(entry.body).decode("utf-8", "replace")

    def veiled(self, body: bytes) -> bytes:
        """The same of bytes."""
        if not self._hidden:
            return body
        read = loads(body)
        veiled = self._top(read, read["t"])
        return body if veiled == read else dumps(veiled)

    def trace(self, trace: Mapping[str, Any] | None) -> str:
        """A trace tells all that a table looked at, under names of its own: whole or not at all."""
        if not trace:
            return ""
        return dumps(self._word if self._hidden else dict(trace)).decode()

    def plain(self, value: Any) -> Any:
        """A value that no field is named for."""
        return self._seen.masked(value)

    def _top(self, facts: Mapping[str, Any], type_: str) -> dict[str, Any]:
        veiled = self._map(facts, "")
        if type_ == "order.created" and "data" in facts:
            # Here every value has its field; elsewhere data are an event's, under names of its own.
            veiled["data"] = _covered(facts["data"], (), self._hidden, self._word)
        return veiled

    def _map(self, facts: Mapping[str, Any], table: str) -> dict[str, Any]:
        table = str(facts.get("decision") or facts.get("matrix") or "") or table
        return {name: self._fact(name, value, table) for name, value in facts.items()}

    def _fact(self, name: str, value: Any, table: str) -> Any:
        if name in WRITTEN:
            return value
        if name in NAMED and isinstance(value, Mapping):
            return {key: self._input(key, inner, table) for key, inner in value.items()}
        if name == "data":
            return self.plain(_covered(value, (), self._hidden, self._word))
        if name == "patch" and isinstance(value, list | tuple):
            return [self._operation(each) for each in value]
        if isinstance(value, Mapping):
            return self._map(value, table)
        if isinstance(value, list | tuple):
            return [self._fact("", each, table) for each in value]
        return self.plain(value)

    def _input(self, key: str, value: Any, table: str) -> Any:
        # An input is called by its own name: what it reads is what counts.
        if tells_hidden(self._seen.release, table, key, self._hidden):
            return self._word
        path = tuple(place_read(self._seen.release, table, key).split("."))
        return self.plain(_covered(value, path, self._hidden, self._word))

    def _operation(self, operation: Any) -> Any:
        if not isinstance(operation, Mapping) or "value" not in operation:
            return operation
        path = tuple(part for part in str(operation["path"]).split("/")[1:] if not part.isdigit())
        value = _covered(operation["value"], path, self._hidden, self._word)
        return {**operation, "value": value}


def _covered(value: Any, path: Path, hidden: Paths, word: str) -> Any:
    if is_withheld(path, hidden):
        return word
    if isinstance(value, Mapping):
        return {key: _covered(inner, (*path, key), hidden, word) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_covered(each, path, hidden, word) for each in value]
    return value
