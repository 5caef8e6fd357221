"""JSON from outside: refused with code and place unless it means one thing only (RFC 8259).

Duplicate keys, NaN, lone surrogates, numbers that no amount needs, depth and size are errors.
"""

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from orderloom.platform.codec.error import CodecError

LIMIT_BYTES = 10_000_000
DEPTH = 100
# The range of decimal128 (IEEE 754): what a 34-digit number can be.
EXPONENT = 6144
DIGITS = 1000

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def loads_strict(data: bytes | str, *, limit_bytes: int = LIMIT_BYTES, depth: int = DEPTH) -> Any:
    """The value of JSON text from outside.

    Numbers are `int`, or `Decimal` where written with a point or an exponent. Raises `CodecError`
    with one of the codes `json.too_big json.encoding json.too_deep json.malformed
    json.duplicate_key json.number json.surrogate`.
    """
    text = _text(data, limit_bytes)
    _check_depth(text, depth)
    try:
        value = json.loads(
            text,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise CodecError("json.malformed", error.msg, error.lineno, error.colno) from None
    except _Duplicate as error:
        line, column = _place(text, _second(text, error.key))
        message = f"the key {error.key!r} occurs twice"
        raise CodecError("json.duplicate_key", message, line, column) from None
    except _BadNumber as error:
        line, column = _place(text, max(text.find(error.text), 0))
        message = f"{error.text[:40]} is not a number that can be kept"
        raise CodecError("json.number", message, line, column) from None
    if _SURROGATE.search(text):
        _check_surrogates(value)
    return value


class _Duplicate(Exception):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class _BadNumber(Exception):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def _text(data: bytes | str, limit: int) -> str:
    if len(data) > limit:
        raise CodecError("json.too_big", f"the text is longer than {limit} bytes")
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise CodecError("json.encoding", "the text is not UTF-8", line, column) from None


def _check_depth(text: str, depth: int) -> None:
    if text.count("[") + text.count("{") <= depth:
        return
    level = 0
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in "[{":
            level += 1
            if level > depth:
                line, column = _place(text, token.start())
                message = f"nested deeper than {depth} levels"
                raise CodecError("json.too_deep", message, line, column)
        elif sign in "]}":
            level -= 1


def _decimal(text: str) -> Decimal:
    if len(text) > DIGITS:
        raise _BadNumber(text)
    # A text of at most DIGITS signs keeps Decimal's own exponent arithmetic within its limits,
    # except for an exponent that is itself absurd.
    exponent = re.split("[eE]", text)[1:]
    if exponent and len(exponent[0].lstrip("+-0")) > len(str(EXPONENT)):
        raise _BadNumber(text)
    number = Decimal(text)
    if number and abs(number.adjusted()) > EXPONENT:
        raise _BadNumber(text)
    return number


def _integer(text: str) -> int:
    if len(text) > DIGITS:
        raise _BadNumber(text)
    return int(text)


def _constant(text: str) -> NoReturn:
    raise _BadNumber(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Duplicate(key)
            seen.add(key)
    return found


def _second(text: str, wanted: str) -> int:
    """Where `wanted` stands as a key for the second time in one object; the last such place."""
    open_objects: list[set[str]] = []
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in "[{":
            open_objects.append(set())
        elif sign in "]}":
            open_objects.pop()
        elif open_objects and text[token.end() :].lstrip()[:1] == ":":
            key = json.loads(sign)
            if key == wanted and key in open_objects[-1]:
                return token.start()
            open_objects[-1].add(key)
    return 0


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _check_surrogates(value: Any) -> None:
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            message = "a text has half a character (a lone surrogate)"
            raise CodecError("json.surrogate", message) from None
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_surrogates(key)
            _check_surrogates(item)
    elif isinstance(value, list):
        for item in value:
            _check_surrogates(item)
