"""`docs/approvals.md`: each definition is clean, each scenario beside it passes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from parts.repository import text

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.scenario_steps import VERDICTS
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.simulation import open_world
from orderloom.platform.codec import load_yaml
from orderloom.platform.definitions import check

PAGE = text("docs/approvals.md")
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
FIRST, *REST = SECTION.split(PAGE)
SECTIONS = dict(zip(REST[::2], REST[1::2], strict=True))
PLAYED = [name for name, section in SECTIONS.items() if BLOCK.search(section)]


def parts(section: str) -> list[str]:
    return [part for block in BLOCK.findall(section) for part in block.split("---\n")]


def write(folder: Path, section: str) -> Path:
    """The bundle at the top of the page, with the section's own definitions and scenarios."""
    (folder / "scenarios").mkdir()
    bundle, *base = parts(FIRST)
    (folder / "bundle.yaml").write_text(bundle, encoding="utf-8")
    own = parts(section)
    definitions = [*base, *(part for part in own if not part.startswith("scenario:"))]
    scenarios = [part for part in own if part.startswith("scenario:")]
    (folder / "deals.yaml").write_text("---\n".join(definitions), encoding="utf-8")
    (folder / "scenarios" / "deals.yaml").write_text("---\n".join(scenarios), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", PLAYED)
def test_a_section_is_what_happens(tmp_path: Path, name: str) -> None:
    bundle = open_bundle(write(tmp_path, SECTIONS[name]))
    assert [f"{each.path}: {each.message}" for each in check(bundle)] == []
    results = Simulate(open_world).run(bundle)
    assert results
    assert {each.scenario: each.problem for each in results if not each.passed} == {}


def test_every_verb_mode_and_outcome_is_shown() -> None:
    steps = [
        step
        for name in PLAYED
        for part in parts(SECTIONS[name])
        if part.startswith("scenario:")
        for step in load_yaml(part, file="").value["steps"]
    ]
    used = {word for step in steps for word in step}
    assert {*VERDICTS, "claim", "release", "reassign", "delegate", "add", "for"} - used == set()
    shown = " ".join(SECTIONS.values())
    for word in ("any", "all", "quorum", "percent", "weight", "veto", "majority", "return"):
        assert word in shown, word
    for outcome in ("partial", "unassignable", "voided", "withdraw"):
        assert outcome in shown, outcome
