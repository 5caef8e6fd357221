"""No room: a command is refused whole, and once there is room again the log goes on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from parts import filling
from parts.application import small_application
from parts.filling import one
from parts.replayed import replayed

from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import verify_store
from orderloom.platform.app.differences import differences
from orderloom.platform.codec import loads

ENTRIES = 3  # that a new order of the small bundle writes


def whole(app: Application) -> None:
    """The log verifies, and every order is what its entries say."""
    assert verify_store(app)["ok"]
    assert replayed(app).to_json()["different"] == []
    assert list(differences(app.store, app.registry)) == []


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """SQLite, below its own code: the operating system refuses to write."""
    url = f"sqlite:///{tmp_path / 'full.db'}"
    with small_application(tmp_path, database=url) as app:
        command = [sys.executable, "-m", "parts.filling", str(tmp_path / "home"), url]
        folder = Path(filling.__file__).parents[1]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = loads(done.stdout)
        assert set(found["before"] + found["after"]) == {""}
        assert "unavailable" in found["during"]
        assert set(found["during"]) <= {"", "unavailable"}
        before, during, after = found["rows"]
        assert during - before == ENTRIES * found["during"].count("")
        assert after - during == ENTRIES * len(found["after"])
        whole(app)


def test_no_page_is_left(tmp_path: Path) -> None:
    """SQLite says itself that the disk is full."""
    with small_application(tmp_path) as app:
        assert one(app) == ""
        before = app.store.audit.count()
        with _pages(app, limited=True):
            assert {one(app) for _ in range(30)} >= {"unavailable"}
        accepted = (app.store.audit.count() - before) // ENTRIES
        assert one(app) == ""
        assert app.store.audit.count() == before + ENTRIES * (accepted + 1)
        whole(app)


@contextmanager
def _pages(app: Application, *, limited: bool) -> Iterator[None]:
    """The connection that commands write on may take no page more than there are."""
    bare = app.store.commands._driver._bare
    (there,) = bare.execute("PRAGMA page_count").fetchone()
    bare.execute(f"PRAGMA max_page_count = {there + 2}")
    yield
    bare.execute("PRAGMA max_page_count = 1073741823")


FULL = (
    "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION"
    " 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$"
)
MOMENTS = {
    "a statement": "CREATE TRIGGER full_now BEFORE INSERT ON audit_entry"
    " FOR EACH ROW EXECUTE FUNCTION full_disk()",
    "the commit": "CREATE CONSTRAINT TRIGGER full_now AFTER INSERT ON audit_entry"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION full_disk()",
}


@pytest.mark.postgres
@pytest.mark.parametrize("moment", MOMENTS)
def test_postgresql_has_no_room(postgres_url: str, tmp_path: Path, moment: str) -> None:
    """The server's own answer on a full disk, at a statement and at the commit."""
    with small_application(tmp_path, database=postgres_url) as app:
        assert one(app) == ""
        before = app.store.audit.count()
        with app.store.database.writing() as connection:
            connection.exec_driver_sql(FULL)
            connection.exec_driver_sql(MOMENTS[moment])
        assert [one(app), one(app)] == ["unavailable", "unavailable"]
        assert app.store.audit.count() == before
        with app.store.database.writing() as connection:
            connection.exec_driver_sql("DROP FUNCTION full_disk CASCADE")
        assert one(app) == ""
        assert app.store.audit.count() == before + ENTRIES
        whole(app)
