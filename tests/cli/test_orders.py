"""Orders, people and the audit on the command line."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from parts.command_line import CommandLine
from parts.small_bundle import write_small_bundle

GOOD = '[{"id": 1, "code": "D", "amount": 20.5},\n {"id": 2, "code": "C", "amount": 900}]'
MIXED = (
    '[{"id": 1, "code": "D", "amount": 20.5},\n{"id": 3, "code": "X", "amount": 5},\n'
    '{"id": 4, "id": 4},\n{"id": 5, "code": "D", "amount": -1},\n'
    '{"id": 6, "code": "D", "amount": 7}]'
)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_small_bundle(tmp_path / "small")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "orders.json").write_text(GOOD)
    (folder / "names.json").write_text(
        '[{"code": "D", "name": "Desk"}, {"code": "C", "name": "Chair"}]'
    )
    return folder


def test_an_import_makes_each_order_once(
    orderloom: CommandLine, bundle: Path, source: Path
) -> None:
    arguments = ("orders", "import", bundle, "--mapping", "shop", source)
    first = orderloom.json(*arguments)
    assert first.code == 0
    assert first.json == {"read": 2, "created": 2, "duplicates": 0, "rejected": 0}
    again = orderloom.json(*arguments)
    assert again.json == {"read": 2, "created": 0, "duplicates": 2, "rejected": 0}
    listed = orderloom.json("orders", "list").json["items"]
    assert [each["number"] for each in listed] == ["RQ-000002", "RQ-000001"]


def test_broken_rows_are_reported_and_good_ones_go_in(
    orderloom: CommandLine, bundle: Path, source: Path
) -> None:
    (source / "orders.json").write_text(MIXED)
    arguments = ("orders", "import", bundle, "--mapping", "shop", source)
    ran = orderloom.json(*arguments)
    assert ran.code == 1
    counts = {name: value for name, value in ran.json.items() if name != "problems"}
    assert counts == {"read": 5, "created": 2, "duplicates": 0, "rejected": 3}
    assert [(each["line"], each["code"]) for each in ran.json["problems"]] == [
        (3, "import.malformed"),
        (2, "form.invalid"),
        (4, "form.invalid"),
    ]
    (source / "orders.json").write_text(MIXED.replace('"X"', '"C"').replace("-1", "1"))
    assert orderloom.json(*arguments).json["created"] == 2


def test_an_order_is_shown(orderloom: CommandLine, bundle: Path, source: Path) -> None:
    orderloom.run("orders", "import", bundle, "--mapping", "shop", source)
    shown = orderloom.json("orders", "show", "RQ-000002")
    assert (shown.json["stages"], shown.json["data"]["title"]) == (["approval"], "Chair")
    assert "RQ-000002" in orderloom.run("orders", "show", "RQ-000002").out


def test_a_token_is_all_that_is_printed(orderloom: CommandLine) -> None:
    added = orderloom.run("user", "add", "alice", "--password-stdin", stdin="a long password\n")
    assert added.code == 0
    made = orderloom.run("token", "create", "alice")
    assert (made.code, made.err) == (0, "")
    (token,) = made.out.splitlines()
    assert token.startswith("olp_")
    assert "a long password" not in added.out + added.err


def test_the_audit_is_whole_until_a_byte_changes(
    orderloom: CommandLine, bundle: Path, source: Path, tmp_path: Path
) -> None:
    orderloom.run("orders", "import", bundle, "--mapping", "shop", source)
    assert orderloom.json("audit", "verify").json["ok"] is True
    out = tmp_path / "audit.jsonl"
    assert orderloom.run("audit", "export", "-o", out).code == 0
    assert orderloom.json("audit", "verify", out).json["ok"] is True
    spoil(tmp_path / "home" / "orderloom.db")
    ran = orderloom.json("audit", "verify")
    assert (ran.code, ran.json["ok"], ran.json["first"]["problem"]) == (1, False, "changed")


def test_the_doctor_finds_nothing_in_a_good_database(
    orderloom: CommandLine, bundle: Path, source: Path
) -> None:
    orderloom.run("orders", "import", bundle, "--mapping", "shop", source)
    ran = orderloom.json("doctor")
    assert (ran.code, ran.json["ok"]) == (0, True)


def test_the_same_on_postgresql(
    orderloom: CommandLine,
    bundle: Path,
    source: Path,
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ORDERLOOM_DATABASE_URL", postgres_url)
    arguments = ("orders", "import", bundle, "--mapping", "shop", source)
    created = {"read": 2, "created": 2, "duplicates": 0, "rejected": 0}
    assert orderloom.json(*arguments).json == created
    assert orderloom.json(*arguments).json == {**created, "created": 0, "duplicates": 2}
    assert len(orderloom.json("orders", "list").json["items"]) == 2
    assert orderloom.json("doctor").json["ok"] is True
    verified = orderloom.json("audit", "verify")
    assert (verified.code, verified.json["ok"]) == (0, True)


def spoil(database: Path) -> None:
    """Drops the triggers and changes one byte of one entry."""
    connection = sqlite3.connect(database)
    with connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        row, body = connection.execute(
            "SELECT rowid, body FROM audit_entry WHERE type = 'order.created' LIMIT 1"
        ).fetchone()
        text = body if isinstance(body, bytes) else body.encode()
        changed = text.replace(b"Desk", b"Disk").replace(b"order.created", b"order.creatad")
        assert changed != text
        value = changed if isinstance(body, bytes) else changed.decode()
        connection.execute("UPDATE audit_entry SET body = ? WHERE rowid = ?", (value, row))
    connection.close()
