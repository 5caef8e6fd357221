"""Balances the slow and obvious way: fractions in dictionaries, all or nothing by copying them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from typing import Any

from orderloom.platform.engine.outcome import Move

Place = tuple[str, str]


class SlowBalances:
    """What there is (`there`) and what is reserved, by balance and key."""

    def __init__(self, collections: Mapping[str, Mapping[str, Any]]) -> None:
        self.there: dict[Place, Fraction] = {
            (f"{collection}.{field}", key): Fraction(value)
            for collection, rows in collections.items()
            for key, row in rows.items()
            for field, value in row.items()
            if isinstance(value, int | Decimal) and not isinstance(value, bool)
        }
        self.reserved: dict[Place, Fraction] = {}

    def saved(self) -> tuple[dict[Place, Fraction], dict[Place, Fraction]]:
        return deepcopy((self.there, self.reserved))

    def back(self, saved: tuple[dict[Place, Fraction], dict[Place, Fraction]]) -> None:
        self.there, self.reserved = deepcopy(saved)

    def free(self, balance: str, key: str) -> Fraction:
        place = (balance, key)
        return self.there.get(place, Fraction()) - self.reserved.get(place, Fraction())

    def answer(self, question: Move) -> dict[str, Any]:
        saved = self.saved()
        lines, enough = [], True
        for line in question.lines:
            place = (line["balance"], line["key"])
            wanted, own = Fraction(line["amount"]), Fraction(line["own"])
            taken = wanted if question.back else self._taken(question.way, place, wanted, own)
            self._move(question.way, place, taken, min(own, taken), -1 if question.back else 1)
            enough = enough and taken == wanted
            lines.append(
                {"granted": _exact(taken), "free": _exact(max(self.free(*place), Fraction()))}
            )
        if enough or question.partial:
            return {"moved": True, "lines": lines}
        self.back(saved)
        return {"moved": False, "lines": lines}

    def _taken(self, way: str, place: Place, wanted: Fraction, own: Fraction) -> Fraction:
        if way == "release":
            return wanted
        more = own if way == "issue" else 0
        return min(wanted, max(self.free(*place), Fraction()) + more)

    def _move(self, way: str, place: Place, taken: Fraction, own: Fraction, sign: int) -> None:
        reserved = taken if way == "reserve" else -own
        self.reserved[place] = self.reserved.get(place, Fraction()) + sign * reserved
        if way == "issue":
            self.there[place] = self.there.get(place, Fraction()) - sign * taken


def _exact(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
