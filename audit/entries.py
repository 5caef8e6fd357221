"""What a command did becomes entries: personal values committed, the rest as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

from orderloom.audit.entry import Happened, Header, encode, encode_all, encode_trace
from orderloom.audit.personal import CREATED, FREE_TEXT, SLOT, Committer, Disclosure
from orderloom.audit.persons import NOBODY, Persons

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


def seal(
    groups: Sequence[Sequence[Happened]],
    *,
    header: Header,
    personal: Sequence[str],
    salt: Callable[[], bytes],
    answers: Any = None,
    persons: Persons = NOBODY,
) -> Sealed:
    """Commits the personal values in the facts, traces and answers of a command's events, and
    encodes an entry for each group of them, of which only the first has a trace.

    `personal`: dotted fields. `persons`: whose values these are, and which of them must not be
    repeated in plain. `answers` belong to the first entry. Most entries hold nothing personal:
    those of a command are encoded at once, and looked at at once.
    """
    fields = tuple(personal)
    firsts = [group[0] for group in groups]
    traces = [None if each.trace is None else encode_trace(each.trace) for each in firsts]
    # A new order's data hold personal values for certain; what it asked may have.
    certain = [0] if (fields and firsts[0].type == CREATED) or (answers and persons.records) else []
    lines = encode_all(groups, header, traces, answers, first=len(certain))
    sealed = Sealed(lines.split(b"\n"), traces, {})
    sealed.bodies.pop()
    if certain:
        sealed.bodies.insert(0, b"")
    signs = _signs(fields, persons)
    kept = [trace for trace in traces if trace is not None]
    # No sign has the end of a line in it: none is made by what stands side by side.
    seen = b"\n".join((lines, *kept)) if kept else lines
    if _seen(signs, seen) or _looks_committed(seen):
        certain += [
            index
            for index, (body, trace) in enumerate(zip(sealed.bodies, traces, strict=True))
            if (seen := body if trace is None else body + trace)
            and (_seen(signs, seen) or _looks_committed(seen))
        ]
    for index in dict.fromkeys(certain):
        author = partial(Committer, fields, salt, persons=persons)
        _commit(sealed, groups, index, header, answers if index == 0 else None, author)
    return sealed


def _commit(
    sealed: Sealed,
    groups: Sequence[Sequence[Happened]],
    index: int,
    header: Header,
    answers: Any,
    committer: Callable[..., Committer],
) -> None:
    """First the fields that are personal; then, where something is left that may be, all of it."""
    event, *more = groups[index]
    for bare in (True, False):
        author = committer(bare=bare, type=event.type)
        hidden = author.facts(event.facts)
        trace = None if event.trace is None else encode_trace(author.trace(event.trace))
        given = author.answers(answers)
        also = [(each.type, author.of(each.type).facts(each.facts)) for each in more]
        body = encode(event.type, hidden, header, index, len(groups), trace, given, also)
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
