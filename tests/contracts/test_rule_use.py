"""Rows of rules are counted once, whoever counts, and again from the start with the same result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from parts.application import small_application
from parts.store_rows import settled
from parts.stores import KINDS

from orderloom.audit.entry import decode
from orderloom.platform.app.application import Application
from orderloom.platform.engine.commands import Command, Create, EditData
from orderloom.platform.problem import Rejection
from orderloom.platform.store.feed_rows import FeedCursor
from orderloom.platform.store.rule_use_rows import RowKey, Used

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(params=KINDS)
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Application]:
    kind = request.param
    url = {"memory": "memory:", "sqlite": ""}.get(kind)
    if url is None:
        url = str(request.getfixturevalue("migrated_postgres"))
    with small_application(tmp_path, database=url) as made:
        yield made


def test_counts_equal_the_entries(app: Application) -> None:
    alice = app.accounts.by_login("alice")
    assert alice is not None
    for total in (20, 50, 99, 250, 250):
        body = Create("request", {"title": "Desk", "total": total})
        reply = app.handle(Command(body=body, actor=alice))
        assert not isinstance(reply, Rejection)
        app.handle(Command(body=EditData({"note": "x"}), actor=alice, order=reply.order))
    expected: Counter[tuple[str, str, str]] = Counter()
    for stream in app.store.audit.streams():
        for each in stream.entries:
            entry = decode(each.body)
            if entry.type == "decided":
                for row in entry.facts.get("rows") or [""]:
                    expected["decision", entry.facts["def"], row] += 1
    settled(app.store)
    use = app.rule_history.use
    assert use.run_once(limit=3) > 0
    use.catch_up(10_000)
    assert use.run_once() == 0
    for _ in range(2):
        counted = {
            (key.kind, f"{key.id}@{key.version}", key.row): used.times
            for key, used in app.store.rule_use.of(1, "decision", "tier")
        }
        assert counted == dict(expected)
        assert counted
        steps = app.store.rule_use.of(1, "approval", "request")
        assert {key.version for key, _ in steps} == {1}
        use.rebuild()


def test_nothing_is_counted_twice(app: Application) -> None:
    tables = app.store.rule_use
    tables.clear()
    start, later = FeedCursor(), FeedCursor(after=7)
    key = RowKey(1, "decision", "tier", 2, "r1\0")
    assert tables.add(start, later, {key: Used(2, AT)})
    assert not tables.add(start, later, {key: Used(2, AT)})
    assert tables.cursor() == later
    assert tables.add(later, FeedCursor(after=9), {key: Used(1, AT)})
    ((found, used),) = tables.of(1, "decision", "tier")
    assert (found.version, used) == (2, Used(3, AT))
    assert tables.of(2, "decision", "tier") == []
    assert tables.totals(1) == {("decision", "tier"): Used(3, AT)}
