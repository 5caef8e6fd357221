"""What a decision table consists of: inputs, outputs, rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from orderloom.rules.expression import Expression


@dataclass(frozen=True, slots=True)
class Input:
    """`type`: a FEEL type, checked when given. `allowed`: unary tests the value must pass."""

    name: str
    value: Expression
    type: str | None = None
    nullable: bool = False
    allowed: Expression | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """`order`: the allowed values in order of priority. `default`: when no row matches, and where a
    row that does says nothing."""

    name: str
    type: str | None = None
    order: tuple[Any, ...] = ()
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """`cells`: one test an input, None for `-`. `outputs`: one expression an output or None;
    `values`: what they are, where all are literals. `ids`: its own alone."""

    id: str
    cells: tuple[Expression | None, ...]
    outputs: tuple[Expression | None, ...]
    values: tuple[Any, ...] | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    ids: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", (self.id,))

    def valid(self, today: date | None) -> bool:
        if today is None:
            return True
        starts = self.valid_from is None or self.valid_from <= today
        return starts and (self.valid_to is None or today <= self.valid_to)
