"""What a command may bring at all: JSON values of bounded depth and length, texts, numbers.

The last gate before the interpreter, whatever the rim let through. Every "no" has its code and
place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from orderloom.platform.engine import commands as c
from orderloom.platform.problem import Rejection

DEPTH: Final = 100
LONGEST_TEXT: Final = 10_000  # a reason, a comment: something that a person reads
LONGEST_DATA: Final = 1_000_000
LONGEST_NAME: Final = 200
# The range of decimal128; longer numbers are no amounts.
_EXPONENT: Final = 6144
_DIGITS: Final = 1_000
_MOST: Final = 10**_DIGITS

# Bodies that the product itself makes.
_OWN: Final = (c.Wake, c.Deliver, c.Fail, c.CallResult)
_WORDS: Final = frozenset({"reason", "comment"})
_NAMES: Final = frozenset({"name", "source", "verdict", "key", "to", "outcome", "hold", "way"}) | {
    "stage",
    "process",
    "whose",
    "sha256",
    "type",
}
_PEOPLE: Final = frozenset({"mentions"})
_DATA: Final = frozenset({"data", "patch", "changes"})
_NUMBERS: Final = frozenset({"task", "activity", "order", "size"})
_NEEDED: Final = _NUMBERS | {
    "data",
    "patch",
    "verdict",
    "name",
    "hold",
    "way",
    "process",
    "sha256",
    "type",
}
# What a comment is without its text is nothing; elsewhere a comment may be left out.
_SAYS: Final = (c.Comment,)
# Who is asked instead, or besides, must be told; whom a question goes to need not.
_WITH_PERSON: Final = (c.Reassign, c.Delegate, c.AddApprover)


def malformed(body: c.Body) -> Rejection | None:
    """Why no order can take this command; None: it is well formed."""
    if isinstance(body, _OWN):
        return None
    if isinstance(body, _WITH_PERSON) and not isinstance(body.to, str):
        return _no("input.type", "to is not text", "to")
    if isinstance(body, _SAYS) and not isinstance(body.comment, str):
        return _no("input.type", "comment is not text", "comment")
    for name in body.__dataclass_fields__:
        refused = _field(name, getattr(body, name))
        if refused is not None:
            return refused
    return None


def _field(name: str, value: Any) -> Rejection | None:
    if value is None and name not in _NEEDED:
        return None
    if name in _DATA:
        if not isinstance(value, Mapping):
            return _no("input.type", f"{name} is not an object", name)
        return unfit(value, name)
    if name in _WORDS or name in _NAMES:
        longest = LONGEST_TEXT if name in _WORDS else LONGEST_NAME
        return _text(value, name, longest)
    if name in _PEOPLE:
        return _people(name, value)
    if name in _NUMBERS and (not isinstance(value, int) or isinstance(value, bool)):
        return _no("input.type", f"{name} is not a whole number", name)
    if name == "time" and not (isinstance(value, datetime) and value.tzinfo is not None):
        return _no("input.type", "the time has no zone", name)
    return None


def _people(name: str, value: Any) -> Rejection | None:
    if not isinstance(value, (list, tuple)):
        return _no("input.type", f"{name} is not a list", name)
    found = (_text(each, name, LONGEST_NAME) for each in value)
    return next((each for each in found if each is not None), None)


def unfit(value: Any, path: str) -> Rejection | None:
    """Why a value cannot be kept: too deep, too long, no JSON, a number beyond all amounts."""
    return None if _is_plain(value) else next(_faults(value, path), None)


def _is_plain(value: Any) -> bool:
    """Whether there is certainly no fault: a quick look, which keeps no places."""
    level = [value]
    for _ in range(DEPTH):
        inner: list[Any] = []
        for one in level:
            kind = type(one)
            if kind is str:
                if len(one) > LONGEST_DATA or not (one.isascii() or _has_whole_signs(one)):
                    return False
            elif kind is dict:
                for name in one:
                    if type(name) is not str or len(name) >= LONGEST_NAME or not name.isascii():
                        return False
                inner += one.values()
            elif kind is list:
                inner += one
            elif not (-_MOST < one < _MOST if kind is int else _scalar(one, "") is None):
                return False
        if not inner:
            return True
        level = inner
    return False


def _has_whole_signs(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _faults(value: Any, path: str) -> Iterator[Rejection]:
    waiting: list[tuple[Any, str, int]] = [(value, path, 1)]
    while waiting:
        one, place, depth = waiting.pop()
        kind = type(one)
        if kind is str and len(one) < LONGEST_NAME and one.isascii():
            continue
        if kind is int and -_MOST < one < _MOST:
            continue
        if depth > DEPTH:
            yield _no("input.too_deep", f"{path} is nested deeper than {DEPTH}", path, limit=DEPTH)
            return
        # To ask of anything but a dictionary whether it is a mapping takes long.
        if kind is dict or isinstance(one, Mapping):
            for name, inner in one.items():
                plain = type(name) is str and len(name) < LONGEST_NAME and name.isascii()
                wrong = None if plain else _text(name, place, LONGEST_DATA)
                if wrong is not None:
                    yield wrong
                waiting.append((inner, f"{place}.{name}", depth + 1))
        elif isinstance(one, (list, tuple)):
            waiting += [(inner, f"{place}.{at}", depth + 1) for at, inner in enumerate(one)]
        else:
            wrong = _scalar(one, place)
            if wrong is not None:
                yield wrong


def _scalar(value: Any, path: str) -> Rejection | None:
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _text(value, path, LONGEST_DATA)
    if isinstance(value, int):
        good = -_MOST < value < _MOST
    elif isinstance(value, Decimal):
        good = value.is_finite() and abs(value.adjusted()) <= _EXPONENT
        good = good and len(value.as_tuple().digits) <= _DIGITS
    else:
        return _no("input.type", f"{path} is no JSON value", path)
    return None if good else _no("input.number", f"{path} is a number nobody needs", path)


def _text(value: Any, path: str, longest: int) -> Rejection | None:
    if not isinstance(value, str):
        return _no("input.type", f"{path} is not text", path)
    if len(value) > longest:
        return _no("input.too_long", f"{path} has more than {longest} signs", path, limit=longest)
    if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
        return _no("input.type", f"{path} has half a character", path)
    return None


def _no(code: str, message: str, path: str, **params: Any) -> Rejection:
    shown = path if len(path) <= LONGEST_NAME else f"{path[:LONGEST_NAME]}…"
    return Rejection(code, message[:500], {"field": shown, **params}, path=shown)
