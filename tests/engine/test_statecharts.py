"""46 statecharts that nobody here wrote (SCION, SCXML) run by the same interpreter."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from parts.statecharts import process_of

from orderloom.forms import compile_form
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor, Context, Outcome, advance
from orderloom.platform.engine.commands import Create, SendEvent
from orderloom.platform.engine.configuration import atomic

DATA = Path(os.environ.get("ORDERLOOM_TEST_DATA", "../shared/data")) / "statecharts/scion.json"
CASES = json.loads(DATA.read_text()) if DATA.exists() else []
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FORM = compile_form({"kind": "form", "id": "chart", "schema": {"type": "object"}})
PERSON = Actor(id="u_1", roles=frozenset({"everybody"}))


def _release(case: dict[str, Any]) -> Release:
    events = {step["event"] for step in case["steps"]}
    return Release(
        digest="chart",
        process=process_of(case["chart"], events),
        zone=ZoneInfo("UTC"),
        languages=("en",),
        decisions={},
        approvals={},
        forms={"chart": FORM},
        messages={},
        connectors={},
        collections={},
        processes={},
        versions={},
    )


@pytest.mark.shared_data
def test_the_charts_are_there() -> None:
    assert len(CASES) == 46


@pytest.mark.shared_data
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_chart(case: dict[str, Any]) -> None:
    release = _release(case)
    context = Context(now=NOW, actor=PERSON)
    outcome = advance(release, None, Create("chart", {}, order=1), context)
    assert isinstance(outcome, Outcome), outcome
    assert set(atomic(release.process, outcome.state.stages)) == set(case["initial"])
    for step in case["steps"]:
        sent = advance(release, outcome.state, SendEvent(step["event"]), context)
        # SCXML drops an event that nothing takes; the interpreter refuses it and changes nothing
        outcome = sent if isinstance(sent, Outcome) else outcome
        found = set(atomic(release.process, outcome.state.stages))
        assert found == set(step["next"]), step
