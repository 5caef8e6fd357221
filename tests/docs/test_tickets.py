"""`docs/tickets.md`: each definition is clean, each scenario beside it passes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from parts.repository import text

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.simulation import open_world
from orderloom.platform.definitions import check

PAGE = text("docs/tickets.md")
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
    mine = [part for part in own if not part.startswith("scenario:")]
    # A section may have a process of its own.
    kinds = {part.partition("title")[0] for part in mine}
    definitions = [*(part for part in base if part.partition("title")[0] not in kinds), *mine]
    scenarios = [part for part in own if part.startswith("scenario:")]
    (folder / "repairs.yaml").write_text("---\n".join(definitions), encoding="utf-8")
    (folder / "scenarios" / "repairs.yaml").write_text("---\n".join(scenarios), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", PLAYED)
def test_a_section_is_what_happens(tmp_path: Path, name: str) -> None:
    bundle = open_bundle(write(tmp_path, SECTIONS[name]))
    assert [f"{each.path}: {each.message}" for each in check(bundle)] == []
    results = Simulate(open_world).run(bundle)
    assert results
    assert {each.scenario: each.problem for each in results if not each.passed} == {}


def test_every_part_is_shown() -> None:
    assert len(PLAYED) == 5
