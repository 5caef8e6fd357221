"""`docs/calendars.md`: its tables are counted, its scenarios are played."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from parts.repository import text

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.due_moments import calendar_at, due
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.simulation import open_world
from orderloom.platform.definitions import check
from orderloom.platform.definitions.spans import parse_span

BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| (\d\S+) \| (\S.*?) \| (\S+) \|$", re.MULTILINE)
_, *REST = re.split(r"^## (.+)$", text("docs/calendars.md"), flags=re.MULTILINE)
SECTIONS = dict(zip(REST[::2], REST[1::2], strict=True))
BLOCKS = {name: "---\n".join(BLOCK.findall(section)) for name, section in SECTIONS.items()}
COUNTED = [(name, *row) for name, section in SECTIONS.items() for row in ROW.findall(section)]
PLAYED = [name for name, block in BLOCKS.items() if "scenario:" in block]
BUNDLE = """\
bundle: deals
title: Deals
languages: [en]
zone: Europe/Warsaw
calendar: office
roles: {sales: Sales, manager: Managers, finance: Finance}
cast: {alice: {roles: [sales]}, bob: {roles: [manager]}, carol: {roles: [finance]}}
"""
PROCESS = """\
kind: process
id: deal
title: Deal
form: deal
number: "D-{seq:4}"
start: {by: [sales]}
access: [sales, manager, finance]
stages:
  approval:
    do: [{approval: deal, on: {approved: agreed, rejected: refused, returned: correction}}]
  correction: {do: [{task: correct, title: Correct, by: sales}], done: approval}
  agreed: {do: [{task: sign, title: Sign, by: sales}], done: closed}
  closed: {type: final, outcome: completed}
  refused: {type: final, outcome: rejected, failed: true}
---
{kind: form, id: deal, title: Deal, schema: {type: object, properties: {total: {type: number}}}}
"""


def test_the_page_counts_and_plays() -> None:
    assert len(COUNTED) > 15
    assert len(PLAYED) == 2


@pytest.mark.parametrize(("section", "moment", "duration", "expected"), COUNTED)
def test_a_row_is_counted_so(
    tmp_path: Path, section: str, moment: str, duration: str, expected: str
) -> None:
    file = tmp_path / "calendar.yaml"
    file.write_text(BLOCKS[section], encoding="utf-8")
    _, calendar = calendar_at(file)
    found = due(calendar, datetime.fromisoformat(moment), parse_span(duration))
    assert found.isoformat() == expected


@pytest.mark.parametrize("name", PLAYED)
def test_a_section_is_what_happens(tmp_path: Path, name: str) -> None:
    own = BLOCKS[name].split("---\n")
    scenarios = [part for part in own if part.startswith("scenario:")]
    definitions = [part for part in own if part not in scenarios]
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
    written = "---\n".join([PROCESS, BLOCKS["What counts"], *definitions])
    (tmp_path / "deals.yaml").write_text(written, encoding="utf-8")
    played = "---\n".join(scenarios)
    (tmp_path / "scenarios" / "deals.yaml").write_text(played, encoding="utf-8")
    bundle = open_bundle(tmp_path)
    assert [f"{each.path}: {each.message}" for each in check(bundle)] == []
    results = Simulate(open_world).run(bundle)
    assert len(results) == len(scenarios)
    assert {each.scenario: each.problem for each in results if not each.passed} == {}
