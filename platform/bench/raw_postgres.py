"""The raw limit on PostgreSQL: the reference rows by the bare `psycopg` driver.

*plain*: BEGIN, two statements, COMMIT. *CTE*: one statement with compare-and-swap, so one round
trip. Each with one and with four clients, `synchronous_commit` on.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TypeAlias

import psycopg

from orderloom.platform.bench.contestant import Against, Contestant, Work
from orderloom.platform.bench.reference_rows import CREATE, Transaction, transactions

INSERT = (
    "INSERT INTO raw_order (id, number, revision, state, data)"
    " VALUES (%(order)s, %(number)s, 1, %(state)s, %(data)s)"
)
UPDATE = (
    "UPDATE raw_order SET revision = %(revision)s, state = %(state)s"
    " WHERE id = %(order)s AND revision = %(revision)s - 1"
)
ENTRIES = (
    "INSERT INTO raw_entry (stream, seq, hash, body)"
    " SELECT %(order)s, entry.*"
    " FROM unnest(%(seqs)s::int[], %(hashes)s::text[], %(bodies)s::text[]) AS entry"
)
INSERT_ALL = f"WITH changed AS ({INSERT} RETURNING id) {ENTRIES}"
UPDATE_ALL = f"WITH changed AS ({UPDATE} RETURNING id) {ENTRIES}, changed"
APART = 100_000_000
PLAIN = "raw postgres plain, 1 client"

Client: TypeAlias = psycopg.Connection[tuple[object, ...]]
Write: TypeAlias = Callable[[Client, Transaction], None]


def raw_postgres(url: str) -> list[Contestant]:
    """One contestant per way of writing and number of clients; ratios are of the plain one."""
    ways: dict[str, Write] = {"plain": _plain, "CTE": _in_one}
    return [
        Contestant(
            name=f"raw postgres {way}, {clients} client{'s' if clients > 1 else ''}",
            opened=partial(_opened, url, write, clients),
            against=() if (way, clients) == ("plain", 1) else (Against(PLAIN),),
        )
        for clients in (1, 4)
        for way, write in ways.items()
    ]


@contextmanager
def _opened(url: str, write: Write, clients: int) -> Iterator[Work]:
    schema = f"{write.__name__.strip('_')}_{clients}"
    with ExitStack() as stack:
        connections = [
            stack.enter_context(psycopg.connect(url, autocommit=True)) for _ in range(clients)
        ]
        key = "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
        connections[0].execute(f"CREATE SCHEMA {schema}".encode())
        for connection in connections:
            connection.execute(f"SET search_path = {schema}".encode())
        for statement in CREATE:
            connections[0].execute(statement.replace("{key}", key).encode())
        pool = stack.enter_context(ThreadPoolExecutor(clients))
        done = 0

        def work(orders: int) -> None:
            nonlocal done
            share = orders // clients
            firsts = [APART * number + done for number in range(clients)]
            running = [
                pool.submit(_write, connection, write, first=first, orders=share)
                for connection, first in zip(connections, firsts, strict=True)
            ]
            for client in running:
                client.result()
            done += share

        yield work


def _write(connection: Client, write: Write, *, first: int, orders: int) -> None:
    for transaction in transactions(first, orders):
        write(connection, transaction)


def _plain(connection: Client, each: Transaction) -> None:
    values = _values(each)
    with connection.transaction():
        connection.execute(INSERT if each.revision == 1 else UPDATE, values)
        connection.execute(ENTRIES, values)


def _in_one(connection: Client, each: Transaction) -> None:
    connection.execute(INSERT_ALL if each.revision == 1 else UPDATE_ALL, _values(each))


def _values(each: Transaction) -> dict[str, object]:
    return {
        "order": each.order,
        "number": each.number,
        "revision": each.revision,
        "state": each.state,
        "data": each.data,
        "seqs": [entry[1] for entry in each.entries],
        "hashes": [entry[2] for entry in each.entries],
        "bodies": [entry[3] for entry in each.entries],
    }
