"""What functions give and how many arguments they take, the language's own added (language 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.kinds import Kind
from orderloom.rules.builtins import BUILTINS

_CHILD: Final = k.record(
    {
        "number": k.STRING,
        "process": k.STRING,
        "stages": k.listing(k.STRING),
        "ended": k.ANY,
        "outcome": k.STRING,
        "result": k.ANY,
        "item": k.ANY,
        "failed": k.BOOLEAN,
    },
    open_=True,
)
CHILDREN: Final = k.listing(_CHILD)

# Beside those of FEEL: name → least and most arguments.
OWN: Final[Mapping[str, tuple[int, int]]] = {
    "active": (1, 1),
    "held": (1, 1),
    "children": (1, 1),
    "convert": (3, 4),
    "working": (2, 2),
    "manager": (1, 1),
    "now": (0, 0),
    "today": (0, 0),
}

RESULTS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("active", "held", "all", "any", "contains", "even", "odd"), k.BOOLEAN),
    **dict.fromkeys(("ends with", "starts with", "list contains", "matches", "not"), k.BOOLEAN),
    **dict.fromkeys(("is", "is defined", "after", "before", "includes", "during"), k.BOOLEAN),
    **dict.fromkeys(("abs", "ceiling", "floor", "decimal", "modulo", "number"), k.NUMBER),
    **dict.fromkeys(("round up", "round down", "round half up", "round half down"), k.NUMBER),
    **dict.fromkeys(("round half even", "count", "sum", "product", "mean", "median"), k.NUMBER),
    **dict.fromkeys(("sqrt", "exp", "log", "stddev", "string length", "convert"), k.NUMBER),
    **dict.fromkeys(("day of year", "week of year"), k.NUMBER),
    **dict.fromkeys(("string", "substring", "substring before", "substring after"), k.STRING),
    **dict.fromkeys(("upper case", "lower case", "trim", "replace", "string join"), k.STRING),
    **dict.fromkeys(("pad left", "day of week", "month of year"), k.STRING),
    **dict.fromkeys(("date", "last day of month", "today"), k.DATE),
    **dict.fromkeys(("date and time", "working", "now"), k.MOMENT),
    **dict.fromkeys(("duration", "years and months duration"), k.DURATION),
    **dict.fromkeys(("split",), k.listing(k.STRING)),
    "time": Kind("time"),
    "children": CHILDREN,
    "manager": k.ANY,
}

# Functions whose first argument is of certain kinds, in every case.
OF_LISTS: Final = ("sum", "product", "mean", "median", "stddev")
FIRST: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("floor", "ceiling", "decimal", "modulo", "sqrt", "exp", "log"), ("number",)),
    **dict.fromkeys(("odd", "even", "round up", "round down", "round half up"), ("number",)),
    **dict.fromkeys(("round half down", "round half even"), ("number",)),
    **dict.fromkeys(OF_LISTS, ("number", "duration")),
    "abs": ("number", "duration"),
    **dict.fromkeys(("upper case", "lower case", "trim", "string length"), ("string",)),
    **dict.fromkeys(("substring", "substring before", "substring after"), ("string",)),
    **dict.fromkeys(("contains", "starts with", "ends with", "matches"), ("string",)),
    **dict.fromkeys(("replace", "split"), ("string",)),
    "not": ("boolean",),
    "duration": ("string", "duration"),
}


def takes(name: str, given: int) -> tuple[int, int] | None:
    """Least and most arguments, where so many are wrong; nothing where they are right."""
    if name in OWN:
        least, most = OWN[name]
    else:
        function = BUILTINS[name]
        most = len(function.parameters)
        least = most - function.optional
        if function.many:
            return None
    return None if least <= given <= most else (least, most)
