"""What other engines write where the standard has FEEL: `== "x"`, `'x'`, `.startsWith('x')`.

Only what says the same in FEEL is turned into it; `${…}` and calls of other engines' functions are
not. Used for texts that are not FEEL, never for those that are.
"""

from __future__ import annotations

import re
from typing import Final

_QUOTED: Final = re.compile(r"'([^'\"\\]*)'|\"(?:[^\"\\]|\\.)*\"")
_METHOD: Final = re.compile(r"\.\s*(startsWith|endsWith|contains)\((\"(?:[^\"\\]|\\.)*\")\)")
_METHODS: Final = {"startsWith": "starts with", "endsWith": "ends with", "contains": "contains"}
_SIGNS: Final = {"==": "=", "&&": " and ", "||": " or "}
_SIGN: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|==|&&|\|\|")


def is_foreign(text: str) -> bool:
    """Whether it has `==`: two signs of FEEL that say nothing beside each other."""
    return any(found[0] == "==" for found in _SIGN.finditer(_double_quoted(text)))


def feel_expression(text: str) -> str:
    """The expression as FEEL would have it, or the same text."""
    return _SIGN.sub(lambda found: _SIGNS.get(found[0], found[0]), _double_quoted(text)).strip()


def feel_tests(text: str) -> str:
    """The unary tests of a cell as FEEL would have them, or the same text."""
    plain = _double_quoted(text).strip()
    if found := _METHOD.fullmatch(plain):
        return f"{_METHODS[found[1]]}(?, {found[2]})"
    if plain.startswith("=="):
        return feel_expression(plain[2:])
    if plain.startswith("!="):
        return f"not({feel_expression(plain[2:])})"
    return feel_expression(plain)


def _double_quoted(text: str) -> str:
    return _QUOTED.sub(lambda found: f'"{found[1]}"' if found[0][0] == "'" else found[0], text)
