"""Substitutions from a file: each line has its own answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts.command_line import CommandLine

from orderloom.platform.app.absence_calendar import Absence, absences
from orderloom.platform.problem import Rejection


@pytest.fixture
def people(orderloom: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setenv("ORDERLOOM_CLOCK", "2026-03-02T09:00:00Z")
    for login, *more in (("bob",), ("carol", "--manager", "bob"), ("dave",)):
        assert orderloom.run("user", "add", login, "--no-password", *more).code == 0
    return orderloom


def written(folder: Path, *lines: str) -> Path:
    file = folder / "absences.csv"
    file.write_text("\n".join(("person,substitute,from,until", *lines, "")), encoding="utf-8")
    return file


def test_good_lines_are_set(people: CommandLine, tmp_path: Path) -> None:
    file = written(tmp_path, "carol,dave,2026-03-03,2026-03-06", "bob,carol,2026-03-10,2026-03-10")
    ran = people.json("user", "absences", file)
    assert (ran.code, ran.json) == (0, {"set": 2, "refused": []})


def test_bad_lines_are_named_and_good_ones_set(people: CommandLine, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "carol,dave,2026-03-03,2026-03-06",
        "carol,bob,2026-03-05,2026-03-09",
        "dave,carol,2026-03-04,2026-03-04",
        "eve,bob,2026-03-05,2026-03-09",
        "bob,dave,soon,later",
        "bob",
    )
    ran = people.json("user", "absences", file)
    assert ran.code == 1
    assert ran.json["set"] == 1
    assert [(each["line"], each["code"]) for each in ran.json["refused"]] == [
        (3, "substitution.taken"),
        (4, "substitution.cycle"),
        (5, "user.not_found"),
        (6, "substitution.day"),
        (7, "substitution.columns"),
    ]
    said = people.run("user", "absences", file).out
    assert "Line 2: Somebody stands in for this person in that time already." in said


def test_a_person_sets_only_what_is_theirs(people: CommandLine, tmp_path: Path) -> None:
    lines = ("carol,dave,2026-03-03,2026-03-06", "dave,carol,2026-04-01,2026-04-02")
    ran = people.json("user", "absences", written(tmp_path, *lines), "--as", "bob")
    assert ran.json["set"] == 1
    assert [each["code"] for each in ran.json["refused"]] == ["substitution.not_allowed"]


EVENT = """\
BEGIN:VEVENT
UID:{number}
{times}
SUMMARY:Away
ORGANIZER;CN=Somebody:mailto:{person}@shop.example
ATTENDEE:mailto:frank@shop.example
{more}
END:VEVENT
"""


def calendar(folder: Path, *events: str) -> Path:
    body = "".join(events)
    file = folder / "absences.ics"
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//\n{body}END:VCALENDAR\n"
    file.write_bytes(text.replace("\n", "\r\n").encode())
    return file


def event(number: int, person: str, times: str, more: str) -> str:
    return EVENT.format(number=number, person=person, times=times, more=more)


DAYS = "DTSTART;VALUE=DATE:20260303\nDTEND;VALUE=DATE:20260307"
MARK = "CATEGORIES:Holiday,substitute: dave"


def test_events_that_name_a_substitute_are_set(people: CommandLine, tmp_path: Path) -> None:
    file = calendar(
        tmp_path,
        event(1, "carol", DAYS, MARK),
        event(2, "carol", "DTSTART:20260401T080000Z\nDTEND:20260401T090000Z", "CATEGORIES:Meeting"),
        event(
            3,
            "bob",
            "DTSTART:20260402T080000Z\nDURATION:PT4H",
            "DESCRIPTION:I am away for a long\n er while.\\nSubstitute: carol\\nBye",
        ),
        event(4, "dave", "DTSTART;VALUE=DATE:20260501", f"STATUS:CANCELLED\n{MARK}"),
    )
    ran = people.json("user", "absences", file)
    assert (ran.code, ran.json) == (0, {"set": 2, "refused": []})
    taken = absences(file.read_text(encoding="utf-8"))
    assert not isinstance(taken, Rejection)
    events = [(number, one) for number, one in taken if isinstance(one, Absence)]
    assert [(number, one.substitute, one.since, one.until) for number, one in events] == [
        (1, "dave", "2026-03-03", "2026-03-06"),
        (3, "carol", "2026-04-02T08:00:00+00:00", "2026-04-02T12:00:00+00:00"),
    ]
    assert events[0][1].people == ("carol@shop.example", "carol")


def test_events_that_cannot_be_are_named(people: CommandLine, tmp_path: Path) -> None:
    file = calendar(
        tmp_path,
        event(1, "carol", f"{DAYS}\nRRULE:FREQ=YEARLY", MARK),
        event(2, "nobody", DAYS, MARK),
        event(3, "dave", DAYS, MARK),
        event(4, "carol", "DTSTART:20260402T080000Z", MARK),
        event(5, "carol", "SEQUENCE:1", MARK),
    )
    ran = people.json("user", "absences", file)
    assert (ran.code, ran.json["set"]) == (1, 0)
    assert [(each["line"], each["code"]) for each in ran.json["refused"]] == [
        (1, "substitution.repeats"),
        (2, "user.not_found"),
        (3, "substitution.oneself"),
        (4, "substitution.day"),
        (5, "substitution.day"),
    ]
    assert (
        "Event 1: An event that repeats is not taken." in people.run("user", "absences", file).out
    )


def test_what_is_no_calendar_is_told(people: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "broken.ics"
    file.write_text("BEGIN:VCALENDAR\nnonsense\nEND:VCALENDAR\n", encoding="utf-8")
    ran = people.json("user", "absences", file)
    assert (ran.code, [each["code"] for each in ran.json["refused"]]) == (
        1,
        ["substitution.calendar"],
    )
