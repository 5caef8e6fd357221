"""Tables of so many selective rows, as our language writes them and as others read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

SIZES: Final = (20, 50, 1_000, 10_000)
COUNTRIES: Final = tuple(f"C{n:02}" for n in range(20))
KINDS: Final = ("A", "B", "C", "D")
STEP: Final = 100
INPUTS: Final = 64
# As our tables call a hit policy, and as zen-engine does.
HITS: Final = {"FIRST": "first", "COLLECT": "collect"}


def country_of(row: int) -> str:
    """The country of a row's condition."""
    return COUNTRIES[row % len(COUNTRIES)]


def kind_of(row: int) -> str:
    """The kind of a row's condition; with the country it leaves a few rows in a hundred."""
    return KINDS[row // len(COUNTRIES) % len(KINDS)]


def span_of(row: int) -> tuple[int, int]:
    """From (inclusive) and to (exclusive) of a row's amount; those of a band overlap."""
    start = row // len(COUNTRIES) * STEP
    return start, start + 3 * STEP


def row_id(row: int) -> str:
    """The row's name, its output as well."""
    return f"r{row}"


def ours(size: int, hit: str) -> dict[str, Any]:
    """The document of the decision."""
    rules = [
        {
            "id": row_id(row),
            "when": {
                "country": f'"{country_of(row)}"',
                "kind": f'"{kind_of(row)}"',
                "amount": "[{}..{})".format(*span_of(row)),
            },
            "then": {"site": f'"{row_id(row)}"'},
        }
        for row in range(size)
    ]
    return {
        "kind": "decision",
        "id": f"rows-{size}",
        "title": f"{size} rows",
        "hit": hit,
        "inputs": [
            {"name": "country", "value": "country", "type": "string"},
            {"name": "kind", "value": "kind", "type": "string"},
            {"name": "amount", "value": "amount", "type": "number"},
        ],
        "outputs": [{"name": "site", "type": "string"}],
        "rules": rules,
    }


def zen(size: int, hit: str) -> str:
    """The same table as a JDM graph."""
    names = ("country", "kind", "amount")
    table = {
        "hitPolicy": HITS[hit],
        "inputs": [{"id": name, "name": name, "field": name} for name in names],
        "outputs": [{"id": "site", "name": "site", "field": "site"}],
        "rules": [
            {
                "_id": row_id(row),
                "country": f'"{country_of(row)}"',
                "kind": f'"{kind_of(row)}"',
                "amount": "[{}..{})".format(*span_of(row)),
                "site": f'"{row_id(row)}"',
            }
            for row in range(size)
        ],
    }
    kinds = {"in": "inputNode", "table": "decisionTableNode", "out": "outputNode"}
    nodes = [
        {
            "id": id_,
            "name": id_,
            "type": kind,
            "position": {"x": 0, "y": 0},
            **({"content": table} if id_ == "table" else {}),
        }
        for id_, kind in kinds.items()
    ]
    edges = [
        {"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b}
        for a, b in (("in", "table"), ("table", "out"))
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def inputs(size: int) -> list[dict[str, Any]]:
    """Values that fall on rows all over the table; each matches at least one."""
    found = []
    for n in range(INPUTS):
        row = n * 7919 % size
        start, _ = span_of(row)
        amount = Decimal(start) + Decimal("50.25")
        found.append({"country": country_of(row), "kind": kind_of(row), "amount": amount})
    return found


def expected(size: int, values: Mapping[str, Any]) -> list[str]:
    """The matching rows, row by row."""
    return [
        row_id(row)
        for row in range(size)
        if values["country"] == country_of(row)
        and values["kind"] == kind_of(row)
        and span_of(row)[0] <= values["amount"] < span_of(row)[1]
    ]
