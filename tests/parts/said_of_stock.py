"""What entries of moved amounts say: type, facts, the English sentence."""

from __future__ import annotations

from typing import Any

SAID_OF_STOCK: list[tuple[str, dict[str, Any], str]] = [
    (
        "stock.moved",
        {"way": "reserve", "lines": [{"balance": "budgets.amount", "key": "IT", "amount": 300}]},
        "Reserved: 300 of budgets (amount), IT",
    ),
    (
        "stock.moved",
        {
            "way": "reserve",
            "lines": [{"balance": "budgets.amount", "key": "IT", "amount": 3, "wanted": 5}],
        },
        "Reserved: 3 of budgets (amount), IT (5 wanted)",
    ),
    (
        "stock.moved",
        {"way": "issue", "lines": [{"balance": "b.a", "key": "X", "amount": 1}]},
        "Taken out for good: 1 of b (a), X",
    ),
    (
        "stock.moved",
        {"way": "release", "lines": [{"balance": "b.a", "key": "X", "amount": 1}]},
        "Given back: 1 of b (a), X",
    ),
    (
        "stock.moved",
        {"way": "release", "cause": "end", "lines": [{"balance": "b.a", "key": "X", "amount": 1}]},
        "Given back at the end: 1 of b (a), X",
    ),
    ("stock.moved", {"way": "release", "as": "back", "lines": []}, "Nothing was moved"),
    (
        "error.raised",
        {
            "kind": "stock",
            "cause": {"balance": "b.a", "key": "X", "wanted": 5, "free": 3, "message": "no"},
        },
        "Something failed: 5 of b (a), X, is wanted, and 3 is free",
    ),
    (
        "attention.opened",
        {
            "task": {
                "why": {
                    "kind": "command",
                    "error": {
                        "kind": "stock",
                        "balance": "b.a",
                        "key": "X",
                        "wanted": 5,
                        "held": 3,
                    },
                }
            }
        },
        "Somebody has to look at the order: 5 of b (a), X, is to be given back, and the order"
        " holds 3",
    ),
]
