"""Values as the library is given them: by declared type, so that nothing is coerced or rounded.

Numbers are integers of minor units, dates days and moments microseconds since 1970, truth `Y` and
`N`, text a token of letters.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

_LARGEST: Final = 2**63 - 1
_PLAIN: Final = 60
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class NotEncodable(ValueError):
    """A value that the library could not hold exactly."""


def encode(value: Any, type_: str, scale: int) -> str | int:
    """One value that is not null. Raises `NotEncodable`."""
    if type_ == "string":
        return token(value)
    if type_ == "boolean":
        return "Y" if value else "N"
    if type_ == "number":
        return _within(_minor(value, scale))
    if type_ == "date":
        return int((value - date(1970, 1, 1)).days)
    return _within(moment(value))


def token(text: str) -> str:
    """One word for one text: short plain ones stay readable, others are hexadecimal, long ones
    their SHA-256."""
    if len(text) <= _PLAIN and text.isascii() and text.replace("-", "").isalnum():
        return f"t{text}"
    data = text.encode("utf-8", "surrogatepass")
    return f"x{data.hex()}" if len(data) <= _PLAIN else f"h{sha256(data).hexdigest()}"


def moment(time: datetime) -> int:
    """Microseconds since 1970."""
    return (time - _EPOCH) // timedelta(microseconds=1)


def _minor(value: int | Decimal, scale: int) -> int:
    if isinstance(value, int):
        return int(value * 10**scale)
    sign, digits, exponent = value.as_tuple()
    shift = int(exponent) + scale
    if value and value.adjusted() > 20:
        raise NotEncodable(f"{value} is too large")
    rest = 0
    whole: int = int("".join(map(str, digits)) or "0")
    if shift >= 0:
        whole *= 10**shift if whole else 1
    elif -shift <= len(digits):
        whole, rest = divmod(whole, 10**-shift)
    elif whole:
        rest = 1
    if rest:
        raise NotEncodable(f"{value} has more than {scale} digits after the point")
    return -whole if sign else whole


def _within(value: int) -> int:
    if abs(value) > _LARGEST:
        raise NotEncodable(f"{value} is too large")
    return value
