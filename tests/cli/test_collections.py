"""Reference data on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts.balance_bundle import DOCUMENTS, META
from parts.collection_bundle import BUNDLE, COLLECTIONS
from parts.command_line import CommandLine

GOOD = "id;name;credit\nC-1;Łódź;1000.50\nC-2;Brno;\n"
BAD = "id;name;credit\nC-3;Acme;x\n"


@pytest.fixture
def bundle(orderloom: CommandLine, tmp_path: Path) -> Path:
    folder = tmp_path / "reference"
    folder.mkdir()
    (folder / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
    (folder / "collections.yaml").write_text(COLLECTIONS, encoding="utf-8")
    assert orderloom.run("publish", folder).code == 0
    return folder


def test_records_come_from_a_file_and_go_to_one(
    orderloom: CommandLine, bundle: Path, tmp_path: Path
) -> None:
    good, bad, out = tmp_path / "good.csv", tmp_path / "bad.csv", tmp_path / "out.xlsx"
    good.write_text(GOOD, encoding="utf-8")
    bad.write_text(BAD, encoding="utf-8")
    listed = orderloom.json("collection", "list").json["items"]
    assert [(each["id"], each["title"], each["key"]) for each in listed] == [
        ("customers", "Customers", "id"),
        ("parts", "Parts", "number"),
    ]
    dry = orderloom.json("collection", "import", "customers", good, "--dry-run")
    assert (dry.code, dry.json["added"], dry.json["accepted"]) == (0, 2, False)
    assert orderloom.json("collection", "show", "customers").json["items"] == []
    done = orderloom.json(
        "collection", "import", bundle, good, "--collection", "customers", "--accept"
    )
    assert (done.code, done.json["added"], done.json["accepted"]) == (0, 2, True)
    wrong = orderloom.json("collection", "import", "customers", bad, "--accept")
    assert wrong.code == 1
    (cell,) = wrong.json["rejected"]
    assert (cell["row"], cell["column"], cell["code"]) == (2, "credit", "record.number")
    assert (
        "Expected a number such as 1234.50"
        in orderloom.run("collection", "import", "customers", bad).out
    )
    assert orderloom.run("collection", "export", "customers", out).code == 0
    back = orderloom.json("collection", "import", "customers", out)
    assert (back.json["added"], back.json["changed"], back.json["unchanged"]) == (0, 0, 2)


def test_records_are_shown_with_their_history(
    orderloom: CommandLine, bundle: Path, tmp_path: Path
) -> None:
    file = tmp_path / "one.csv"
    for credit in ("5", "7"):
        file.write_text(f"id,name,credit\nC-1,Łódź,{credit}\n", encoding="utf-8")
        assert orderloom.run("collection", "import", "customers", file, "--accept").code == 0
    found = orderloom.json("collection", "show", "customers", "--search", "lodz").json
    assert [each["key"] for each in found["items"]] == ["C-1"]
    assert orderloom.json("collection", "show", "customers", "C-1").json["version"] == 2
    history = orderloom.json("collection", "history", "customers", "C-1").json["items"]
    assert [each["way"] for each in history] == ["changed", "added"]
    assert history[0]["fields"] == [{"field": "credit", "before": 5, "after": 7}]
    assert "credit: 5 → 7" in orderloom.run("collection", "history", "customers", "C-1").out
    missing = orderloom.json("collection", "show", "nowhere")
    assert (missing.code, missing.json["code"]) == (1, "collection.not_found")
    assert orderloom.run("collection", "import", bundle, file).code == 2


def test_balances_are_told(orderloom: CommandLine, tmp_path: Path) -> None:
    folder, rows = tmp_path / "spending", tmp_path / "budgets.csv"
    folder.mkdir()
    (folder / "bundle.yaml").write_text(META, encoding="utf-8")
    (folder / "spending.yaml").write_text(DOCUMENTS, encoding="utf-8")
    rows.write_text("id;amount\nIT;1000.50\n", encoding="utf-8")
    assert orderloom.run("publish", folder).code == 0
    assert orderloom.run("collection", "import", "budgets", rows, "--accept").code == 0
    # Nothing was moved yet: of the whole collection there is nothing to tell.
    assert orderloom.json("collection", "balances", "budgets").json == {"items": [], "next": None}
    (found,) = orderloom.json("collection", "balances", "budgets", "IT").json["items"]
    assert (found["field"], found["on_hand"], found["free"]) == ("amount", 1000.5, 1000.5)
    told = orderloom.run("collection", "balances", "budgets", "IT").out
    assert "IT, amount: 1000.5 there, 0 reserved, 1000.5 free" in told
    assert orderloom.run("collection", "balances", "budgets", "NO").code != 0
