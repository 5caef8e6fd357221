"""`--format json`: one value on stdout, whatever happens; and the commands that others call."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest
from parts.command_line import CommandLine
from parts.small_bundle import write_small_bundle

EXACT = "12345678901234567890123456789012.34"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_small_bundle(tmp_path / "small")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (["nonsense"], 2, "usage"),
        ([], 2, "usage"),
        (["check", "nowhere"], 2, "usage"),
        (["check", "BUNDLE", "--nonsense"], 2, "usage"),
        (["orders", "list", "--state", "nonsense"], 2, "usage"),
        (["decide", "BUNDLE", "tier", "--with", "{"], 2, "usage"),
        (["decide", "BUNDLE", "nothing"], 1, "decision.not_found"),
        (["decide", "BUNDLE", "tier", "--with", '{"total": "x"}'], 1, "decision.failed"),
        (["orders", "show", "X-1"], 1, "order.not_found"),
        (["orders", "list", "--cursor", "nonsense"], 1, "query.bad_cursor"),
        (["orders", "list", "--as", "nobody"], 1, "user.not_found"),
        (["orders", "import", "BUNDLE", "BUNDLE", "--mapping", "nothing"], 1, "mapping.unknown"),
        (["export", "OUT", "--bundle", "nothing"], 1, "bundle.not_found"),
        (["audit", "export", "--order", "X-1"], 1, "order.not_found"),
        (["token", "create", "nobody"], 1, "user.not_found"),
        (["user", "add", "a b", "--no-password"], 1, "user.login_unusable"),
    ],
)
def test_every_no_is_one_object(
    orderloom: CommandLine,
    bundle: Path,
    tmp_path: Path,
    arguments: list[str],
    exit_code: int,
    code: str,
) -> None:
    places = {"BUNDLE": str(bundle), "OUT": str(tmp_path / "out")}
    ran = orderloom.json(*[places.get(each, each) for each in arguments])
    assert (ran.code, ran.json["code"], ran.err) == (exit_code, code, "")
    assert ran.json["message"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "many"),
        ("DATABASE_URL", "postgresql://nobody:hush@127.0.0.1:1/x"),
        ("HOME", "FILE"),
    ],
)
def test_a_broken_environment_is_one_object(
    orderloom: CommandLine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(f"ORDERLOOM_{variable}", value.replace("FILE", str(tmp_path / "file")))
    ran = orderloom.json("orders", "list")
    assert (ran.code, ran.json["code"]) == (3, "environment")
    assert "hush" not in ran.out


def test_help_is_help_in_both_formats(orderloom: CommandLine) -> None:
    for arguments in (["--help"], ["orders", "--help"], ["orders", "import", "-h"]):
        ran = orderloom.run(*arguments)
        assert (ran.code, "Usage:" in ran.out) == (0, True)
    for arguments in (["check", "--help"], ["orders", "import", "-h"]):
        ran = orderloom.json(*arguments)
        assert (ran.code, "Usage:" in ran.out) == (0, True)


def test_a_long_amount_goes_in_and_out(
    orderloom: CommandLine, bundle: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "orders.json").write_text(f'[{{"id": 1, "code": "D", "amount": {EXACT}}}]')
    (source / "names.json").write_text('[{"code": "D", "name": "Desk"}]')
    ran = orderloom.json("orders", "import", bundle, "--mapping", "shop", source)
    assert ran.json == {"read": 1, "created": 1, "duplicates": 0, "rejected": 0}
    shown = orderloom.json("orders", "show", "RQ-000001")
    assert shown.json["data"]["total"] == Decimal(EXACT)
    assert EXACT in shown.out
    assert EXACT in orderloom.run("audit", "export").out
    assert EXACT in orderloom.json("decide", bundle, "tier", "--with", f'{{"total": {EXACT}}}').out


def test_the_first_changed_entry_is_named(
    orderloom: CommandLine, bundle: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    rows = ", ".join(f'{{"id": {n}, "code": "D", "amount": 5{n}}}' for n in range(1, 4))
    (source / "orders.json").write_text(f"[{rows}]")
    (source / "names.json").write_text('[{"code": "D", "name": "Desk"}]')
    orderloom.run("orders", "import", bundle, "--mapping", "shop", source)
    good = orderloom.json("audit", "verify")
    assert (good.code, good.json["ok"], "first" in good.json) == (0, True, False)
    connection = sqlite3.connect(tmp_path / "home" / "orderloom.db")
    with connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute(
            "UPDATE audit_entry SET body = replace(body, '52', '53') WHERE seq = 1 AND stream ="
            " (SELECT order_id FROM order_reference WHERE value = 'RQ-000002')"
        )
    connection.close()
    bad = orderloom.json("audit", "verify")
    assert (bad.code, bad.json["ok"]) == (1, False)
    first = bad.json["first"]
    assert (first["order"], first["entry"], first["problem"]) == ("RQ-000002", 1, "changed")


def test_a_token_lets_its_user_in_and_a_second_command_does_not_disturb(
    orderloom: CommandLine,
) -> None:
    orderloom.run("user", "add", "alice", "--role", "sales", "--no-password")
    made = orderloom.run("token", "create", "alice")
    assert made.out.startswith("olp_")
    assert made.out.count("\n") == 1
    assert orderloom.json("token", "create", "alice").json["token"] != made.out.strip()
