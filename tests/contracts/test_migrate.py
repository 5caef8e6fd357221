"""The tables come to the newest revision, once, and are those of the table classes."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from parts.schema import differences
from sqlalchemy import inspect, text

from orderloom.platform.store import Store, StoreError, open_store
from orderloom.platform.store.migrate import FOLDER, NEWEST, REVISIONS
from orderloom.platform.store.tables import MODULES

MIGRATE = "import sys; from orderloom.platform.store import open_store as o;"
MIGRATE += " s = o(sys.argv[1]); s.migrate(); print(s.log); s.close()"


def test_the_tables_are_those_of_the_classes(store: Store) -> None:
    assert len(MODULES) == len(list(FOLDER.parent.glob("tables_*.py")))
    with store.database.reading() as connection:
        assert differences(connection) == []


def test_the_comparison_bites(store: Store) -> None:
    with store.database.writing() as connection:
        connection.execute(text("DROP INDEX outbox_due"))
        connection.execute(text("ALTER TABLE task ADD COLUMN later INTEGER"))
        found = {change[0] for change in differences(connection)}
        connection.rollback()
    assert found == {"add_index", "remove_column"}


def test_the_files_are_the_chain_of_revisions() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [NEWEST]
    assert [each.revision for each in scripts.walk_revisions()] == list(reversed(REVISIONS))


def test_text_sorts_by_its_bytes_in_every_column(migrated_postgres: str) -> None:
    store = open_store(migrated_postgres)
    with store.database.reading() as connection:
        others = connection.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND data_type = 'text' AND collation_name <> 'C'"
            )
        ).all()
        types = connection.execute(
            text(
                "SELECT DISTINCT data_type FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name <> 'alembic_version'"
            )
        ).scalars()
        assert sorted(types) == ["bigint", "boolean", "bytea", "numeric", "text", "xid8"]
    store.close()
    assert others == []


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    first = open_store(empty_url)
    first.migrate()
    log, commits = first.log, first.database.commits
    first.migrate()
    assert (first.log, first.database.commits) == (log, commits)
    assert len(bytes.fromhex(log)) == 16
    first.close()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_two_programs_may_migrate_at_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'both.db'}"
    if kind == "postgres":
        url = request.getfixturevalue("postgres_url")
    programs = [
        subprocess.Popen([sys.executable, "-c", MIGRATE, url], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    logs = {program.communicate(timeout=60)[0].strip() for program in programs}
    assert [program.returncode for program in programs] == [0, 0]
    assert len(logs) == 1
    assert len(logs.pop()) == 32


def test_threads_may_migrate_at_once(empty_url: str) -> None:
    def migrated(_: int) -> str:
        opened = open_store(empty_url)
        opened.migrate()
        log = opened.log
        opened.close()
        return log

    with ThreadPoolExecutor(8) as pool:
        logs = set(pool.map(migrated, range(8)))
    # Each database in memory is an installation of its own.
    assert len(logs) == (8 if empty_url == "memory:" else 1)


def test_a_revision_applies_whole_or_not_at_all(empty_url: str) -> None:
    store = open_store(empty_url)
    with store.database.writing() as connection:
        connection.execute(text("CREATE TABLE task (mine INTEGER)"))
    with pytest.raises(StoreError, match="task"):
        store.migrate()
    with store.database.reading() as connection:
        assert inspect(connection).get_table_names() == ["task"]
    store.close()


def test_a_newer_database_is_left_alone(store: Store) -> None:
    with store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    again = Store(store.database)
    for use in (again.migrate, lambda: again.log):
        with pytest.raises(StoreError, match=rf"newer version.*9999.*knows {NEWEST}"):
            use()


def test_a_log_id_needs_tables(empty_url: str) -> None:
    store = open_store(empty_url)
    with pytest.raises(StoreError, match="no tables"):
        _ = store.log
    store.close()
