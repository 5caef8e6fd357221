"""Tables that are measured, row by row as our language writes them and as others do: selective
ones of any size, and one of expressions that no index helps."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

SIZES: Final = (20, 50, 1_000, 10_000)
HEAVY: Final = 50
COUNTRIES: Final = tuple(f"C{n:02}" for n in range(20))
KINDS: Final = ("A", "B", "C", "D")
MARKS: Final = 5
STEP: Final = 100
INPUTS: Final = 64
# As our tables call a hit policy, and as zen-engine does.
HITS: Final = {"FIRST": "first", "COLLECT": "collect"}
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One row in every language: `cells` ours, `zen` its own, `sentence` rule-engine's, `holds`
    Python. What it gives is its name."""

    name: str
    cells: Mapping[str, str]
    zen: Mapping[str, str]
    sentence: str
    holds: Callable[[Values], bool]


@dataclass(frozen=True)
class Table:
    """`types`: of its columns. `inputs`: values all over the table; each matches at least a row."""

    title: str
    types: Mapping[str, str]
    rows: tuple[Row, ...]
    inputs: tuple[Values, ...]

    def document(self, hit: str) -> dict[str, Any]:
        """The decision as our language has it."""
        return {
            "kind": "decision",
            "id": "measured",
            "title": self.title,
            "hit": hit,
            "inputs": [
                {"name": name, "value": name, "type": type_} for name, type_ in self.types.items()
            ],
            "outputs": [{"name": "site", "type": "string"}],
            "rules": [
                {"id": row.name, "when": dict(row.cells), "then": {"site": f'"{row.name}"'}}
                for row in self.rows
            ],
        }

    def zen(self, hit: str) -> dict[str, Any]:
        """The same as a JDM graph."""
        table = {
            "hitPolicy": HITS[hit],
            "inputs": [{"id": name, "name": name, "field": name} for name in self.types],
            "outputs": [{"id": "site", "name": "site", "field": "site"}],
            "rules": [
                {"_id": row.name, **row.zen, "site": json.dumps(row.name)} for row in self.rows
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
        return {"nodes": nodes, "edges": edges}

    def expected(self, values: Values, hit: str) -> list[str]:
        """The names of the rows that answer."""
        found = [row.name for row in self.rows if row.holds(values)]
        return found[:1] if hit == "FIRST" else found


def selective(size: int) -> Table:
    """Rows of two texts and a range, of which a few match."""
    return Table(
        f"{size:,} rows",
        {"country": "string", "kind": "string", "amount": "number"},
        tuple(_selective_row(number) for number in range(size)),
        tuple(_selective_values(n * 7919 % size) for n in range(INPUTS)),
    )


def heavy() -> Table:
    """Rows that calculate and look into a text: every cell has to be run."""
    return Table(
        f"{HEAVY} rows of expressions",
        {"price": "number", "name": "string"},
        tuple(_heavy_row(number) for number in range(HEAVY)),
        tuple(_heavy_values(n) for n in range(INPUTS)),
    )


def _selective_row(number: int) -> Row:
    country, kind, low, high = _place(number)
    cells = {"country": f'"{country}"', "kind": f'"{kind}"', "amount": f"[{low}..{high})"}
    return Row(
        f"r{number}",
        cells,
        cells,
        f'country == "{country}" and kind == "{kind}" and amount >= {low} and amount < {high}',
        lambda values: (
            values["country"] == country
            and values["kind"] == kind
            and low <= values["amount"] < high
        ),
    )


def _place(number: int) -> tuple[str, str, int, int]:
    """A row's country and kind, and its amounts; those of neighbouring bands overlap."""
    band = number // len(COUNTRIES)
    country = COUNTRIES[number % len(COUNTRIES)]
    return country, KINDS[band % len(KINDS)], band * STEP, (band + 3) * STEP


def _selective_values(number: int) -> Values:
    country, kind, low, _ = _place(number)
    return {"country": country, "kind": kind, "amount": Decimal(low) + Decimal("50.25")}


def _heavy_row(number: int) -> Row:
    # Quarters and eighths are exact as binary fractions too.
    factor, mark = Decimal(number // MARKS) / 4 + 1, f"k{number % MARKS}"
    above = f"fee > cost * {factor}"
    below = f"fee <= cost * {factor + 1}"
    return Row(
        f"r{number}",
        {
            "price": f"? + {above} and ? + {below}",
            "name": f'contains(lower case(?), "{mark}")',
        },
        {"price": f"$ + {above} and $ + {below}", "name": f'contains(lower($), "{mark}")'},
        f'price + {above} and price + {below} and "{mark}" in name.as_lower',
        lambda values: (
            _cost(values, factor) < values["price"] + values["fee"]
            and values["price"] + values["fee"] <= _cost(values, factor + 1)
            and mark in values["name"].lower()
        ),
    )


def _cost(values: Values, factor: Decimal) -> Decimal:
    return Decimal(values["cost"] * factor)


def _heavy_values(n: int) -> Values:
    cost = Decimal(4 + n % 7 * 4)
    price = cost * (Decimal(n % (HEAVY // MARKS)) / 4 + 1) + Decimal("0.5")
    name = f"Pump K{n % MARKS} of {n:03}"
    return {"price": price, "name": name, "cost": cost, "fee": Decimal("0.25")}
