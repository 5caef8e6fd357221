"""Foreign logs replayed through a process of ours: what is accepted, and why the rest is not."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from parts.command_line import CommandLine
from parts.examples import folder
from parts.small_bundle import write_small_bundle

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.foreign_log import foreign_log
from orderloom.platform.app.log_conformance import LogReport, conformance_of
from orderloom.platform.app.log_conformance_words import Teller
from orderloom.platform.app.log_mapping import mapping_for
from orderloom.platform.app.log_release import release_of
from orderloom.platform.problem import Refused
from orderloom.platform.words import LANGUAGES, Words

MAP = """\
start: New
data: {title: subject, total: amount}
activities:
  Boss yes: approve:manager
  Boss no: reject:manager
  Pay: task:pay
  Stop: cancel
  Noise: ignore
"""
SMALL, LARGE = {"subject": "Desk", "amount": 50}, {"subject": "Desk", "amount": 500}
# What happens → codes of what was refused, outcome.
CASES: list[tuple[list[str], dict[str, Any], list[str], str]] = [
    (["New", "Pay"], SMALL, [], "completed"),
    (["New", "Noise", "Boss yes", "Pay"], LARGE, [], "completed"),
    (["New", "Boss no", "Pay", "Stop"], LARGE, ["conformance.not_open", "order.ended"], "rejected"),
    (["New", "Pay", "Boss yes"], LARGE, ["conformance.not_open"], ""),
    (["New", "New", "Pay"], SMALL, ["conformance.started"], "completed"),
    (["New", "Dance", "Pay"], SMALL, ["conformance.unknown_activity"], "completed"),
    (["Pay"], SMALL, [], "completed"),
    (["New", "Pay"], {"amount": 5}, ["form.invalid", "form.invalid"], ""),
    # Cancelled without a reason, which a log does not have.
    (["New", "Stop"], SMALL, ["event.reason_required"], ""),
    # Three days later the clock has refused it.
    (["New", "+4", "Boss yes"], LARGE, ["conformance.not_open"], "rejected"),
]


def written(path: Path, cases: list[tuple[list[str], dict[str, Any]]]) -> Path:
    made = []
    for number, (names, attributes) in enumerate(cases, start=1):
        day, events = 1, []
        for name in names:
            if name.startswith("+"):
                day += int(name[1:])
            else:
                at = f"2026-03-{day:02}T09:00:00+01:00"
                # The one who asks may not decide.
                who = "Bea" if name.startswith("Boss") else "Ann"
                events.append({"activity": name, "time": at, "resource": who})
        made.append({"case": f"c{number}", "attrs": attributes, "events": events})
    path.write_text(json.dumps(made), encoding="utf-8")
    return path


def replayed(tmp_path: Path, log: Path, map_: str | None = MAP) -> tuple[LogReport, Teller]:
    bundle = tmp_path / "small"
    if not bundle.exists():
        write_small_bundle(bundle)
    given = None
    if map_ is not None:
        given = tmp_path / "map.yaml"
        given.write_text(map_, encoding="utf-8")
    release = release_of(open_bundle(bundle), "request")
    report = conformance_of(foreign_log(log), release, mapping_for(log, bundle, given, release))
    return report, Teller(release, Words("en"))


def test_each_case_with_what_was_refused(tmp_path: Path) -> None:
    log = written(tmp_path / "log.json", [(names, attrs) for names, attrs, *_ in CASES])
    report, teller = replayed(tmp_path, log)
    found = [
        ([refused.rejection.code for refused in each.refused], each.outcome)
        for each in report.cases
    ]
    assert found == [(codes, outcome) for *_, codes, outcome in CASES]
    assert report.fitting == sum(not codes for _, _, codes, _ in CASES)
    told = teller.to_json(report)
    assert told["refused"] == sum(each["count"] for each in told["deviations"])
    lines = "\n".join(teller.lines(report, cases=True))
    assert "c6: 2 of 3 events accepted" in lines
    assert "Nothing in the process is called “Dance”." in lines
    for language in LANGUAGES:
        said = Teller(release_of(open_bundle(tmp_path / "small"), None), Words(language))
        assert not [line for line in said.lines(report, cases=True) if "{" in line]


XES = """\
<?xml version="1.0"?>{dtd}
<log xmlns="http://www.xes-standard.org/"><trace>
 <string key="concept:name" value="x1"/><string key="subject" value="Desk"/>
 <event><string key="concept:name" value="Boss yes"/>
  <string key="lifecycle:transition" value="complete"/>
  <date key="time:timestamp" value="2026-03-01T10:00:00.000+01:00"/></event>
 <event><string key="concept:name" value="New"/>
  <date key="time:timestamp" value="2026-03-01T09:00:00+01:00"/></event>
 <event><string key="concept:name" value="Boss yes"/>
  <string key="lifecycle:transition" value="start"/>
  <date key="time:timestamp" value="2026-03-01T09:30:00+01:00"/></event>
