"""The functions of expressions: how they are called, what they give, an example."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from orderloom.platform.definitions.reference import functions, signature_of
from orderloom.rules.builtins import BUILTINS
from orderloom.rules.examples import EXAMPLES

# Those that only orders have (language 2), beside FEEL's own.
OF_ORDERS: Final = {
    "active": ("stage", 'active("sent")'),
    "held": ("hold", 'held("fraud")'),
    "children": ("activity", 'children("parcels")'),
    "convert": ("amount, from, to, date?", 'convert(total, currency, "EUR")'),
    "working": ("moment, span", 'working(now, "4 working hours")'),
    "manager": ("user", "manager(order.requester)"),
}


@cache
def functions_json() -> list[dict[str, Any]]:
    """`{name, signature, gives, example}` of each, `gives` in English. It is shared: nobody may
    change it."""
    told = functions()
    found = [
        {
            "name": name,
            "signature": signature_of(name),
            "gives": told.get(name, ""),
            "example": (EXAMPLES.get(name) or ("",))[0],
        }
        for name in BUILTINS
    ]
    own = [
        {"name": name, "signature": f"{name}({takes})", "gives": "", "example": example}
        for name, (takes, example) in OF_ORDERS.items()
    ]
    return [*found, *own]
