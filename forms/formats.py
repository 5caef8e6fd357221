"""The formats that strings are held to, each a total check without backtracking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Final
from urllib.parse import urlsplit

import re2

from orderloom.rules import FeelError, parse_duration

_DATE: Final = re2.compile(r"^\d{4}-\d{2}-\d{2}$")
_MOMENT: Final = re2.compile(
    r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$"
)
_TIME: Final = re2.compile(r"^\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})?$")
# Without the length of the labels, whose repeated classes would outgrow RE2's memory.
_EMAIL: Final = re2.compile(
    r"^[^\s@<>(),;:\\\"\[\]]{1,64}@([\pL\pN]([\pL\pN-]*[\pL\pN])?\.)*"
    r"[\pL\pN]([\pL\pN-]*[\pL\pN])?$"
)
_LABEL: Final = 63
_UUID: Final = re2.compile(r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$")
_HOST: Final = re2.compile(
    r"^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$"
)


def fits(name: str, value: str) -> bool:
    """Whether the text has the format; an unknown format is only an annotation."""
    check = _CHECKS.get(name)
    return check is None or check(value)


def _parsed(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        try:
            parse(value)
        except (ValueError, FeelError):
            return False
        return True

    return check


def _date(value: str) -> bool:
    return bool(_DATE.search(value)) and _is_date(value)


def _moment(value: str) -> bool:
    return bool(_MOMENT.search(value)) and _is_moment(value.upper())


def _time(value: str) -> bool:
    return bool(_TIME.search(value)) and _is_time(value.upper())


def _email(value: str) -> bool:
    if len(value) > 254 or not _EMAIL.search(value):
        return False
    return all(len(label) <= _LABEL for label in value.rpartition("@")[2].split("."))


def _host(value: str) -> bool:
    return len(value) <= 253 and bool(_HOST.search(value))


def _uuid(value: str) -> bool:
    return bool(_UUID.search(value))


def _uri(value: str) -> bool:
    if any(character.isspace() for character in value):
        return False
    try:
        return bool(urlsplit(value).scheme)
    except ValueError:
        return False


_is_date = _parsed(date.fromisoformat)
_is_moment = _parsed(datetime.fromisoformat)
_is_time = _parsed(time.fromisoformat)

_CHECKS: Final[Mapping[str, Callable[[str], bool]]] = {
    "date": _date,
    "date-time": _moment,
    "time": _time,
    "duration": _parsed(parse_duration),
    "email": _email,
    "idn-email": _email,
    "hostname": _host,
    "uri": _uri,
    "iri": _uri,
    "uuid": _uuid,
}
FORMATS: Final = tuple(_CHECKS)
