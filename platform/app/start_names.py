"""Ids and numbers for a new bundle: nothing that another bundle has already."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any, Final

from orderloom.platform.definitions import Bundle
from orderloom.platform.definitions.references import BUILT_IN_MESSAGES

Key = tuple[str, str]
# An id as the language has it (section 1); what the product knows by its id cannot be called
# otherwise.
ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST: Final = 60
FIXED: Final = frozenset({("collection", "exchange-rates")}) | {
    ("message", id_) for id_ in BUILT_IN_MESSAGES
}
_PREFIX: Final = re.compile(r"^[A-Z]{1,6}(?=[^A-Za-z])")


def new_names(bundle: Bundle, *, into: str, main: str, taken: Container[Key]) -> dict[Key, str]:
    """Kind and id of a template's definitions → the ids in the bundle `into`. Its `main` process
    is called as the bundle; others keep their ids where those are free. What is `FIXED` and taken
    is left out."""
    found: dict[Key, str] = {}
    for document in bundle.documents:
        key = (document.kind, document.id)
        wanted = into if key == ("process", main) else document.id
        if key in FIXED and key in taken:
            continue
        mine = {new for (kind, _), new in found.items() if kind == document.kind}
        found[key] = free_id(document.kind, [wanted, f"{into}-{document.id}"], taken, mine)
    return found


def free_id(
    kind: str, wanted: Iterable[str], taken: Container[Key], mine: Container[str] = ()
) -> str:
    """The first id that no definition of the kind has, nor is among `mine`."""
    return free(wanted, lambda id_: (kind, id_) in taken or id_ in mine)


def free(wanted: Iterable[str], is_taken: Callable[[str], bool]) -> str:
    """The first that is free, else the last one with a number."""
    names = list(wanted)
    for name in names:
        if not is_taken(name):
            return name
    number = 2
    while is_taken(f"{names[-1]}-{number}"):
        number += 1
    return f"{names[-1]}-{number}"


def prefix_of(bundle: str) -> str:
    """The first letters of a bundle's id, in which numbers of its orders can begin."""
    letters = "".join(part[0] for part in bundle.split("-") if part[0].isalpha()).upper()
    return letters[:4] or "N"


def new_number(number: Any, prefix: str, taken: Container[str]) -> Any:
    """The pattern of order numbers, begun otherwise where another process has it: numbers are
    unique among all orders. `prefix` where it is free, else with a number."""
    pattern = number.get("pattern") if isinstance(number, Mapping) else number
    if not isinstance(pattern, str) or "{parent}" in pattern or pattern not in taken:
        return number
    rest = _PREFIX.sub("", pattern) if _PREFIX.match(pattern) else f"-{pattern}"
    begun = free([prefix], lambda start: f"{start}{rest}" in taken)
    made = f"{begun}{rest}"
    return {**number, "pattern": made} if isinstance(number, Mapping) else made
