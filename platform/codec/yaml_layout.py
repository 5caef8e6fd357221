"""How new parts of a YAML text are written: short ones in one line, others line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from orderloom.platform.codec.json_text import dumps
from orderloom.platform.codec.yaml_text import load_yaml

WIDTH: Final = 100
_PLAIN: Final = re.compile(r"[A-Za-z0-9_/(][^\n\t]*")
# What would end a plain text or begin something else; more so within brackets.
_ENDS: Final = re.compile(r": |:$| #|^[-?] |\s$")
_SHORT: Final = {"\n": r"\n", "\t": r"\t", "\r": r"\r"}
_ENDS_INSIDE: Final = re.compile(r"[\[\]{},]|[:?]$|: | #")


def in_line(value: Any, *, inside: bool = True) -> str:
    """A value in one line. `inside`: within brackets or braces."""
    if isinstance(value, Mapping):
        members = (f"{key_text(key)}: {in_line(each)}" for key, each in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(in_line(each) for each in value) + "]"
    return scalar(value, inside=inside)


def in_lines(value: Any, indent: int) -> str:
    """A value that begins at column `indent`, the following lines indented as far."""
    if isinstance(value, str) and _is_block_text(value):
        return _block_text(value, indent)
    if not isinstance(value, Mapping | list | tuple) or not value:
        return in_line(value, inside=False)
    if isinstance(value, Mapping):
        lines = [f"{key_text(key)}:{after_key(each, indent)}" for key, each in value.items()]
    else:
        lines = [f"- {item(each, indent)}" for each in value]
    return f"\n{' ' * indent}".join(lines)


def after_key(value: Any, indent: int) -> str:
    """What follows `key:` of a map at column `indent`: on its line, or below it."""
    if isinstance(value, str) and _is_block_text(value):
        return " " + _block_text(value, indent + 2)
    if not isinstance(value, Mapping | list | tuple) or not value or _fits(value, indent):
        return " " + in_line(value, inside=False)
    return f"\n{' ' * (indent + 2)}{in_lines(value, indent + 2)}"


def item(value: Any, indent: int) -> str:
    """What follows the dash of a list at column `indent`."""
    if isinstance(value, Mapping | list | tuple) and _fits(value, indent):
        return in_line(value)
    return in_lines(value, indent + 2)


def scalar(value: Any, *, inside: bool) -> str:
    """A text, number, truth value or null as it is read again."""
    if not isinstance(value, str):
        return _number(value) if isinstance(value, Decimal) else dumps(value).decode()
    ends = _ENDS_INSIDE if inside else _ENDS
    if not value.isprintable():
        return f'"{"".join(map(_escaped, value))}"'
    plain = _PLAIN.fullmatch(value) and not ends.search(value) and not _ENDS.search(value)
    if plain and load_yaml(value).value == value:
        return value
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def _escaped(sign: str) -> str:
    """A character between double quotes; what YAML takes for none by its number (YAML 1.2, 5.7)."""
    if sign in '"\\':
        return f"\\{sign}"
    if sign.isprintable():
        return sign
    return _SHORT.get(sign) or f"\\U{ord(sign):08x}"


def key_text(key: str) -> str:
    """A key of a map."""
    return scalar(key, inside=True)


def _number(value: Decimal) -> str:
    text = str(value)
    return text


def _fits(value: Any, indent: int) -> bool:
    """Whether a list or map is shown in one line: nothing nested deep, no long text."""
    return _depth(value) <= 3 and len(in_line(value)) <= WIDTH - indent


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, Mapping) else value
    if not isinstance(value, Mapping | list | tuple):
        return 0
    return 1 + max((_depth(each) for each in inner), default=0)


def _is_block_text(value: str) -> bool:
    lines = value.split("\n")
    good = all(line.isprintable() and line == line.strip() for line in lines)
    return len(lines) > 1 and good and bool(lines[0]) and not value.endswith("\n\n")


def _block_text(value: str, indent: int) -> str:
    kept = value.endswith("\n")
    lines = value.removesuffix("\n").split("\n")
    return "\n".join(
        ["|" if kept else "|-", *(f"{' ' * indent}{each}" if each else "" for each in lines)]
    )
