"""JSON of our own making, fast: ints and Decimals in, exactly the same out."""

from decimal import Decimal
from typing import Any

import msgspec

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


def loads(data: bytes | str) -> Any:
    """The value of trusted JSON text: numbers are `int`, or `Decimal` where written with a point
    or an exponent.

    Raises `msgspec.DecodeError` on text that is not JSON. What comes from outside is for
    `loads_strict`.
    """
    return _decoder.decode(data)


def pretty(text: str) -> str:
    """The same JSON text for people: a line each, numbers and texts as they are written."""
    return msgspec.json.format(text, indent=2)


def dumps(value: Any) -> bytes:
    """Compact UTF-8 JSON. A Decimal is a number, written as it is (`1.10` stays `1.10`).

    Raises `TypeError` for what JSON has not. The values are ours: no floats reach this place.
    """
    return _encoder.encode(value)
