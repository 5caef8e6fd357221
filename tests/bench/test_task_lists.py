"""The bench of lists writes the tasks that it says it measures among."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from parts.answered import answered

from orderloom.platform.bench.engine import application
from orderloom.platform.bench.many_tasks import ANSWERS, EACH, PEOPLE, fill, person
from orderloom.platform.bench.task_lists import HEAD, QUERIES, task_lists

TASKS = 2_000


def test_so_many_tasks_are_there_and_are_found(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'many.db'}"
    with application(url) as app:
        fill(app, url, TASKS)
        with closing(sqlite3.connect(tmp_path / "many.db")) as connection:
            (tasks,) = connection.execute("SELECT count(*) FROM task").fetchone()
            (offered,) = connection.execute(
                "SELECT count(*) FROM (SELECT DISTINCT order_id, n FROM task_candidate)"
            ).fetchone()
            indices = {row[1] for row in connection.execute("PRAGMA index_list(task_candidate)")}
            (answers,) = connection.execute(
                "SELECT count(*) FROM audit_entry WHERE type = 'approval.verdict'"
            ).fetchone()
        # One more is the order that they are made after, and the verdict on it.
        assert (tasks, offered) == (TASKS + 1, TASKS + 1)
        assert answers == PEOPLE * ANSWERS + 1
        assert {"task_candidate_opened", "task_candidate_amount", "task_candidate_number"} < indices
        # Whoever is named has a page of rows that they may see.
        page = answered(app.views.tasks(person(3), "mine", None, 20))
        assert len(page.items) == 20
        again = answered(app.views.order(person(3), page.items[0].order))
        assert len(again.tasks) == EACH


def test_every_list_is_measured(tmp_path: Path) -> None:
    rows = task_lists(f"sqlite:///{tmp_path / 'lists.db'}", "SQLite", TASKS)
    assert {len(row) for row in rows} == {len(HEAD)}
    named = [row[0].partition(", ")[2] for row in rows]
    assert set(QUERIES) < set(named)
    found = {row[0].partition(", ")[2]: int(row[3]) for row in rows if row[3]}
    assert found["nothing fits"] == 0
    assert found["mine"] > 30
    assert found["search: a number"] >= 1
    assert found["done"] == 50
