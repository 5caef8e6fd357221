"""What a command did becomes entries: personal values committed, the rest as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol

from orderloom.audit.entry import (
    Happened,
    Header,
    Told,
    bodies_of,
    encode,
    encode_lines,
    encode_trace,
)
from orderloom.audit.personal import CREATED, FREE_TEXT, SLOT, Committer, Disclosure
from orderloom.audit.persons import Persons

_COMMITTED: Final = f'"{SLOT}"'.encode()
_FREE: Final = tuple(f'"{name}"'.encode() for name in sorted(FREE_TEXT))


# Not frozen: one is made for each command, and a frozen one takes six times as long to make.
@dataclass(slots=True)
class Sealed:
    """The entries of a command, ready to be stored: the body of each, its trace or None, and what
    is kept beside it, by its position."""

    bodies: list[bytes]
    traces: list[bytes | None]
    personal: dict[int, tuple[Disclosure, ...]]


class Unsealed(Protocol):
    """The events of one command, `groups`: those of each entry, of which only the first may have a
    trace. `personal`: dotted fields. `persons`: whose values these are, and which of them must not
    be repeated in plain. `answers` belong to the first entry."""

    @property
    def groups(self) -> Sequence[Sequence[Happened]]: ...

    @property
    def header(self) -> Header: ...

    @property
    def personal(self) -> Sequence[str]: ...

    @property
    def answers(self) -> Any: ...

    @property
    def persons(self) -> Persons: ...


def seal(many: Sequence[Unsealed], salt: Callable[[], bytes]) -> list[Sealed]:
    """Commits the personal values in the facts, traces and answers of commands, and encodes their
    entries.

    Most entries hold nothing personal: those of all commands are encoded at once, and looked at
    at once.
    """
    made = []
    bodies: list[dict[str, Any]] = []
    for one in many:
        traces = [
            None if group[0].trace is None else encode_trace(group[0].trace) for group in one.groups
        ]
        # A new order's data hold personal values for certain; what it asked may have.
        first = one.groups[0][0].type
        certain = (one.personal and first == CREATED) or (one.answers and one.persons.records)
        start = len(bodies)
        bodies += bodies_of(one.groups, one.header, traces, one.answers, first=1 if certain else 0)
        made.append((one, Sealed([], traces, {}), slice(start, len(bodies)), bool(certain)))
    lines = encode_lines(bodies)
    traced = [trace for _, sealed, _, _ in made for trace in sealed.traces if trace is not None]
    # No sign has the end of a line in it: none is made by what stands side by side.
    looked = _Looked(b"\n".join((*lines, *traced)))
    for one, sealed, place, certain in made:
        sealed.bodies = lines[place]
        if certain:
            sealed.bodies.insert(0, b"")
        _look(one, sealed, looked, salt, certain=certain)
    return [sealed for _, sealed, _, _ in made]


class _Looked:
    """The bytes of all commands together: what does not stand there, stands in none of them."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._fields: dict[tuple[str, ...], bool] = {}
        self.free = _seen(_FREE, text) or _looks_committed(text)

    def names(self, fields: tuple[str, ...]) -> bool:
        """Whether the name of one of the fields stands there."""
        found = self._fields.get(fields)
        if found is None:
            found = self._fields[fields] = _seen(_names(fields), self._text)
        return found


def _look(
    one: Unsealed, sealed: Sealed, looked: _Looked, salt: Callable[[], bytes], *, certain: bool
) -> None:
    """Commits what is personal in the entries of one command."""
    among = looked.free or (one.personal and looked.names(tuple(one.personal)))
    signs = _signs(tuple(one.personal), one.persons) if among else one.persons.repeated
    suspects = _with_signs(sealed, signs, committed=looked.free) if signs else []
    if certain and 0 not in suspects:
        suspects.append(0)
    for index in suspects:
        _commit(one, sealed, index, salt)


def _with_signs(sealed: Sealed, signs: Sequence[bytes], *, committed: bool) -> list[int]:
    found = []
    for index, (text, trace) in enumerate(zip(sealed.bodies, sealed.traces, strict=True)):
        if trace is not None:
            text += trace
        for sign in signs:
            if sign in text:
                found.append(index)
                break
        else:
            if committed and _looks_committed(text):
                found.append(index)
    return found


def _commit(one: Unsealed, sealed: Sealed, index: int, salt: Callable[[], bytes]) -> None:
    """First the fields that are personal; then, where something is left that may be, all of it."""
    event, *more = one.groups[index]
    answers = one.answers if index == 0 else None
    for bare in (True, False):
        author = Committer(
            tuple(one.personal), salt, bare=bare, persons=one.persons, type=event.type
        )
        hidden = author.facts(event.facts)
        trace = None if event.trace is None else encode_trace(author.trace(event.trace))
        given = author.answers(answers)
        also = [Told(each.type, author.of(each.type).facts(each.facts)) for each in more]
        body = encode(event.type, hidden, one.header, index, len(one.groups), trace, given, also)
        seen = body if trace is None else body + trace
        left = _seen((*_FREE, *author.persons.repeated), seen)
        if not left and seen.count(_COMMITTED) == len(author.found):
            break
    sealed.bodies[index], sealed.traces[index] = body, trace
    if author.found:
        sealed.personal[index] = tuple(author.found)


def _signs(fields: tuple[str, ...], persons: Persons) -> tuple[bytes, ...]:
    """Where none of these stands in an entry, and nothing that looks like a commitment, nothing in
    it is personal: the names of fields, free text of people, and values that must not be
    repeated."""
    return (*_names(fields), *_FREE, *persons.repeated)


@cache
def _names(fields: tuple[str, ...]) -> tuple[bytes, ...]:
    """The last name of each personal field."""
    return tuple(field.rpartition(".")[2].encode() for field in fields)


def _seen(signs: Iterable[bytes], text: bytes) -> bool:
    # A generator would take as long as the looking.
    return any(map(text.__contains__, signs))


def _looks_committed(text: bytes) -> bool:
    # One byte that hardly ever comes is found sooner than four of which the first comes often.
    return b"$" in text and _COMMITTED in text
