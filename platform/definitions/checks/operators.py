"""What the operators of expressions make of kinds, and which kinds they cannot take."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.kinds import Kind
from orderloom.rules import parse_duration

_N, _S, _D, _M, _T, _P = "number", "string", "date", "date and time", "time", "duration"
_MOMENTS: Final = (_D, _M)
# Sign → kinds left and right → what comes of them. What is not here is an error.
_ARITHMETIC: Final[dict[str, dict[tuple[str, str], str]]] = {
    "+": {
        **{(_N, _N): _N, (_S, _S): _S, (_P, _P): _P, (_T, _P): _T, (_P, _T): _T},
        **{(one, _P): one for one in _MOMENTS},
        **{(_P, one): one for one in _MOMENTS},
    },
    "-": {
        **{(_N, _N): _N, (_P, _P): _P, (_T, _P): _T, (_T, _T): _P},
        **{(one, _P): one for one in _MOMENTS},
        **{(one, other): _P for one in _MOMENTS for other in _MOMENTS},
    },
    "*": {(_N, _N): _N, (_P, _N): _P, (_N, _P): _P},
    "/": {(_N, _N): _N, (_P, _N): _P, (_P, _P): _N},
    "**": {(_N, _N): _N},
}
_ORDER: Final = ("<", "<=", ">", ">=", "between", "..")
_PARSED: Final = {_D: date.fromisoformat, _M: datetime.fromisoformat, _T: time.fromisoformat}


def calculated(sign: str, left: Kind, right: Kind) -> Kind | None:
    """What an arithmetic operator gives, as far as it is known; None where it cannot be."""
    known = _ARITHMETIC[sign]
    if left.name in k.SIMPLE and right.name in k.SIMPLE:
        found = known.get((left.name, right.name))
        return None if found is None else Kind(found)
    if left.name in k.SIMPLE and right.name == "any":
        return k.ANY if any(one == left.name for one, _ in known) else None
    if right.name in k.SIMPLE and left.name == "any":
        return k.ANY if any(one == right.name for _, one in known) else None
    return k.ANY


def comparable(sign: str, left: Kind, right: Kind) -> bool:
    """Whether two kinds can be compared by a sign: alike, or days with moments."""
    names = {left.name, right.name}
    if names & {"list", "context"} and names & set(k.SIMPLE):
        # A list of one is its element where equality is asked for.
        return sign not in _ORDER and "context" not in names
    if not names <= set(k.SIMPLE) or len(names) == 1:
        return True
    return names == {"date", "date and time"}


def never(sign: str, left: Kind, right: Kind) -> tuple[str, tuple[str, ...]] | None:
    """A text that the other side never is, and what that can be; None where they can be equal."""
    if sign not in ("=", "!=") or not left.values or not right.values:
        return None
    if set(left.values) & set(right.values):
        return None
    one, other = (left, right) if len(left.values) <= len(right.values) else (right, left)
    return one.values[0], other.values


def fits(wanted: Kind, found: Kind) -> bool:
    """Whether a value of one kind can be written to a field of another. Dates and their like are
    texts in data: a text field takes them, and they a text that may be one."""
    if wanted.name not in k.SIMPLE or found.name not in k.SIMPLE or wanted.name == found.name:
        return True
    if wanted.name == "string":
        return found.name not in ("number", "boolean")
    if found.name != "string" or wanted.name in ("number", "boolean"):
        return False
    return not found.values or any(_reads(wanted.name, one) for one in found.values)


def _reads(kind: str, text: str) -> bool:
    if kind == _P:
        return parse_duration(text) is not None
    try:
        _PARSED[kind](text)
    except ValueError:
        return False
    return True
