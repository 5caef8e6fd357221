"""Collections, connectors and rulesets being changed, tried on records, calls and facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from parts.kinds_site import ONE, SCRIPT, changed, open_kinds, shown, value_of
from parts.site import Site

from orderloom.platform.app.kind_preview_samples import Sample
from orderloom.platform.codec import loads
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_kinds(tmp_path_factory.mktemp("kinds")) as opened:
        yield opened


@pytest.fixture
def ada(site: Site) -> Actor:
    return site.actors["ada"]


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


def test_what_a_message_becomes(site: Site, ada: Actor) -> None:
    value = value_of(site, "connector", "books")
    paid = {"type": "paid", "id": 7, "ref": "S-1"}
    given = {"message": paid, "headers": {"X-Payer": SCRIPT}}
    ordered, event = shown(site.app.kind_previews.connector(ada, value, given, ONE))["inbound"]
    assert (ordered["id"], ordered["wanted"]) == ("ordered", False)
    assert (event["event"], event["process"], event["key"], event["values"]) == (
        "paid",
        "sale",
        "number",
        ["S-1"],
    )
    assert loads(event["data"]) == {"by": SCRIPT}
    given = {"message": {"type": "new", "id": 8, "who": "Acme"}}
    ordered, event = shown(site.app.kind_previews.connector(ada, value, given, ONE))["inbound"]
    assert (loads(ordered["data"]), event["wanted"]) == ({"customer": "Acme"}, False)


@pytest.mark.parametrize(
    ("path", "new", "message"),
    [
        ("inbound.paid.when", "body.type + 1", {"type": "paid"}),
        ("inbound.paid.when", "null", {}),
        ("inbound.paid.when", "(", {}),
        ("inbound.paid.once", "body.none", {"type": "paid"}),
        ("inbound.paid.event.value", "[]", {"type": "paid", "id": 1}),
    ],
)
def test_a_message_that_cannot_be_read_says_why(
    site: Site, ada: Actor, path: str, new: str, message: dict[str, Any]
) -> None:
    value = changed(value_of(site, "connector", "books"), path, new)
    found = shown(site.app.kind_previews.connector(ada, value, {"message": message}, ONE))
    assert any(each.get("why") for each in found["inbound"])


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
