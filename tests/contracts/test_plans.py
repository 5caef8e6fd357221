"""Lists, tasks, messages and clocks are found by indices, whatever the number of orders."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from parts.postgres import PostgresServer
from parts.store_rows import at
from sqlalchemy import event, inspect, text

from orderloom.platform.store import Store, open_store
from orderloom.platform.store.columns import stamp
from orderloom.platform.store.inbound_rows import State
from orderloom.platform.store.read_rows import OrderFilter, TaskFilter
from orderloom.platform.store.task_lists import SORTS
from orderloom.platform.store.work_rows import Job

MANY = 20_000
STILL = State.QUARANTINED
# Tables that grow. One order in fifty waits for a clock, one in ten thousand is due.
FILL = (
    "INSERT INTO order_row (id, organisation_id, process, release_no, revision, status, chain_seq,"
    " commands, chain_head, state, data, wake_at) SELECT n, 1 + n % 2, 'b2b', 1, 1, 'open', 1, 1,"
    " '', :state, :empty,"
    " CASE WHEN n % 10000 = 0 THEN :past WHEN n % 50 = 0 THEN :future END FROM {numbers}",
    "INSERT INTO order_key (organisation_id, slot, sort_key, order_id)"
    " SELECT 1 + n % 2, 'process', 'b2b' || n % 3, n FROM {numbers}",
    "INSERT INTO order_key (organisation_id, slot, sort_key, order_id)"
    " SELECT 1 + n % 2, 'status', CASE WHEN n % 5 = 0 THEN 'open' ELSE 'ended' END, n"
    " FROM {numbers}",
    "INSERT INTO order_key (organisation_id, slot, sort_key, order_id)"
    " SELECT 1 + n % 2, 'stage', 'stage' || n % 7, n FROM {numbers}",
    "INSERT INTO order_key (organisation_id, slot, sort_key, order_id)"
    " SELECT 1 + n % 2, 'requester', 'u_' || n % 500, n FROM {numbers}",
    "INSERT INTO order_key (organisation_id, slot, sort_key, order_id)"
    " SELECT 1 + n % 2, 'number', 'SO-' || (1000000 + n), n FROM {numbers}",
    "INSERT INTO order_reference (organisation_id, process, key, value, order_id)"
    " SELECT 1 + n % 2, '', 'number', 'SO-' || (1000000 + n), n FROM {numbers}",
    "INSERT INTO task_candidate (organisation_id, principal, due_at, order_id, n, process, kind,"
    " opened, amount, stopped) SELECT 1 + n % 2, 'r:' || n % 20, '~', n, 1, 'b2b' || n % 3,"
    " CASE WHEN n % 5 = 0 THEN 'task' ELSE 'approval' END, :past, 'a', false FROM {numbers}",
    "INSERT INTO order_key (organisation_id, slot, sort_key, order_id)"
    " SELECT 1 + n % 2, 'word', 'so' || n, n FROM {numbers}",
    "INSERT INTO order_key (organisation_id, slot, sort_key, order_id)"
    " SELECT 1 + n % 2, 'word', 'pump' || n % 4, n FROM {numbers}",
    "INSERT INTO audit_entry (organisation_id, stream, seq, type, at, actor, body, hash)"
    " SELECT 1 + n % 2, 1 + n / 10, n % 10, 'x', '', 'u', :entry, '' FROM {numbers}",
    "INSERT INTO audit_personal (stream, seq, slot, organisation_id, path, salt, value)"
    " SELECT 1 + n / 10, n % 10, 0, 1, 'a', 's', '1' FROM {numbers}",
    "INSERT INTO outbox (organisation_id, order_id, n, lane, kind, body, due_at, attempts)"
    " SELECT 1, n, 1, CASE WHEN n % 3 = 0 THEN 'lane' || n END, 'call', :empty,"
    " CASE WHEN n % 5000 = 0 THEN :past ELSE :future END, 0 FROM {numbers}",
    "INSERT INTO inbox (to_order, from_stream, from_n, organisation_id, kind, body, at)"
    " SELECT n, 1, 1, 1, 'event', :empty,"
    " CASE WHEN n % 5000 = 0 THEN :past ELSE :future END FROM {numbers}",
    "INSERT INTO inbound_message (organisation_id, connector, message, once, body, headers, state,"
    " received_at, due_at, attempts) SELECT 1 + n % 2, 'wms', 'picked', 'once' || n, :empty,"
    " :empty, CASE WHEN n % 5000 = 0 THEN 'quarantined' ELSE 'done' END, :past,"
    " CASE WHEN n % 5000 = 1 THEN :past END, 0 FROM {numbers}",
    "INSERT INTO collection_row (organisation_id, collection, key, version, body)"
    " SELECT 1 + n % 2, 'c' || n % 3, 'k' || n, 1, :empty FROM {numbers}",
    "INSERT INTO collection_word (organisation_id, collection, word, key)"
    " SELECT 1 + n % 2, 'c' || n % 3, 'w' || n, 'k' || n FROM {numbers}",
    "INSERT INTO collection_word (organisation_id, collection, word, key)"
    " SELECT 1 + n % 2, 'c' || n % 3, 'x' || n % 100, 'k' || n FROM {numbers}",
    "INSERT INTO collection_change (organisation_id, collection, key, version, at, by, way)"
    " SELECT 1 + n % 2, 'c' || n % 3, 'k' || n, 1, :past, 'u', 'added' FROM {numbers}",
    "INSERT INTO notice (organisation_id, user_id, order_id, n, subject, body, at)"
    " SELECT 1, 'u_' || n % 100, n, 1, '', '', :past FROM {numbers}",
)
JSON = {
    "empty": "{}",
    "state": '{"order":1,"process":"b2b"}',
    "entry": '{"act":"u","at":"2026-03-06T12:00:00.000000Z","c":[1,0,1],"ch":"x","rt":1,"t":"x",'
    '"v":1}',
}
LARGE = frozenset(sql.split()[2] for sql in FILL)
JOB = Job(id=7, organisation=1, order=7, n=1, kind="call", body={}, attempts=1, due=at(0))


def _orders(**wanted: Any) -> Callable[[Store], Any]:
    return lambda store: store.reads.orders(1, OrderFilter(**wanted), before=15_000, limit=51)


def _tasks(**wanted: Any) -> Callable[[Store], Any]:
    names = [f"r:{n}" for n in range(10)]
    chosen = TaskFilter(**wanted)
    return lambda store: store.reads.found_tasks(1, names, chosen, after=None, limit=51)


USES: dict[str, Callable[[Store], Any]] = {
    "orders": _orders(),
    "by process": _orders(process="b2b1"),
    "by processes": _orders(processes=("b2b0", "b2b2")),
    "by status": _orders(status="open"),
    "by stage": _orders(stage="stage3"),
    "by requester": _orders(requester="u_8"),
    "by number": _orders(number="SO-100000"),
    "by column": _orders(columns=(("total", 1),)),
    "by all": _orders(process="b2b1", status="open", stage="stage1", requester="u_8", number="SO"),
    "order by number": lambda store: store.reads.order_by_number(1, "SO-1000008"),
    "status by number": lambda store: store.reads.status_by_number(1, "SO-1000008"),
    "status by id": lambda store: store.reads.status_by_id(1, 8),
    "orders by id": lambda store: store.reads.orders_by_id(1, range(1, 51)),
    "tasks": lambda store: store.reads.tasks(
        1, [f"r:{n}" for n in range(10)], after=("~", 100, 1), limit=51
    ),
    **{f"tasks by {sort}": _tasks(sort=sort) for sort in SORTS},
    **{f"tasks by {sort} of a process": _tasks(sort=sort, process="b2b1") for sort in SORTS},
    "tasks of a kind": _tasks(kind="task", stopped=False),
    "tasks of a stage": _tasks(stage="stage3"),
    "tasks without a date": _tasks(undated=True),
    "tasks of a week": _tasks(due_from=at(0), due_before=at(9), sort="newest"),
    "tasks of a rare word": _tasks(words=("so77",)),
    "tasks of common words": _tasks(words=("pump", "so")),
    "tasks of somebody": _tasks(words=("bob",), requesters=("u_8",)),
    "tasks of everybody": _tasks(words=("pump",), requesters=("u_8", "u_9")),
    "how many tasks": lambda store: store.reads.offered(
        1, [f"r:{n}" for n in range(10)], limit=100
    ),
    "done": lambda store: store.reads.done(1, "u", before=15_000, limit=51),
    "views": lambda store: store.saved_views.of(1, "u", "tasks"),
    "entries": lambda store: store.reads.entries(1, 8, before=9, limit=50),
    "order by key": lambda store: store.reads.order_by_key(1, "b2b", "shop", "A-1"),
    "inbound": lambda store: store.inbound.listed(1, None, before=15_000, limit=51),
    "quarantined": lambda store: store.inbound.listed(1, STILL, before=None, limit=51),
    "how many stand still": lambda store: store.inbound.count(1, STILL, limit=100),
    "one message": lambda store: store.inbound.one(1, 8),
    "due messages": lambda store: store.inbound.due(at(0), 10),
    "comments": lambda store: store.reads.comments(1, 8, before=9, limit=50),
    "notices": lambda store: store.notices.page(1, "u_1", before=None, limit=51),
    "later notices": lambda store: store.notices.page(1, "u_1", before=("2", 7, 1), limit=51),
    "unread notices": lambda store: store.notices.unread(1, "u_1", limit=100),
    "marks of notices": lambda store: store.notices.marks({(1, "u_1"), (1, "u_2")}),
    "reading a notice": lambda store: store.notices.read(1, "u_1", at=at(0), one=(7, 1)),
    "claim": lambda store: store.work.claim(at(0), until=at(5), limit=10),
    "extend": lambda store: store.work.extend(JOB, until=at(9)),
    "postpone": lambda store: store.work.postpone(JOB, due=at(9)),
    "remove": lambda store: store.work.remove(JOB),
    "waiting": lambda store: store.work.waiting(at(0), 10),
    "letters": lambda store: store.work.letters(7),
    "due orders": lambda store: store.work.due_orders(at(0), 10),
    "next wake": lambda store: store.work.next_wake(),
    "records by key": lambda store: store.collections.search(1, "c0", "", ("k5",), 51),
    "records by a word": lambda store: store.collections.search(1, "c0", "w12", ("w1", "k1"), 51),
    "records by words": lambda store: store.collections.search(1, "c0", "w12 x1", None, 51),
    "record": lambda store: store.collections.record(1, "c0", "k6"),
    "record or kept one": lambda store: store.collections.row(1, "c0", "none"),
    "history": lambda store: store.collections.history(1, "c0", "k6", before=9, limit=51),
    "one stream": lambda store: list(store.audit.streams(8)),
}


@dataclass(frozen=True)
class Step:
    """How one table of a statement is reached. `narrow`: by the beginning of an index, or only
    its first row."""

    table: str
    narrow: bool
    text: str


@pytest.fixture(scope="module", params=["sqlite", pytest.param("pg", marks=pytest.mark.postgres)])
def full(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A store with many orders."""
    server: PostgresServer | None = None
    url = f"sqlite:///{tmp_path_factory.mktemp('plans') / 'full.db'}"
    if request.param == "pg":
        server = request.getfixturevalue("postgres_server")
        url = server.create()
    store = open_store(url)
    store.migrate()
    _fill(store)
    yield store
    store.close()
    if server is not None:
        server.drop(url)


