"""A page of the documentation whose definitions are clean and whose scenarios pass.

Blocks of YAML before the first heading are the bundle and its definitions; those of a section come
beside them, and stand in the place of a definition that has the same kind and id.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.simulation import open_world
from orderloom.platform.definitions import check
from parts.repository import text

BLOCK: Final = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTION: Final = re.compile(r"^## (.+)$", re.MULTILINE)


class PlayedPage:
    """`sections`: text by heading; `played`: the headings of those that have definitions."""

    def __init__(self, path: str) -> None:
        self._first, *rest = SECTION.split(text(path))
        self.sections = dict(zip(rest[::2], rest[1::2], strict=True))
        self.played = [name for name, section in self.sections.items() if BLOCK.search(section)]

    def parts(self, name: str) -> list[str]:
        """The definitions and scenarios of a section, as they are written."""
        return _parts(self.sections[name])

    def play(self, folder: Path, name: str) -> None:
        """Raises AssertionError where a section has findings or a scenario that fails."""
        bundle = open_bundle(self._write(folder, name))
        assert [f"{each.path}: {each.message}" for each in check(bundle)] == []
        results = Simulate(open_world).run(bundle)
        assert results
        assert {each.scenario: each.problem for each in results if not each.passed} == {}

    def _write(self, folder: Path, name: str) -> Path:
        (folder / "scenarios").mkdir()
        bundle, *base = _parts(self._first)
        (folder / "bundle.yaml").write_text(bundle, encoding="utf-8")
        own = self.parts(name)
        mine = [part for part in own if not _is_scenario(part)]
        heads = {_head(part) for part in mine}
        definitions = [*(part for part in base if _head(part) not in heads), *mine]
        (folder / "page.yaml").write_text("---\n".join(definitions), encoding="utf-8")
        scenarios = "---\n".join(filter(_is_scenario, own))
        (folder / "scenarios" / "page.yaml").write_text(scenarios, encoding="utf-8")
        return folder


def _parts(section: str) -> list[str]:
    return [part for block in BLOCK.findall(section) for part in block.split("---\n")]


def _is_scenario(part: str) -> bool:
    return part.startswith("scenario:")


def _head(part: str) -> str:
    """Kind and id, which stand before the title."""
    return part.partition("title")[0]
