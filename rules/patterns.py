"""Regular expressions of XPath 3.1 (DMN 1.5, table 77) written for RE2, which runs in linear time.

Differences: what `.`, `\\s`, `\\w`, `\\i` and `\\c` stand for, blocks (`\\p{IsGreek}`), classes
less a class (`[a-z-[aeiou]]`). A back-reference is refused: no linear time is known for it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import re2

from orderloom.rules.error import FeelError
from orderloom.rules.pattern_class import BLOCKS, CLASSES, ClassReader

FLAGS: Final = frozenset("smixq")
_BLANK: Final = " \t\r\n"
# Signs that a backslash makes plain.
_PLAIN: Final = frozenset("\\|.?*+(){}-[]^$/")


@lru_cache(maxsize=256)
def pattern(text: str, flags: str = "") -> Any:
    """A compiled expression with `search`, `finditer`, `groups`. Raises `FeelError`."""
    if set(flags) - FLAGS:
        raise FeelError(f"{flags!r} are not flags of a regular expression")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    options.literal = "q" in flags
    kept = "".join(flag for flag in "smi" if flag in flags)
    written = text if "q" in flags else translated(text, dot="s" in flags, blank="x" in flags)
    try:
        return re2.compile(f"(?{kept}){written}" if kept else written, options)
    except re2.error as error:
        raise FeelError("the regular expression cannot be used") from error


def translated(text: str, *, dot: bool = False, blank: bool = False) -> str:
    """The same for RE2. `dot`: `.` is every sign; `blank`: blanks mean nothing."""
    made: list[str] = []
    at = 0
    while at < len(text):
        sign = text[at]
        if sign == "[":
            found, at = ClassReader(text, at).read()
            made.append(found)
            continue
        if sign == "\\":
            found, at = _escape(text, at, blank=blank)
            made.append(found)
            continue
        at += 1
        if sign == "." and not dot:
            made.append(r"[^\n\r]")
        elif not (blank and sign in _BLANK):
            made.append(sign)
    return "".join(made)


def _escape(text: str, at: int, *, blank: bool) -> tuple[str, int]:
    sign = text[at + 1 : at + 2]
    if sign in ("p", "P"):
        name, after = category(text, at, blank=blank)
        block = BLOCKS.get(name.removeprefix("Is")) if name.startswith("Is") else None
        if block is None and name.startswith("Is"):
            raise FeelError(f"there is no block {name}")
        negated = "^" if sign == "P" else ""
        return (f"[{negated}{block}]" if block else f"\\{sign}{{{name}}}"), after
    if sign in CLASSES:
        return f"[{CLASSES[sign]}]", at + 2
    if sign.upper() in CLASSES:
        return f"[^{CLASSES[sign.upper()]}]", at + 2
    if sign.isdigit():
        raise FeelError("a back-reference takes more than linear time")
    if sign not in _PLAIN and sign not in ("n", "r", "t"):
        raise FeelError(f"\\{sign} means nothing in a regular expression")
    return f"\\{sign}", at + 2


def category(text: str, at: int, *, blank: bool) -> tuple[str, int]:
    """The name in `\\p{…}`, and where it ends."""
    end = text.find("}", at)
    if text[at + 2 : at + 3] != "{" or end < 0:
        raise FeelError("a category stands in { }")
    name = text[at + 3 : end]
    return ("".join(name.split()) if blank else name), end + 1