@pytest.mark.parametrize("use", USES)
def test_nothing_is_scanned(full: Store, use: str) -> None:
    steps = _plan(full, USES[use])
    assert steps
    assert [step for step in steps if not step.narrow and step.table in LARGE] == []


def test_the_plan_bites(full: Store) -> None:
    def scan(store: Store) -> None:
        with store.database.reading() as connection:
            connection.execute(text("SELECT COUNT(*) FROM audit_entry WHERE actor = 'x'"))
            connection.execute(text("SELECT id FROM order_row WHERE status = 'x'"))
            connection.execute(text("SELECT n FROM task_candidate WHERE due_at = 'x'"))
            connection.execute(text("SELECT id FROM outbox WHERE claimed_until IS NULL"))

    wide = {step.table for step in _plan(full, scan) if not step.narrow}
    assert wide == {"audit_entry", "order_row", "task_candidate", "outbox"}


def _fill(store: Store) -> None:
    numbers = "(SELECT generate_series(1, :many) AS n) AS numbers"
    if store.database.sqlite:
        numbers = "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c"
        numbers += " WHERE n < :many) SELECT n FROM c)"
    known = {"many": MANY, "past": stamp(at(-1)), "future": stamp(at(99))}
    with store.database.writing() as connection:
        for sql in FILL:
            connection.execute(text(sql.format(numbers=numbers)), known | JSON)
        if not store.database.sqlite:
            connection.execute(text("ANALYZE"))


