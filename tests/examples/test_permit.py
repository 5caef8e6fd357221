"""The model of a foreign log: a small bundle where nobody decides, checked as the others are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from parts.examples import Played, folder

from orderloom.platform.app.bundles import findings_of
from orderloom.platform.app.coverage import everything
from orderloom.platform.bootstrap import demo_bundles

pytestmark = pytest.mark.slow


def test_it_is_whole(played: Callable[[str], Played]) -> None:
    assert findings_of(folder("permit-receipt")) == []
    found = played("permit-receipt")
    assert [each for each in found.results if not each.passed] == []
    there = everything(found.bundle)
    assert sorted(there.stages - found.used.stages) == []
    assert sorted(there.transitions - found.used.transitions) == []


def test_the_demo_does_not_show_it() -> None:
    assert "permit-receipt" not in {path.name for path in demo_bundles()}
