"""One run puts its groups together, and the command line tells of a group that is none."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from orderloom.platform.bench import GROUPS, bench
from orderloom.platform.cli.benching import bench as command


def test_a_run_measures_only_what_is_asked_for() -> None:
    told: list[str] = []
    report = bench(orders=4, rounds=1, only=["parts", "peers"], progress=told.append)
    assert told[0] == "calibration"
    assert [each.title.partition(",")[0] for each in report.sheets] == [
        "A command by part",
        "Profile",
    ]
    assert any(each.startswith("DBOS") for each in report.missing)


def test_the_documented_groups_are_those_that_there_are() -> None:
    page = Path(__file__).parents[2] / "docs" / "performance.md"
    (row,) = [line for line in page.read_text().splitlines() if line.startswith("| `--only")]
    assert re.findall(r"`(\w+)`", row) == list(GROUPS)


def test_an_unknown_group_is_a_wrong_use(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["--only", "nothing", "--json", str(tmp_path / "b.json")])
    assert done.exit_code == 2
    assert "sqlite, postgres" in done.output
    assert not (tmp_path / "b.json").exists()


@pytest.mark.parametrize("format_", ["text", "json"])
def test_the_command_writes_its_numbers(format_: str, tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    given = ["--only", "parts", "--orders", "4", "--rounds", "1", "--json", str(file)]
    given += ["--page", str(tmp_path / "none"), "--format", format_]
    done = CliRunner().invoke(command, given)
    assert done.exit_code == 0, done.output
    assert json.loads(file.read_text())["sheets"][0]["title"].startswith("A command by part")
    if format_ == "json":
        assert json.loads(done.stdout)["rounds"] == 1
