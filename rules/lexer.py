"""Text to tokens (DMN 1.5, 10.3.1.2). Names with spaces are read where they are known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from orderloom.rules.error import FeelError

LIMIT: Final = 20_000
KEYWORDS: Final = frozenset(
    (
        *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies"),
        *("and", "or", "between", "function", "instance", "of", "true", "false", "null"),
    )
)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: `number string temporal name keyword sign end`."""

    kind: str
    text: str
    at: int
    end: int


_PARTS: Final = re.compile(
    r"""(?P<space>(?:\s|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+)
      |(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4})?|\.[0-9]+(?:[eE][+-]?[0-9]{1,4})?)
      |(?P<temporal>@"(?:[^"\\]|\\.)*")
      |(?P<string>"(?:[^"\\]|\\.)*")
      |(?P<quoted>`[^`]+`)
      |(?P<name>(?:\?|[^\W\d])[\w']*)
      |(?P<sign>\*\*|\.\.|<=|>=|!=|->|[-+*/=<>()\[\]{},:.;])
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str, names: Iterable[str] = ()) -> list[Token]:
    """The tokens of `text`, closed by one of kind `end`. Raises `FeelError`."""
    if len(text) > LIMIT:
        raise FeelError(f"the expression is longer than {LIMIT} signs")
    spaced = _spaced(frozenset(name for name in names if not _PLAIN.fullmatch(name)))
    found: list[Token] = []
    at = 0
    while at < len(text):
        known = spaced.match(text, at) if spaced and _starts_name(text, at) else None
        if known:
            name = re.sub(r"\s+", " ", known[0])
            found.append(Token("name", name, at, known.end()))
            at = known.end()
            continue
        part = _PARTS.match(text, at)
        if part is None:
            raise FeelError(f"{text[at]!r} does not belong here", at, text)
        kind, value = str(part.lastgroup), part[0]
        if kind == "quoted":
            kind, value = "name", value[1:-1]
        elif kind == "name" and value in KEYWORDS:
            kind = "keyword"
        if kind != "space":
            found.append(Token(kind, value, at, part.end()))
        at = part.end()
    found.append(Token("end", "", len(text), len(text)))
    return found


def _starts_name(text: str, at: int) -> bool:
    return at == 0 or not (text[at - 1].isalnum() or text[at - 1] == "_")


_PLAIN: Final = re.compile(r"(?:\?|[^\W\d])[\w']*")


@lru_cache(maxsize=256)
def _spaced(names: frozenset[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    ordered = sorted(names, key=len, reverse=True)
    words = "|".join(r"\s+".join(re.escape(part) for part in name.split()) for name in ordered)
    return re.compile(rf"(?:{words})(?![\w'])")
