"""`orderloom calendar due`: one instant, from a file, a bundle, or one of several."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts.command_line import CommandLine
from parts.examples import folder

OFFICE = """\
kind: calendar
id: office
title: Office
zone: Europe/Warsaw
hours: {mon: ["08:00-16:00"], tue: ["08:00-16:00"], wed: ["08:00-16:00"], thu: ["08:00-16:00"],
  fri: ["08:00-12:00", "12:30-16:30"]}
holidays: PL
special: {2026-12-31: ["08:00-12:00"]}
"""
SHOP = """\
---
kind: calendar
id: shop
title: Shop
hours: {sat: ["10:00-24:00"], sun: ["00:00-02:30"]}
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    file = tmp_path / "office.yaml"
    file.write_text(OFFICE, encoding="utf-8")
    return file


@pytest.fixture
def both(tmp_path: Path) -> Path:
    file = tmp_path / "both.yaml"
    file.write_text(OFFICE + SHOP, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("moment", "duration", "due"),
    [
        ("2026-10-22T16:00+02:00", "8 working hours", "2026-10-23T16:30:00+02:00"),
        ("2026-10-22T14:00:00Z", "8 working hours", "2026-10-23T16:30:00+02:00"),
        ("2026-10-22T16:00", "90 working minutes", "2026-10-23T09:30:00+02:00"),
        ("2026-10-23T16:30+02:00", "1 working day", "2026-10-26T16:00:00+01:00"),
        ("2026-10-23T16:00+02:00", "P3D", "2026-10-26T16:00:00+01:00"),
        ("2026-10-25T00:00+02:00", "PT5H", "2026-10-25T04:00:00+01:00"),
        ("2026-10-24", "4 working hours", "2026-10-26T12:00:00+01:00"),
    ],
)
def test_one_instant_in_the_zone_of_the_calendar(
    orderloom: CommandLine, office: Path, moment: str, duration: str, due: str
) -> None:
    ran = orderloom.run("calendar", "due", office, moment, duration)
    assert (ran.code, ran.out, ran.err) == (0, due + "\n", "")


def test_as_json(orderloom: CommandLine, office: Path) -> None:
    ran = orderloom.json("calendar", "due", office, "2026-10-22T09:00+02:00", "2 working days")
    assert (ran.code, ran.json) == (
        0,
        {
            "calendar": "office",
            "zone": "Europe/Warsaw",
            "from": "2026-10-22T09:00:00+02:00",
            "duration": "2 working days",
            "due": "2026-10-26T09:00:00+01:00",
        },
    )


def test_of_several_one_is_named(orderloom: CommandLine, both: Path) -> None:
    asked = ("calendar", "due", both, "2026-10-24T20:00Z", "5 working hours")
    assert orderloom.json(*asked).json["code"] == "calendar.which"
    assert "office, shop" in orderloom.run(*asked).err
    # Without a zone, and without a bundle that has one, it is UTC.
    assert orderloom.run(*asked, "--id", "shop").out == "2026-10-25T01:00:00+00:00\n"
    (both.parent / "bundle.yaml").write_text("bundle: b\nzone: Europe/Warsaw\n", encoding="utf-8")
    # The clock is put back between 02:00 and 03:00: the shop closes at the first half past two.
    last = orderloom.run(
        "calendar", "due", both, "2026-10-25T01:00", "90 working minutes", "--id=shop"
    )
    assert last.out == "2026-10-25T02:30:00+02:00\n"
    missing = orderloom.json(*asked, "--id", "nothing")
    assert (missing.code, missing.json["code"]) == (1, "calendar.which")


def test_a_bundle_counts_by_its_own(orderloom: CommandLine) -> None:
    bundle = folder("b2b-order")
    asked = ("2026-10-23T16:00+02:00", "8 working hours")
    of_bundle = orderloom.run("calendar", "due", bundle, *asked)
    of_file = orderloom.run("calendar", "due", bundle / "connections.yaml", *asked)
    assert of_bundle.out == of_file.out == "2026-10-26T16:00:00+01:00\n"
    none = orderloom.json("calendar", "due", bundle / "process.yaml", *asked)
    assert (none.code, none.json["code"]) == (1, "calendar.none")


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ('{mon: ["08:00-16:00"]', '{mon: ["16:00-08:00"]', "calendar.hours", 5),
        ('"12:30-16:30"', '"11:30-16:30"', "calendar.overlap", 6),
        ("holidays: PL", "holidays: [PL, QQ]", "calendar.holidays", 7),
        ("zone: Europe/Warsaw", "zone: Europe/Krakow", "zone.unknown", 4),
        ("special:", "specials:", "shape.unknown_key", 8),
    ],
)
def test_what_is_wrong_has_its_place(
    orderloom: CommandLine, office: Path, old: str, new: str, code: str, line: int
) -> None:
    office.write_text(OFFICE.replace(old, new, 1), encoding="utf-8")
    asked = ("calendar", "due", office, "2026-10-22T16:00", "8 working hours")
    ran = orderloom.json(*asked)
    assert ran.code == 1
    assert [(one["code"], one["message"].split()[0]) for one in ran.json["details"]] == [
        (code, f"office.yaml:{line}")
    ]
    assert f"office.yaml:{line}" in orderloom.run(*asked).err


def test_the_search_ends(orderloom: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "never.yaml"
    head = "kind: calendar\nid: never\ntitle: Never\n"
    file.write_text(head + "hours: {mon: [], sat: []}\n", encoding="utf-8")
    asked = ("calendar", "due", file, "2026-10-22T16:00Z")
    assert orderloom.json(*asked, "1 working hour").json["details"][0]["code"] == "calendar.no_days"
    file.write_text(head + 'hours: {mon: ["08:00-09:00"]}\n', encoding="utf-8")
    assert orderloom.run(*asked, "520 working hours").out == "2036-10-06T09:00:00+00:00\n"
    for duration in ("530 working hours", "99999 working days", "P9999Y"):
        far = orderloom.json(*asked, duration)
        assert (far.code, far.json["code"]) == (1, "calendar.too_far")


@pytest.mark.parametrize(
    ("moment", "duration"),
    [("yesterday", "8 working hours"), ("2026-10-22T16:00", "8 hours"), ("2026-13-01", "P1D")],
)
def test_what_is_neither_moment_nor_duration_is_wrong_usage(
    orderloom: CommandLine, office: Path, moment: str, duration: str
) -> None:
    assert orderloom.run("calendar", "due", office, moment, duration).code == 2
    told = orderloom.json("calendar", "due", office, moment, duration)
    assert (told.code, told.json["code"]) == (2, "usage")
