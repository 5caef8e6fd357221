"""Records against whose balances orders hold amounts: what may become of them.

What there is never falls below what is reserved, nobody's reservation loses its record, and none
comes to stand against another record than the one it was made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from orderloom.platform.engine.amounts import NOTHING, amount_of
from orderloom.platform.problem import Rejection
from orderloom.platform.store.balance_rows import Level

Reserved = Mapping[str, Mapping[str, Decimal]]
"""Key of a record → field → what orders have reserved of it."""


def below_reserved(
    key: str, after: Mapping[str, Any] | None, reserved: Mapping[str, Decimal]
) -> Rejection | None:
    """Why the record cannot become `after` (None: it goes)."""
    for field, held in sorted(reserved.items()):
        left = _left(after, field)
        if not held or left >= held:
            continue
        params = {"key": key, "field": field, "reserved": held, "amount": left}
        if after is None:
            message = f"{held} of {field} of {key} is reserved: the record cannot go"
            return Rejection("record.reserved_gone", message, params)
        message = f"{held} of {field} of {key} is reserved: it cannot become {left}"
        return Rejection("record.reserved", message, params, path=field)
    return None


def levels_after(
    organisation: int,
    collection: str,
    edits: Sequence[tuple[str, Mapping[str, Any] | None]],
    reserved: Reserved,
) -> Iterator[Level]:
    """What there is of the balances of records that changed."""
    for key, after in edits:
        for field, held in reserved.get(key, {}).items():
            yield Level(
                organisation=organisation,
                collection=collection,
                key=key,
                field=field,
                on_hand=_left(after, field),
                reserved=held,
            )


def _left(after: Mapping[str, Any] | None, field: str) -> Decimal:
    return amount_of((after or {}).get(field)) or NOTHING
