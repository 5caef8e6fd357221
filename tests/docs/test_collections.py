"""`docs/collections.md`: the bundle with balances is clean, and its scenarios pass."""

from __future__ import annotations

import re
from pathlib import Path

from parts.repository import text

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.simulation import open_world
from orderloom.platform.definitions import check

PAGE = text("docs/collections.md")
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_balances_shown_are_run(tmp_path: Path) -> None:
    (block,) = BLOCK.findall(PAGE.partition("## Balances")[2])
    bundle, *rest = block.split("---\n")
    definitions = [part for part in rest if not part.startswith("scenario:")]
    scenarios = [part for part in rest if part.startswith("scenario:")]
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "bundle.yaml").write_text(bundle, encoding="utf-8")
    (tmp_path / "purchases.yaml").write_text("---\n".join(definitions), encoding="utf-8")
    (tmp_path / "scenarios" / "all.yaml").write_text("---\n".join(scenarios), encoding="utf-8")
    opened = open_bundle(tmp_path)
    assert [f"{each.path}: {each.message}" for each in check(opened)] == []
    results = Simulate(open_world).run(opened)
    assert len(results) == 2
    assert {each.scenario: each.problem for each in results if not each.passed} == {}
