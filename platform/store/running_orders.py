"""How many open orders there are, by the release that they keep and by the stage they are in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from orderloom.platform.store.reader import Reader

# The newest open orders, so many at most: found in the index of lists alone.
_OPEN: Final = (
    "(SELECT order_id FROM order_key WHERE organisation_id = ? AND slot = 'status'"
    " AND sort_key = 'open' ORDER BY order_id DESC LIMIT ?) o"
)
_BY_RELEASE: Final = (
    f"SELECT r.release_no, COUNT(*) FROM {_OPEN} JOIN order_row r ON r.id = o.order_id"
    " GROUP BY r.release_no"
)
_BY_STAGE: Final = (
    f"SELECT r.release_no, s.sort_key, COUNT(*) FROM {_OPEN}"
    " JOIN order_row r ON r.id = o.order_id"
    " JOIN order_key s ON s.order_id = o.order_id AND s.slot = 'stage'"
    " GROUP BY r.release_no, s.sort_key"
)


@dataclass(frozen=True, slots=True)
class RunningOrders:
    """`releases`: number → orders. `stages`: release and stage → orders that are in it; an order
    may be in several. `more`: there are others that were not counted."""

    releases: Mapping[int, int]
    stages: Mapping[tuple[int, str], int]
    more: bool


def running_orders(reader: Reader, organisation: int, limit: int) -> RunningOrders:
    """Counts the newest `limit` open orders."""
    asked = (organisation, limit)
    releases = {int(no): int(count) for no, count in reader.rows(_BY_RELEASE, asked)}
    stages = {
        (int(no), str(stage)): int(count) for no, stage, count in reader.rows(_BY_STAGE, asked)
    }
    return RunningOrders(releases, stages, more=sum(releases.values()) >= limit)
