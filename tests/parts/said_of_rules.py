"""What entries of rulesets and watches say: type, facts, the English sentence."""

from __future__ import annotations

from typing import Any

SAID_OF_RULES: list[tuple[str, dict[str, Any], str]] = [
    (
        "inferred",
        {
            "ruleset": "flags",
            "out": {"flag": [{"code": "HAZMAT"}, {"code": "HOLD", "days": 2}]},
            "chain": [
                {
                    "rule": "adr",
                    "fact": "flag",
                    "values": {"code": "HAZMAT"},
                    "because": [["line", 1], ["order", 0]],
                },
                {
                    "rule": "stop",
                    "fact": "flag",
                    "values": {"code": "HOLD", "days": 2},
                    "because": [["flag", 0, True]],
                },
            ],
            "further": 3,
        },
        "flags: HAZMAT because of line 2, order 1 (adr); flag (code HOLD, days 2) because of HAZMAT"
        " (stop); and 3 more",
    ),
    ("inferred", {"ruleset": "flags", "out": {"flag": []}}, "flags: nothing follows"),
    (
        "watch.hit",
        {"watch": "cards", "rule": "thrice", "key": "C-1", "events": ["1.2", "3.4"]},
        "cards noticed thrice: C-1 (2 events)",
    ),
    (
        "watch.hit",
        {"watch": "cards", "rule": "unpaid", "key": "C-1", "events": ["1.2"], "awaited": True},
        "cards noticed unpaid: C-1, nothing came in time",
    ),
]