</trace></log>
"""


def test_xes_is_read_without_following_what_it_names(tmp_path: Path) -> None:
    log = tmp_path / "log.xes"
    log.write_text(XES.format(dtd=""), encoding="utf-8")
    (case,) = foreign_log(log)
    assert [(each.activity, each.at.hour) for each in case.events] == [("New", 9), ("Boss yes", 10)]
    assert (case.id, case.attributes["subject"]) == ("x1", "Desk")
    log.write_text(XES.format(dtd='<!DOCTYPE log [<!ENTITY a "b">]>'), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        list(foreign_log(log))
    assert refused.value.rejection.code == "conformance.file"


@pytest.mark.parametrize(
    "text", ["{}", "[{}]", '[{"case": "1", "events": [{"activity": "x", "time": "soon"}]}]', "[1"]
)
def test_what_is_no_log_is_refused(tmp_path: Path, text: str) -> None:
    log = tmp_path / "log.json"
    log.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        list(foreign_log(log))
    assert refused.value.rejection.code == "conformance.file"


@pytest.mark.parametrize(
    "map_", ["activities: {A: no-such-event}", "activities: {A: dance:x}", "more: 1", "- a", "{a"]
)
def test_a_mapping_that_cannot_be_used_is_refused(tmp_path: Path, map_: str) -> None:
    log = written(tmp_path / "log.json", [])
    with pytest.raises(Refused) as refused:
        replayed(tmp_path, log, map_)
    assert refused.value.rejection.code == "conformance.map"


def test_without_a_mapping_titles_and_ids_are_events(tmp_path: Path) -> None:
    attributes = {"title": "Desk", "total": 50}
    log = written(tmp_path / "log.json", [(["Begin", "Cancel"], attributes)])
    report, _ = replayed(tmp_path, log, None)
    (case,) = report.cases
    assert [each.rejection.code for each in case.refused] == ["event.reason_required"]


def test_the_permit_cases(shared_data: Path, orderloom: CommandLine) -> None:
    log = shared_data / "process_logs" / "receipt.json"
    told = orderloom.json(
        "audit", "conformance", log, "--bundle", folder("permit-receipt"), "--process", "permit"
    )
    assert told.code == 0
    found = told.json
    assert (found["cases"], found["events"]) == (1434, 8577)
    assert (found["accepted"], found["refused"], found["fitting"]) == (8542, 35, 1419)
    assert found["fitness"] == Decimal("0.996")
    first = found["deviations"][0]
    assert (first["activity"], first["count"]) == ("T03 Adjust confirmation of receipt", 6)
    assert first["reason"] == (
        "The order does not expect this now. It was in Settled, where it takes"
        " Print and send the confirmation."
    )
    assert sum(len(each["refused"]) for each in found["by_case"]) == 35


@pytest.fixture
def orderloom() -> CommandLine:
    return CommandLine()
