"""Names of other tools as ours: `Risk level` becomes `risk_level`, in expressions too."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from orderloom.rules.lexer import KEYWORDS, tokens

_LETTER: Final = r"A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f"
_NAME: Final = re.compile(f"[{_LETTER}][{_LETTER}0-9]*")
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST: Final = 100
# Signs that no decomposition turns into plain letters.
_LETTERS: Final = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ß": "ss", "ø": "o"})


def is_name(text: str) -> bool:
    """Whether expressions of the product can read it as it is."""
    return len(text) <= _LONGEST and _NAME.fullmatch(text) is not None and text not in KEYWORDS


def is_id(text: str) -> bool:
    """Whether it is an id of the language as it is."""
    return len(text) <= _LONGEST and _ID.fullmatch(text) is not None


def name_for(text: str, otherwise: str = "value") -> str:
    """`text` itself where it is a name, else letters of it joined by `_`, in lower case."""
    text = text.strip()
    if is_name(text):
        return text
    made = "_".join(_words(text))[:_LONGEST].strip("_") or otherwise
    if made[0].isdigit() or made in KEYWORDS:
        made = f"{otherwise}_{made}"[:_LONGEST]
    return made


def id_for(text: str, otherwise: str = "decision") -> str:
    """A kebab-case id from a title or a technical id."""
    return "-".join(_words(text))[:80].strip("-") or otherwise


def unique(wanted: str, taken: Iterable[str], *, joint: str = "-") -> str:
    """`wanted`, or the first of `wanted-2`, `wanted-3`, … that is not taken."""
    known = set(taken)
    number, made = 1, wanted
    while made in known:
        number += 1
        made = f"{wanted}{joint}{number}"
    return made


def renaming(names: Iterable[str]) -> dict[str, str]:
    """For names that expressions cannot read as they are, names that they can. None twice."""
    everything = sorted(set(names))
    taken = {name for name in everything if is_name(name)}
    made: dict[str, str] = {}
    for name in everything:
        if name.strip() and not is_name(name):
            made[name] = unique(name_for(name), taken, joint="_")
            taken.add(made[name])
    return made


def renamed(text: str, names: Mapping[str, str]) -> str:
    """An expression with other names in it. Raises `FeelError` for what has no tokens."""
    if not names:
        return text
    made: list[str] = []
    at = 0
    for token in tokens(text, names):
        if token.kind != "name" or token.text not in names:
            continue
        if "." in names[token.text] and _is_member(text, token.at):
            continue
        made += [text[at : token.at], names[token.text]]
        at = token.end
    return "".join([*made, text[at:]])


def _is_member(text: str, at: int) -> bool:
    before = text[:at].rstrip()
    return before.endswith(".") and not before.endswith("..")


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.findall(r"[a-z0-9]+", plain.lower())
