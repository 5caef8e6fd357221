"""`docs/tickets.md`: each definition is clean, each scenario beside it passes."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts.played_page import PlayedPage

PAGE = PlayedPage("docs/tickets.md")


@pytest.mark.parametrize("name", PAGE.played)
def test_a_section_is_what_happens(tmp_path: Path, name: str) -> None:
    PAGE.play(tmp_path, name)


def test_every_part_is_shown() -> None:
    assert len(PAGE.played) == 5
