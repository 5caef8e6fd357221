"""String functions (DMN 1.5, 10.3.4.3). Regular expressions run in linear time (RE2)."""

from __future__ import annotations

from typing import Any

from orderloom.rules.arguments import items, numeric, text, whole
from orderloom.rules.error import FeelError
from orderloom.rules.operators import TEXT_LIMIT
from orderloom.rules.patterns import pattern as compiled_pattern
from orderloom.rules.values import Function, text_of


def _substring(value: Any, start: Any, length: Any = None) -> Any:
    given, at = text(value), whole(start)
    if at == 0 or abs(at) > len(given):
        raise FeelError("the start lies outside the text")
    first = at - 1 if at > 0 else len(given) + at
    if length is None:
        return given[first:]
    if numeric(length) < 1:
        raise FeelError("the length is below 1")
    return given[first : first + int(length)]


def _before(value: Any, match: Any) -> str:
    head, found, _ = text(value).partition(text(match)) if text(match) else ("", "", "")
    return head if found else ""


def _after(value: Any, match: Any) -> str:
    given, wanted = text(value), text(match)
    if not wanted:
        return given
    _, found, tail = given.partition(wanted)
    return tail if found else ""


def _matches(value: Any, pattern: Any, flags: Any = None) -> bool:
    compiled = compiled_pattern(text(pattern), "" if flags is None else text(flags))
    return compiled.search(text(value)) is not None


def _replace(value: Any, pattern: Any, replacement: Any, flags: Any = None) -> str:
    compiled = compiled_pattern(text(pattern), "" if flags is None else text(flags))
    if compiled.search("") is not None:
        raise FeelError("the regular expression matches nothing at all")
    parts = _parts(text(replacement), compiled.groups)
    made: list[str] = []
    given, at, size = text(value), 0, 0
    for found in compiled.finditer(given):
        made.append(given[at : found.start()])
        for part in parts:
            piece = part if isinstance(part, str) else found.group(part) or ""
            size += len(piece)
            if size > TEXT_LIMIT:
                raise FeelError(f"a text is longer than {TEXT_LIMIT} signs")
            made.append(piece)
        at = found.end()
    return "".join([*made, given[at:]])


def _parts(replacement: str, groups: int) -> list[str | int]:
    """`$1` and `\\$` of a replacement (XPath 3.1, 5.6.4)."""
    parts: list[str | int] = []
    at = 0
    while at < len(replacement):
        sign = replacement[at]
        after = replacement[at + 1 : at + 2]
        if sign == "\\" and after in ("\\", "$") and after:
            parts.append(after)
            at += 2
        elif sign == "$" and after.isdigit():
            parts.append(int(after) if int(after) <= groups else "")
            at += 2
        elif sign in "\\$":
            raise FeelError("the replacement has a stray $ or \\")
        else:
            parts.append(sign)
            at += 1
    return parts


def _split(value: Any, delimiter: Any) -> list[str]:
    given, parts = text(value), compiled_pattern(text(delimiter))
    made, at = [], 0
    for found in parts.finditer(given):
        if found.end() == found.start():
            continue
        made.append(given[at : found.start()])
        at = found.end()
    return [*made, given[at:]]


def _join(values: Any, delimiter: Any = None, *_: Any) -> str:
    parts = [text(item, "an item") for item in items(values) if item is not None]
    return ("" if delimiter is None else text(delimiter)).join(parts)


def _pad(value: Any, length: Any, fill: Any = " ") -> str:
    """`pad left("7", 3, "0")` is `"007"`."""
    width = whole(length)
    if width > TEXT_LIMIT or len(text(fill)) != 1:
        raise FeelError("one sign fills up to a length that fits")
    return text_of(value).rjust(width, fill)


STRINGS = (
    Function("substring", ("string", "start position", "length"), _substring, optional=1),
    Function("string length", ("string",), lambda value: len(text(value))),
    Function("upper case", ("string",), lambda value: text(value).upper()),
    Function("lower case", ("string",), lambda value: text(value).lower()),
    Function("trim", ("string",), lambda value: text(value).strip()),
    Function("substring before", ("string", "match"), _before),
    Function("substring after", ("string", "match"), _after),
    Function("contains", ("string", "match"), lambda value, match: text(match) in text(value)),
    Function(
        "starts with", ("string", "match"), lambda value, match: text(value).startswith(text(match))
    ),
    Function(
        "ends with", ("string", "match"), lambda value, match: text(value).endswith(text(match))
    ),
    Function("matches", ("input", "pattern", "flags"), _matches, optional=1),
    Function("replace", ("input", "pattern", "replacement", "flags"), _replace, optional=1),
    Function("split", ("string", "delimiter"), _split),
    Function("string join", ("list", "delimiter"), _join, optional=1),
    Function("pad left", ("value", "length", "fill"), _pad, optional=1),
)
