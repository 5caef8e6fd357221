"""Previews of definitions that are being changed: the real parts, good, bad and hostile values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from parts.kinds_bundle import write_kinds_bundle
from parts.site import Site, open_site
from sqlalchemy import text

from orderloom.platform.app.kind_preview_samples import Sample
from orderloom.platform.codec import load_yaml, loads
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection

SCRIPT = "</script><script>alert(1)</script>"
ONE = Sample(scenario="one")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("kinds")
    bundle = write_kinds_bundle(folder / "bundle")
    with open_site(folder / "home", bundle=bundle) as opened:
        opened.app.accounts.set_role("administrator", title="All", permissions=ALL)
        opened.actors["ada"] = _actor(opened, "ada")
        yield opened


ALL = ["definition.read", "definition.write", "collections.read", "collections.edit"]


def _actor(site: Site, login: str) -> Actor:
    found = site.app.accounts.by_login(login)
    assert found is not None
    return found


@pytest.fixture
def ada(site: Site) -> Actor:
    return site.actors["ada"]


def value_of(site: Site, kind: str, id_: str) -> dict[str, Any]:
    view = site.app.drafting.one(site.actors["ada"], kind, id_)
    assert not isinstance(view, Rejection), view
    value: dict[str, Any] = load_yaml(view.text).value
    return deepcopy(value)


def shown(found: dict[str, Any] | Rejection) -> dict[str, Any]:
    assert not isinstance(found, Rejection), found
    return found


def changed(value: Mapping[str, Any], path: str, new: Any) -> dict[str, Any]:
    """The value with another one at a dotted path."""
    made: dict[str, Any] = deepcopy(dict(value))
    *way, last = path.split(".")
    inner: Any = made
    for key in way:
        inner = inner[int(key)] if key.isdigit() else inner[key]
    inner[last] = new
    return made


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


# ── collections ──────────────────────────────────────────────────────────────────────────────


def test_a_collection_shows_columns_and_an_example_until_it_has_records(
    site: Site, ada: Actor
) -> None:
    value = value_of(site, "collection", "goods")
    found = shown(site.app.kind_previews.collection(ada, value))
    assert [(each["path"], each["key"], each["balance"]) for each in found["columns"]] == [
        ("sku", True, False),
        ("name", False, False),
        ("price", False, True),
    ]
    assert (found["example"], found["looked"], len(found["rows"])) == (True, 0, 1)


def test_records_that_would_not_fit_any_more_are_told(site: Site, ada: Actor) -> None:
    for sku, name in (("A1", SCRIPT), ("A2", "Pump"), ("A3", "Pump")):
        done = site.app.collections.put(
            ada, "goods", sku, {"sku": sku, "name": name}, expected=0, channel="web"
        )
        assert not isinstance(done, Rejection), done
    value = value_of(site, "collection", "goods")
    found = shown(site.app.kind_previews.collection(ada, value))
    assert (found["example"], found["looked"], found["problems"]) == (False, 3, [])
    assert found["rows"][0][:2] == ["A1", SCRIPT]
    wanted = changed(value, "schema.required", ["sku", "name", "price"])
    told = shown(site.app.kind_previews.collection(ada, wanted))["problems"]
    assert [each["path"] for each in told] == ["price"] * 3
    by_name = changed(value, "key", "name")
    told = shown(site.app.kind_previews.collection(ada, by_name))["problems"]
    assert [each["key"] for each in told] == ["Pump"]


def test_who_may_not_read_records_sees_none(site: Site, ada: Actor) -> None:
    reader = replace(ada, permissions=frozenset({"definition.read"}))
    value = value_of(site, "collection", "goods")
    found = shown(site.app.kind_previews.collection(reader, value))
    assert (found["hidden"], found["example"], found["looked"], found["alike"]) == (
        True,
        True,
        0,
        None,
    )
    assert SCRIPT not in str(found)


@pytest.mark.parametrize(
    ("path", "new"),
    [
        ("schema", {"type": "object", "properties": {"a": {"$ref": "#/$defs/none"}}}),
        ("schema", []),
        ("schema", {"type": "object", "properties": {"sku": {"pattern": "(?=x)"}}}),
        ("key", 7),
        ("balances", {"price": 1}),
    ],
)
def test_a_collection_that_is_none_says_why(site: Site, ada: Actor, path: str, new: Any) -> None:
    value = changed(value_of(site, "collection", "goods"), path, new)
    found = shown(site.app.kind_previews.collection(ada, value))
    assert found.get("broken") or found.get("why")


def test_a_key_that_the_schema_lacks_is_a_column_that_is_not_known(site: Site, ada: Actor) -> None:
    value = changed(value_of(site, "collection", "goods"), "key", "code")
    first = shown(site.app.kind_previews.collection(ada, value))["columns"][0]
    assert (first["path"], first["known"]) == ("code", False)


# ── connectors ───────────────────────────────────────────────────────────────────────────────


def test_a_call_of_the_sample_is_shown_as_it_would_be_sent(site: Site, ada: Actor) -> None:
    value = value_of(site, "connector", "books")
    given = {"operation": "invoice", "status": 200, "body": '{"no": "F-1"}'}
    found = shown(site.app.kind_previews.connector(ada, value, given, ONE))
    assert found["operations"] == ["invoice", "rates"]
    assert found["calls"] == [{"process": "sale"}]
    assert loads(found["args"]) == {"ref": "1", "sum": loads("12.50")}
    request = found["request"]
    assert (request["method"], request["url"]) == (
        "POST",
        "http://127.0.0.1:9/api/invoices/1",
    )
    assert loads(request["body"]) == {"ref": "1", "amount": loads("12.50")}
    headers = dict(request["headers"])
    assert (headers["Authorization"], headers["X-Shop"]) == ("••• (books)", "main")
    assert loads(found["answer"]["result"]) == {"number": "F-1"}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, "{}", "result"),
        (200, "<html>", "invalid"),
        (409, '{"detail": "no"}', "declined"),
        (503, "", "unreachable"),
        (404, "", "invalid"),
        (0, "", "invalid"),
        (200, '{"a": ' * 3000, "invalid"),
    ],
)
def test_what_answers_mean(site: Site, ada: Actor, status: int, body: str, kind: str) -> None:
    value = value_of(site, "connector", "books")
    given = {"operation": "invoice", "args": {"ref": "1"}, "status": status, "body": body}
    found = shown(site.app.kind_previews.connector(ada, value, given, Sample()))
    assert found["answer"]["kind"] == kind


@pytest.mark.parametrize(
    ("path", "new", "args"),
    [
        ("operations.invoice.request", "1 +", {"ref": "1"}),
        ("operations.invoice.request", "nothing.here.at.all(", {"ref": "1"}),
        ("operations.invoice.path", "/a/{missing}", {"ref": "1"}),
        ("operations.invoice.path", "/a/{ref}", {"ref": ".."}),
    ],
)
def test_what_could_not_be_sent_says_why(
    site: Site, ada: Actor, path: str, new: str, args: dict[str, Any]
) -> None:
    value = changed(value_of(site, "connector", "books"), path, new)
    given = {"operation": "invoice", "args": args}
    found = shown(site.app.kind_previews.connector(ada, value, given, Sample()))
    assert "url" not in found["request"]
    assert found["request"]["why"]


def test_a_secret_of_the_environment_is_never_read(
    site: Site, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERLOOM_SECRET_BOOKS", "swordfish")
    value = value_of(site, "connector", "books")
    value["headers"]["X-Other"] = "secret:books"
    found = shown(site.app.kind_previews.connector(ada, value, {"args": {"ref": 1}}, Sample()))
    assert "swordfish" not in str(found)


def test_an_order_that_one_may_not_see_is_no_sample(site: Site, ada: Actor) -> None:
    value = value_of(site, "connector", "books")
    found = site.app.kind_previews.connector(ada, value, {}, Sample(order="S-999"))
    assert isinstance(found, Rejection)
    assert found.code == "order.not_found"
    found = site.app.kind_previews.connector(ada, value, {}, Sample(scenario="none"))
    assert isinstance(found, Rejection)
    assert found.code == "trying.no_scenario"


# ── rulesets ─────────────────────────────────────────────────────────────────────────────────


def test_rules_fire_in_their_order_on_the_sample_s_facts(site: Site, ada: Actor) -> None:
    value = value_of(site, "ruleset", "flags")
    found = shown(site.app.kind_previews.ruleset(ada, value, {"tests": True}, ONE))
    assert [(each["id"], each["fired"]) for each in found["rules"]] == [("hazmat", 1), ("hold", 1)]
    assert [(each["rule"], each["values"]["code"]) for each in found["steps"]] == [
        ("hazmat", "HAZMAT"),
        ("hold", "HOLD"),
    ]
    assert found["steps"][0]["title"] == "Hazardous goods"
    assert found["steps"][0]["because"] == [
        {"fact": "line", "place": 1, "values": {"sku": "A1", "hazard": True}}
    ]
    assert [each["problem"] for each in found["tests"]] == ["", ""]


def test_tests_that_fail_say_so(site: Site, ada: Actor) -> None:
    value = changed(value_of(site, "ruleset", "flags"), "tests.0.expect", {"flag": []})
    found = shown(site.app.kind_previews.ruleset(ada, value, {"tests": True}, Sample()))
    assert found["tests"][0]["problem"]
    assert found["tests"][1]["problem"] == ""


def test_a_watch_notices_events(site: Site, ada: Actor) -> None:
    value = value_of(site, "ruleset", "late")
    found = shown(site.app.kind_previews.ruleset(ada, value, {"tests": True}, Sample()))
    assert [(each["rule"], each["key"]) for each in found["hits"]] == [("twice", "S-1")]
    assert found["hits"][0]["sends"] == [{"event": "seen", "data": {"n": 1}}]
    assert found["tests"][0]["problem"] == ""
    none = shown(site.app.kind_previews.ruleset(ada, value, {"events": []}, Sample()))
    assert none["hits"] == []


@pytest.mark.parametrize(
    "facts",
    [
        {"line": "A"},
        {"line": [1]},
        {"line": [{"sku": {"a": 1}}]},
        {"nothing": [{}]},
        {"line": [{"sku": "A"}] * 500},
        {"line": [{"sku": SCRIPT, "hazard": "yes"}]},
    ],
)
def test_facts_that_are_none_are_said_and_never_thrown(
    site: Site, ada: Actor, facts: dict[str, Any]
) -> None:
    value = value_of(site, "ruleset", "flags")
    found = shown(site.app.kind_previews.ruleset(ada, value, {"facts": facts}, Sample()))
    assert found.get("why")


def test_a_ruleset_without_end_is_stopped(site: Site, ada: Actor) -> None:
    value = value_of(site, "ruleset", "flags")
    value["facts"]["n"] = {"type": {"at": "number"}}
    value["rules"] = [
        {
            "id": "first",
            "all": [{"l": "line"}],
            "then": [{"assert": "n", "with": {"at": "1"}}],
        },
        {"id": "on", "all": [{"m": "n"}], "then": [{"assert": "n", "with": {"at": "m.at + 1"}}]},
    ]
    found = shown(site.app.kind_previews.ruleset(ada, value, {}, ONE))
    assert found["why"]


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
