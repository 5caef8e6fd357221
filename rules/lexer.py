"""Text to tokens (DMN 1.5, 10.3.1.2). Names with spaces are read where they are known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
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
      |(?P<name>(?:\?|[^\W\d]|[\U00010000-\U000effff])(?:[\w']|[\U00010000-\U000effff])*)
      |(?P<sign>\*\*|\.\.|<=|>=|!=|->|[-+*/=<>()\[\]{},:.;])
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str, names: Iterable[str] = ()) -> list[Token]:
    """The tokens of `text`, closed by one of kind `end`. Raises `FeelError`."""
    if len(text) > LIMIT:
        raise FeelError(f"the expression is longer than {LIMIT} signs")
    spaced = _spaced(frozenset(name for name in names if not is_plain(name)))
    found: list[Token] = []
    at = 0
    while at < len(text):
        known = spaced[0].match(text, at) if spaced and _starts_name(text, at) else None
        if known and spaced:
            found.append(Token("name", spaced[1]["".join(known[0].split())], at, known.end()))
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


_PLAIN: Final = re.compile(
    r"(?:\?|[^\W\d]|[\U00010000-\U000effff])(?:[\w']|[\U00010000-\U000effff])*"
)


def is_plain(name: str) -> bool:
    """Whether a name is read without being known: no spaces, no signs, no keyword."""
    return _PLAIN.fullmatch(name) is not None and name not in KEYWORDS


_PIECES: Final = re.compile(r"[\w']+|[^\w'\s]")


@lru_cache(maxsize=256)
def _spaced(names: frozenset[str]) -> tuple[re.Pattern[str], dict[str, str]] | None:
    """What finds these names however they are spaced, and the name by its signs alone."""
    if not names:
        return None
    ordered = sorted(names, key=len, reverse=True)
    known = {"".join(name.split()): name for name in ordered if name.strip()}
    words = "|".join(_spelled(_PIECES.findall(name)) for name in known.values())
    return re.compile(rf"(?:{words})(?![\w'])"), known


def _spelled(pieces: list[str]) -> str:
    made = re.escape(pieces[0])
    for before, piece in pairwise(pieces):
        both = _PLAIN.fullmatch(f"x{before[-1]}{piece[0]}")
        made += (r"\s+" if both else r"\s*") + re.escape(piece)
    return made
