"""The rows of the reference work "B2B order", as the bare drivers write them.

8 transactions an order: one insert and seven updates of the order's row (1.4 kB of data), and
12 audit entries of about 300 bytes. The engine's own writing is measured beside these.
"""

from collections.abc import Iterator
from dataclasses import dataclass

TRANSACTIONS = 8
# Audit entries of each transaction; together 12.
ENTRIES = (3, 1, 1, 2, 1, 1, 1, 2)
DATA = '{"lines":[' + ",".join(f'{{"sku":"A-{n:04}","quantity":{n}}}' for n in range(48)) + "]}"
STATE = '{"stage":"%s","waiting":"' + "w" * 160 + '"}'
BODY = '{"type":"transition","seq":%d,"why":"' + "y" * 250 + '"}'

CREATE = (
    "CREATE TABLE raw_order (id bigint PRIMARY KEY, number text NOT NULL,"
    " revision integer NOT NULL, state text NOT NULL, data text NOT NULL)",
    "CREATE TABLE raw_entry (id {key}, stream bigint NOT NULL, seq integer NOT NULL,"
    " hash text NOT NULL, body text NOT NULL, UNIQUE (stream, seq))",
)


@dataclass(frozen=True)
class Transaction:
    """What one transition of one order writes. `revision` 1 inserts the order, others update it."""

    order: int
    revision: int
    state: str
    data: str
    entries: tuple[tuple[int, int, str, str], ...]

    @property
    def number(self) -> str:
        """The order's number."""
        return f"SO-{self.order:08d}"


def transactions(first: int, orders: int) -> Iterator[Transaction]:
    """Every transaction of `orders` orders with ids from `first`, one order after the other."""
    for order in range(first, first + orders):
        seq = 0
        for revision, count in enumerate(ENTRIES, start=1):
            entries = tuple(
                (order, seq + n, "0" * 64, BODY % (seq + n)) for n in range(1, count + 1)
            )
            seq += count
            yield Transaction(order, revision, STATE % f"s{revision}", DATA, entries)
