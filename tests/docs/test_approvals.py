"""`docs/approvals.md`: each definition is clean, each scenario beside it passes."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts.played_page import PlayedPage

from orderloom.platform.app.scenario_steps import VERDICTS
from orderloom.platform.codec import load_yaml

PAGE = PlayedPage("docs/approvals.md")


@pytest.mark.parametrize("name", PAGE.played)
def test_a_section_is_what_happens(tmp_path: Path, name: str) -> None:
    PAGE.play(tmp_path, name)


def test_every_verb_mode_and_outcome_is_shown() -> None:
    steps = [
        step
        for name in PAGE.played
        for part in PAGE.parts(name)
        if part.startswith("scenario:")
        for step in load_yaml(part, file="").value["steps"]
    ]
    used = {word for step in steps for word in step}
    assert {*VERDICTS, "claim", "release", "reassign", "delegate", "add", "for"} - used == set()
    shown = " ".join(PAGE.sections.values())
    for word in ("any", "all", "quorum", "percent", "weight", "veto", "majority", "return"):
        assert word in shown, word
    for outcome in ("partial", "unassignable", "voided", "withdraw"):
        assert outcome in shown, outcome
