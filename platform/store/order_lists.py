"""Which orders a list shows: found in `order_key` alone, newest first, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, text

from orderloom.platform.store.read_rows import OrderFilter
from orderloom.platform.store.sort_keys import sort_key

# Beyond it no id lies; a made-up cursor may.
MOST: Final = 2**62
_LAST_SIGN: Final = "\U0010ffff"
_SAME: Final = "{k}.organisation_id = :organisation AND {k}.slot = :{k}_slot AND {range}"
_EQUAL: Final = "{k}.sort_key = :{k}_from"
_BEGINS: Final = "{k}.sort_key >= :{k}_from AND {k}.sort_key < :{k}_to"


@dataclass(frozen=True, slots=True)
class _Test:
    """A key that orders must have: this one, or one that begins with it."""

    slot: str
    key: str
    begins: bool = False


def chosen_orders(
    connection: Connection,
    organisation: int,
    chosen: OrderFilter,
    *,
    before: int | None,
    limit: int,
) -> list[int]:
    """The ids of the filter's orders below `before`, descending, at most `limit`."""
    values = {"organisation": organisation, "before": within(before), "limit": limit}
    found: set[int] = set()
    for tests in _branches(chosen):
        sql, more = _statement(tests)
        found.update(row[0] for row in connection.execute(text(sql), values | more))
    return sorted(found, reverse=True)[:limit]


def within(number: int | None) -> int:
    """A number that the databases can compare with; None: above every other."""
    return MOST if number is None else max(-MOST, min(number, MOST))


def batched(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The values, so many at a time."""
    return (values[start : start + size] for start in range(0, len(values), size))


def _branches(chosen: OrderFilter) -> list[list[_Test]]:
    """The tests of each process that may be shown, the most selective test first."""
    tests = [
        _Test(slot, key)
        for slot, key in (
            ("requester", chosen.requester),
            ("stage", chosen.stage),
            ("check", chosen.check),
        )
        if key is not None
    ]
    tests += [_Test(f"column:{path}", sort_key(value)) for path, value in chosen.columns]
    if chosen.number:
        tests.append(_Test("number", chosen.number, begins=True))
    status = [_Test("status", chosen.status)] if chosen.status is not None else []
    processes = set(chosen.processes)
    if chosen.process is not None:
        processes = {chosen.process} if not processes else processes & {chosen.process}
        if not processes:
            return []
    if not processes:
        return [tests + status]
    return [[*tests, _Test("process", process), *status] for process in sorted(processes)]


def _statement(tests: Sequence[_Test]) -> tuple[str, dict[str, str]]:
    """Walks along the first test's keys and looks the others up."""
    if not tests:
        return (
            "SELECT id FROM order_row WHERE organisation_id = :organisation AND id < :before"
            " ORDER BY id DESC LIMIT :limit",
            {},
        )
    values: dict[str, str] = {}
    conditions = []
    for index, test in enumerate(tests):
        name = f"k{index}"
        values |= {f"{name}_slot": test.slot, f"{name}_from": test.key}
        if test.begins:
            values[f"{name}_to"] = test.key + _LAST_SIGN
        range_ = (_BEGINS if test.begins else _EQUAL).format(k=name)
        condition = _SAME.format(k=name, range=range_)
        if index:
            condition = (
                f"EXISTS (SELECT 1 FROM order_key {name} WHERE {name}.order_id = k0.order_id"
                f" AND {condition})"
            )
        conditions.append(condition)
    return (
        f"SELECT k0.order_id FROM order_key k0 WHERE {' AND '.join(conditions)}"
        " AND k0.order_id < :before ORDER BY k0.order_id DESC LIMIT :limit",
        values,
    )
