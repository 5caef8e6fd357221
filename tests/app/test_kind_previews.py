"""Previews of definitions that are being changed: the real parts, good, bad and hostile values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from parts.kinds_site import ONE, SCRIPT, changed, open_kinds, shown, value_of
from parts.site import Site
from sqlalchemy import text

from orderloom.platform.app.kind_preview_samples import Sample
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_kinds(tmp_path_factory.mktemp("kinds")) as opened:
        yield opened


@pytest.fixture
def ada(site: Site) -> Actor:
    return site.actors["ada"]


def _written(site: Site) -> list[int]:
    """How many mails, notices and effects there are."""
    with site.app.store.database.writing() as connection:
        return [
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("mail", "notice", "outbox")
        ]


# ── messages ─────────────────────────────────────────────────────────────────────────────────


def test_a_message_is_written_in_each_language_as_people_get_it(site: Site, ada: Actor) -> None:
    found = shown(site.app.kind_previews.message(ada, value_of(site, "message", "told"), ONE))
    english, polish, slovak = found["languages"]
    assert english["subject"] == "Order of Acme"
    assert english["text"].startswith("Hello,\n\n12.50 for Acme.\nSee http://")
    assert english["paragraphs"][0] == ["Hello,"]
    assert english["bytes"] == len(english["text"].encode())
    assert english["html_bytes"] > english["bytes"]
    assert polish["text"] == "Dzień dobry Ada"
    assert slovak["subject"] == "Objednávka Acme"
    # What the form computes and gives by default is there.
    body = "{{ doubled }} {{ currency }}"
    value = changed(value_of(site, "message", "told"), "body.en", body)
    first = shown(site.app.kind_previews.message(ada, value, ONE))["languages"][0]
    assert first["text"] == "25.00 EUR"
    # Role of nobody here, the sample's requester; an address that the sample does not tell.
    assert (found["people"], found["addresses"], found["lost"]) == (["Ada"], [], [])


@pytest.mark.parametrize(
    ("path", "new", "told"),
    [
        ("subject.en", f"{SCRIPT}{{{{ customer }}}}", f"{SCRIPT}Acme"),
        ("subject.en", "{{ customer", "why"),
        ("subject.en", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "why"),
        ("subject.en", "two\nlines", "two lines"),
    ],
)
def test_templates_of_any_kind_are_filled_or_said_to_be_wrong(
    site: Site, ada: Actor, path: str, new: str, told: str
) -> None:
    value = changed(value_of(site, "message", "told"), path, new)
    first = shown(site.app.kind_previews.message(ada, value, ONE))["languages"][0]
    assert ("why" in first) if told == "why" else first["subject"] == told


def test_a_template_without_end_stops_itself_alone(site: Site, ada: Actor) -> None:
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    value = changed(value_of(site, "message", "told"), "body.en", loop)
    english, polish, _ = shown(site.app.kind_previews.message(ada, value, ONE))["languages"]
    assert "too long" in english["why"]
    assert polish["text"] == "Dzień dobry Ada"
    value = changed(value_of(site, "message", "told"), "body.en", "{{ 'a' * 9000000000 }}")
    assert "why" in shown(site.app.kind_previews.message(ada, value, ONE))["languages"][0]


def test_templates_without_end_are_not_waited_for_in_every_language(site: Site, ada: Actor) -> None:
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    body = dict.fromkeys(["en", "pl", "sk", "de", "fr", "it", "cs", "hu"], loop)
    value = changed(value_of(site, "message", "told"), "body", body)
    found = shown(site.app.kind_previews.message(ada, value, ONE))["languages"]
    assert len(found) == 8
    # Only two of them were begun.
    assert ["too long" in each["why"] for each in found] == [True] * 2 + [False] * 6


def test_receivers_are_the_real_ones_and_nobody_is_told(site: Site, ada: Actor) -> None:
    before = _written(site)
    value = changed(value_of(site, "message", "told"), "to", ["administrator", {"users": "1 +"}])
    found = shown(site.app.kind_previews.message(ada, value, ONE))
    assert found["people"] == ["Ada"]
    assert len(found["lost"]) == 1
    value = changed(value, "to", ["{{ customer }}@example.com"])
    found = shown(site.app.kind_previews.message(ada, value, ONE))
    assert found["addresses"] == ["Acme@example.com"]
    assert _written(site) == before


# ── calendars ────────────────────────────────────────────────────────────────────────────────

NOVEMBER = {"month": "2026-11", "moment": "", "duration": ""}


def test_a_month_shows_hours_days_off_and_their_names(site: Site, ada: Actor) -> None:
    value = value_of(site, "calendar", "week")
    found = shown(site.app.kind_previews.calendar(ada, value, NOVEMBER))
    days = {each["date"]: each for each in found["days"]}
    assert (found["title"], found["lead"], len(days)) == ("November 2026", 6, 30)
    assert days["2026-11-09"]["hours"] == ["08:00–16:00"]
    assert days["2026-11-11"]["kind"] == "holiday"
    assert days["2026-11-11"]["holiday"]
    assert (days["2026-11-12"]["kind"], days["2026-11-12"]["hours"]) == ("closed", [])
    assert (days["2026-11-13"]["kind"], days["2026-11-13"]["hours"]) == (
        "special",
        ["08:00–12:00"],
    )
    assert days["2026-11-14"]["kind"] == "free"
    assert (found["open"], found["hours"]) == (19, "148:00")
    assert (found["before"], found["after"]) == ("2026-10", "2026-12")


def test_holidays_are_told_in_the_viewer_s_language(site: Site, ada: Actor) -> None:
    value = value_of(site, "calendar", "week")
    polish = shown(site.app.kind_previews.calendar(replace(ada, language="pl"), value, NOVEMBER))
    names = [each["holiday"] for each in polish["days"] if each["holiday"]]
    assert "Narodowe Święto Niepodległości" in names
    assert polish["title"] == "listopad 2026"


@pytest.mark.parametrize(
    ("moment", "duration", "due"),
    [
        # As `orderloom calendar due` counts: over a weekend, over two days off.
        ("2026-11-06T15:00", "2 working hours", "2026-11-09T09:00:00+01:00"),
        ("2026-11-10T15:00", "2 working hours", "2026-11-13T09:00:00+01:00"),
        ("2026-11-10T15:00", "P1D", "2026-11-11T15:00:00+01:00"),
        ("2026-11-10T14:00Z", "1 working days", "2026-11-13T12:00:00+01:00"),
    ],
)
def test_when_something_is_due(
    site: Site, ada: Actor, moment: str, duration: str, due: str
) -> None:
    value = value_of(site, "calendar", "week")
    given = {**NOVEMBER, "moment": moment, "duration": duration}
    assert shown(site.app.kind_previews.calendar(ada, value, given))["instant"] == due


@pytest.mark.parametrize(
    "given",
    [
        {"moment": "tomorrow", "duration": "8 working hours"},
        {"moment": "2026-11-10T15:00", "duration": "8 hours of work"},
        {"moment": "2026-11-10T15:00", "duration": SCRIPT},
        {"moment": "2026-11-10T15:00", "duration": "99999999 working hours"},
        {"moment": "9999-12-31T23:00", "duration": "P9999Y"},
    ],
)
def test_what_is_no_time_is_said(site: Site, ada: Actor, given: dict[str, str]) -> None:
    value = value_of(site, "calendar", "week")
    found = shown(site.app.kind_previews.calendar(ada, value, given))
    assert found["why"]
    assert found["due"] == ""


@pytest.mark.parametrize(
    "month", ["", "2026", "2026-13", "2026-00", "99999-01", "x-y", "-", "\u0662-\u0661"]
)
def test_a_month_that_is_none_is_this_one(site: Site, ada: Actor, month: str) -> None:
    value = value_of(site, "calendar", "week")
    found = shown(site.app.kind_previews.calendar(ada, value, {"month": month}))
    assert found["month"] == "2026-03"


@pytest.mark.parametrize(
    ("path", "new"),
    [
        ("hours", None),
        ("hours", {"mon": ["16:00-08:00"]}),
        ("hours", {"mon": ["08:00-12:00", "11:00-13:00"]}),
        ("zone", "Europe/Nowhere"),
        ("holidays", "QQ"),
        ("special", {"2026-02-30": []}),
        ("closed", ["never"]),
        ("title", None),
    ],
)
def test_a_calendar_that_cannot_count_says_why(site: Site, ada: Actor, path: str, new: Any) -> None:
    value = changed(value_of(site, "calendar", "week"), path, new)
    assert shown(site.app.kind_previews.calendar(ada, value, NOVEMBER))["broken"]


# ── all of them ──────────────────────────────────────────────────────────────────────────────

KINDS = {
    "message": "told",
    "calendar": "week",
    "collection": "goods",
    "connector": "books",
    "ruleset": "flags",
}
HOSTILE: list[Any] = [None, 7, [], [None], {"": None}, {SCRIPT: [SCRIPT]}, SCRIPT, True]


def _tried(site: Site, actor: Actor, kind: str, value: Any) -> dict[str, Any] | Rejection:
    previews = site.app.kind_previews
    match kind:
        case "message":
            return previews.message(actor, value, Sample())
        case "calendar":
            return previews.calendar(actor, value, {})
        case "collection":
            return previews.collection(actor, value)
        case "connector":
            return previews.connector(actor, value, {}, Sample())
    return previews.ruleset(actor, value, {"tests": True}, Sample())


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_stands_there_nothing_is_thrown(site: Site, ada: Actor, kind: str) -> None:
    value = value_of(site, kind, KINDS[kind])
    for key in [each for each in value if each not in ("kind", "id")]:
        for hostile in HOSTILE:
            found = _tried(site, ada, kind, {**value, key: hostile})
            assert isinstance(found, dict), (key, hostile)


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_permission_there_is_none(site: Site, kind: str) -> None:
    value = value_of(site, kind, KINDS[kind])
    refused = _tried(site, site.actors["mallory"], kind, value)
    assert isinstance(refused, Rejection)
    assert refused.code == "permission.missing"
    samples = site.app.kind_previews.samples(site.actors["mallory"], kind, KINDS[kind])
    assert isinstance(samples, Rejection)


def test_scenarios_are_offered_by_their_titles(site: Site, ada: Actor) -> None:
    found = site.app.kind_previews.samples(ada, "message", "told")
    assert found == [{"name": "one", "title": "One sale"}]