def _plan(store: Store, use: Callable[[Store], Any]) -> list[Step]:
    """How the statements of a use reach their tables, as the database says."""
    ran: list[tuple[str, Any]] = []

    @event.listens_for(store.database.engine, "before_cursor_execute")
    def before(_: Any, cursor: Any, statement: str, values: Any, *rest: Any) -> None:
        ran.append((statement, values))

    store.database.reader.watcher = lambda statement, values: ran.append((statement, tuple(values)))
    use(store)
    store.database.reader.watcher = None
    event.remove(store.database.engine, "before_cursor_execute", before)
    explained = _sqlite_steps if store.database.sqlite else _postgres_steps
    return [step for statement, values in ran for step in explained(store, statement, values)]


def _sqlite_steps(store: Store, statement: str, values: Any) -> list[Step]:
    if statement.startswith("BEGIN"):
        return []
    with store.database.reading() as connection:
        tables = inspect(connection).get_table_names()
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    aliases = {alias: table for table in tables for alias in _aliases(statement, table)}
    steps = []
    for *_, said in rows:
        kind, name, *_ = [*str(said).split(), ""]
        if name in aliases:
            steps.append(Step(aliases[name], kind == "SEARCH", said))
    return steps


def _postgres_steps(store: Store, statement: str, values: Any) -> list[Step]:
    if not statement.startswith(("SELECT", "UPDATE", "DELETE")) or "advisory" in statement:
        return []
    with store.database.reading() as connection:
        found = connection.exec_driver_sql(
            f"EXPLAIN (FORMAT JSON) {statement}", values
        ).scalar_one()
        beginnings = connection.execute(
            text(
                "SELECT c.relname, a.attname FROM pg_index i"
                " JOIN pg_class c ON c.oid = i.indexrelid"
                " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
            )
        ).all()
    return list(_nodes(found[0]["Plan"], {row[0]: row[1] for row in beginnings}))


def _nodes(node: dict[str, Any], beginnings: dict[str, str], parent: str = "") -> Iterator[Step]:
    """The nodes of a plan that read a table. An index without a condition is walked from its
    beginning: narrow only where the first row is enough."""
    kind, condition = node["Node Type"], node.get("Index Cond", "")
    table = node.get("Relation Name")
    if kind in ("Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan"):
        inside = node["Plans"][0] if kind == "Bitmap Heap Scan" else node
        condition = inside.get("Index Cond", "")
        begins = f"({beginnings.get(inside.get('Index Name', ''))} "
        first_row = kind.startswith("Index") and parent == "Limit" and "Filter" not in node
        narrow = begins in condition or first_row
        yield Step(str(table), narrow, f"{kind} {condition}")
    for inner in node.get("Plans", ()):
        yield from _nodes(inner, beginnings, kind)


def _aliases(statement: str, table: str) -> list[str]:
    """What a table is called in a statement: by its own name and by the word after it."""
    words = re.findall(r"\w+", statement)
    return [
        name
        for before, word, after in zip(words, words[1:], [*words[2:], ""], strict=False)
        if word == table and before in ("FROM", "JOIN", "UPDATE")
        for name in (table, after)
    ]
