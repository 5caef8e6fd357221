"""One text for one value, whatever way it was written: what digests are made of."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

_encoder = msgspec.json.Encoder(order="sorted")


def canonical(value: Any) -> bytes:
    """UTF-8 JSON without spaces: keys by code point, numbers plain.

    A number has no exponent, no trailing zeros after the point, no negative zero: `1.50`, `15E-1`
    and `1.5` are one, and so are `2`, `2.0` and `2E0`. Raises `TypeError` for floats and for what
    JSON has not.
    """
    return _encoder.encode(_plain(value))


def digest(value: Any) -> str:
    """SHA-256 of `canonical(value)`, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


_SCALARS: Final = frozenset((str, int, bool, type(None)))


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _SCALARS:
        return value  # nearly all there is
    if kind is list:
        # To go through texts and whole numbers one by one takes long.
        return value if _SCALARS.issuperset(map(type, value)) else [_plain(one) for one in value]
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, dict | Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return [_plain(item) for item in sorted(value)]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key must be text, not {type(key).__name__}")
    return key


def _number(value: Decimal) -> Any:
    if not value.is_finite():
        raise TypeError(f"{value} has no canonical form")
    if value == value.to_integral_value():
        return int(value)
    return msgspec.Raw(format(value, "f").rstrip("0").encode())
