"""Balances of records in the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

_TEXT: Final[Json] = {"type": "string"}
_AMOUNT: Final[Json] = {"type": "number", "description": "Exact: a decimal, never rounded"}
_BALANCE: Final[Json] = {
    "key": {**_TEXT, "description": "The record's key"},
    "field": {**_TEXT, "description": "The field that is the balance"},
    "on_hand": {"type": "number", "description": "What there is: the field"},
    "reserved": {"type": "number", "description": "What orders have reserved of it"},
    "free": {"type": "number", "description": "What nobody has reserved"},
}
_HELD: Final[Json] = {"order": _TEXT, "amount": _AMOUNT}
_HELD_BALANCE: Final[Json] = {
    **_BALANCE,
    "held": {
        "type": "array",
        "description": "By the orders that you may see",
        "items": {"type": "object", "required": list(_HELD), "properties": _HELD},
    },
    "others": {"type": "number", "description": "What all other orders hold together"},
}
_MOVE: Final[Json] = {
    "at": {"type": "string", "format": "date-time"},
    "by": {**_TEXT, "description": "The id of who did it"},
    "way": {"enum": ["reserve", "release", "issue"]},
    "field": _TEXT,
    "reserved": {"type": "number", "description": "By how much it changed what is reserved"},
    "on_hand": {"type": "number", "description": "By how much it changed what there is"},
    "order": {"type": ["string", "null"], "description": "Null where you may not see it"},
}
BALANCES: Final[Json] = {
    name: {"type": "object", "required": list(properties), "properties": properties}
    for name, properties in (
        ("Balance", _BALANCE),
        ("HeldBalance", _HELD_BALANCE),
        ("BalanceMove", _MOVE),
    )
}
