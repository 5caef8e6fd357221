"""What fields ask the server: names that are known, help with expressions; for whom."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from parts.site import Site

from orderloom.platform.app.drafting import DraftView
from orderloom.platform.app.reading import Seen

PATH = ["steps", 0, "if"]


class Asking:
    """Somebody who writes the approval of the page tests."""

    def __init__(self, site: Site, login: str, language: str = "en") -> None:
        actor = site.actors[login]
        site.app.accounts.set_language(actor, language)
        session: Any = site.app.accounts.sign_in(login, site.password, "127.0.0.1")
        cookies = {"orderloom_session": session.token}
        self.csrf = session.csrf
        self.client = TestClient(site.web, cookies=cookies, follow_redirects=False)

    def ask(
        self,
        text: str,
        path: Any = None,
        kind: str = "approval",
        id_: str = "pump-approval",
        **more: Any,
    ) -> Any:
        value = more.pop("value", None) or VALUES[kind]
        fields = {
            "csrf": self.csrf,
            "value": value if isinstance(value, str) else json.dumps(value),
            "path": json.dumps(PATH if path is None else path),
            "text": text,
            **more,
        }
        return self.client.post(f"/definitions/{kind}/{id_}/expression", data=fields)


STEPS = [{"id": "a", "approvers": "sales", "if": "x"}]
VALUES: dict[str, Any] = {
    "approval": {"kind": "approval", "id": "pump-approval", "title": "A", "steps": STEPS}
}


@pytest.fixture
def asking(site: Site) -> Asking:
    return Asking(site, "ada")


WRONG: dict[str, tuple[str, list[tuple[str, int | None]], str]] = {
    "fine": ("total > 5", [], "boolean"),
    "a syntax error": ("total >", [("expression.syntax", 7)], "any"),
    "an unknown name": ("totl > 5", [("There is no 'totl' here.", 0)], "boolean"),
    "in the second line": (
        'currency = "PLN" and\n  nothing',
        [("There is no 'nothing'", 23)],
        "boolean",
    ),
    "a value that never comes": ('currency = "USD"', [("USD", 9)], "boolean"),
    "no condition": ("total + 1", [("true or false", None)], "number"),
    "a text that is compared": ('total > "a"', [("compared", 6)], "boolean"),
    "a list": ("lines.qty", [("true or false", None)], "list of number"),
    "nothing": ("", [("", 0)], "any"),
}


@pytest.mark.parametrize("name", list(WRONG))
def test_what_is_wrong_and_where(asking: Asking, name: str) -> None:
    text, problems, type_ = WRONG[name]
    found = asking.ask(text).json()
    assert [each["at"] for each in found["problems"]] == [at for _, at in problems] or not text
    for each, (said, _) in zip(found["problems"], problems, strict=False):
        assert said in each["message"] or said.startswith("expression.")
    assert found["type"] == type_
    assert found["names"]["currency"] == {"type": "string", "values": ["PLN", "EUR"]}
    assert found["names"]["lines"]["fields"]["qty"] == {"type": "number"}
    assert found["open"] is False


def test_problems_are_said_in_the_person_s_language(site: Site) -> None:
    assert "Nie ma tu" in Asking(site, "ada", "pl").ask("totl > 5").json()["problems"][0]["message"]


# Every place has the names that the checks of bundles give it.
PLACES: dict[str, tuple[str, Any, list[Any], str, str, bool]] = {
    "a loop's variable": (
        "approval",
        {**VALUES["approval"], "for_each": "line in lines", "key": "line_no"},
        PATH,
        "line.qty > 1",
        "boolean",
        True,
    ),
    "a list of a loop": (
        "approval",
        {**VALUES["approval"], "for_each": "line in lines", "key": "line_no"},
        ["for_each"],
        "line in lines",
        "list of context",
        True,
    ),
    "a row of a computed list": (
        "form",
        {"kind": "form", "id": "pump-order", "title": "F", "compute": {"lines.total": "1"}},
        ["compute", "lines.total"],
        "1 + 1",
        "number",
        True,
    ),
    "a cell": (
        "decision",
        {
            "kind": "decision",
            "id": "pump-checks",
            "title": "D",
            "inputs": [{"name": "n", "type": "number", "value": "total"}],
            "outputs": [{"name": "o"}],
            "rules": [{"when": {"n": "-"}, "then": {"o": "1"}}],
        },
        ["rules", 0, "when", "n"],
        "> 5",
        "boolean",
        True,
    ),
    "a wrong cell": (
        "decision",
        {
            "kind": "decision",
            "id": "pump-checks",
            "title": "D",
            "inputs": [{"name": "n", "type": "number", "value": "total"}],
            "outputs": [{"name": "o"}],
            "rules": [{"when": ["-"], "then": ["1"]}],
        },
        ["rules", 0, "when", 0],
        '"a"',
        "boolean",
        False,
    ),
    "a place that is not there yet": (
        "process",
        {
            "kind": "process",
            "id": "pump-order",
            "title": "P",
            "form": "pump-order",
            "stages": {"a": None},
        },
        ["on", "cancel", "if"],
        'active("a") and total > 1',
        "boolean",
        True,
    ),
    "a stage that is not there": (
        "process",
        {
            "kind": "process",
            "id": "pump-order",
            "title": "P",
            "form": "pump-order",
            "stages": {"a": None},
        },
        ["on", "cancel", "if"],
        'active("b")',
        "boolean",
        False,
    ),
    "a nonsense place": (
        "approval",
        VALUES["approval"],
        ["steps", "x", 7],
        "any_name + 1",
        "any",
        True,
    ),
    "a wrong shape": ("approval", {"steps": 5}, PATH, "anything", "any", True),
}


@pytest.mark.parametrize("name", list(PLACES))
def test_a_place_has_its_own_names(asking: Asking, name: str) -> None:
    kind, value, path, text, type_, fine = PLACES[name]
    found = asking.ask(text, path, kind, value.get("id", "pump-approval"), value=value)
    assert found.status_code == 200, found.text
    assert (found.json()["problems"] == []) is fine, found.json()["problems"]
    assert found.json()["type"] == type_


SAMPLES: dict[str, tuple[str, dict[str, Any], Any, str]] = {
    "computed": ("total", {"lines": [{"item": "a", "qty": 2, "price": 3}]}, 6, ""),
    "exact": ("0.1 + 0.2", {}, 0.3, ""),
    "nothing said": ("customer", {}, None, "customer"),
    "an error": ("1 / 0", {}, None, "division by zero"),
    "too long": ("count(for a in 1..9999, b in 1..9999 return 1)", {}, None, "too many steps"),
    "unreadable": ("1 +", {}, None, "cannot be read"),
    "an event": ("event.by", {"event": {"by": "x"}}, "x", ""),
}


@pytest.mark.parametrize("name", list(SAMPLES))
def test_its_value_on_data(asking: Asking, name: str) -> None:
    text, data, value, why = SAMPLES[name]
    found = asking.ask(text, data=json.dumps(data)).json()["sample"]
    assert found["value"] == value
    assert why in found["why"]
    assert bool(found["why"]) is (value is None)


def number_of(site: Site, order: int) -> str:
    seen = site.app.views.desk.see_id(site.actors["alice"], order)
    assert isinstance(seen, Seen)
    return seen.number


def test_its_value_on_an_order_that_one_may_see(site: Site) -> None:
    reply = site.order(lines=[{"item": "a", "qty": 4, "price": 10}])
    number = number_of(site, reply.order)
    assert Asking(site, "ada").ask("total", order=number).json()["sample"]["value"] == 40
    # Who may write definitions and sees no order of others learns nothing of it.
    site.app.accounts.set_role("warehouse", title="W", permissions=["definition.read"])
    for asked in (number, "SO-0000-000000"):
        found = Asking(site, "dave").ask("total", order=asked)
        assert found.status_code == 404
        assert found.json()["code"] == "order.not_found"
        assert "sample" not in found.json()


def test_an_unknown_scenario_is_none(asking: Asking) -> None:
    found = asking.ask("total", scenario="nothing")
    assert (found.status_code, found.json()["code"]) == (422, "trying.no_scenario")


def test_for_whom(site: Site) -> None:
    for path in ("/definitions/approval/pump-approval/known",):
        assert Asking(site, "mallory").client.get(path).status_code == 403
    assert Asking(site, "mallory").ask("total").status_code == 403
    stranger = TestClient(site.web, follow_redirects=False)
    assert stranger.get("/definitions/approval/pump-approval/known").status_code == 303
    assert Asking(site, "ada").client.get("/definitions/approval/none/known").status_code == 404
    forged = Asking(site, "ada")
    forged.csrf = "x"
    assert forged.ask("total").status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [{"value": "{"}, {"value": "[]"}, {"path": "7"}, {"path": "["}, {"data": "[1]"}, {"data": "{"}],
)
def test_what_does_not_fit_is_refused(asking: Asking, wrong: dict[str, str]) -> None:
    assert (
        asking.ask("total", **{"path": PATH, **wrong} if "path" not in wrong else wrong).status_code
        == 422
    )


def test_a_long_expression_is_refused(asking: Asking) -> None:
    found = asking.ask("1" + " + 1" * 6_000)
    assert found.status_code == 422
    assert asking.ask("(" * 5_000).status_code == 200


def test_a_definition_that_is_nested_too_deep_still_answers(asking: Asking) -> None:
    deep: Any = "x"
    for _ in range(60):
        deep = {"a": deep}
    found = asking.ask("total", value={**VALUES["approval"], "x-deep": deep})
    assert found.status_code == 200
    assert found.json()["open"] is True


def test_what_is_known(site: Site, asking: Asking) -> None:
    found = asking.client.get("/definitions/process/pump-order/known").json()
    ids = {
        sort: [each["id"] for each in found[sort]] for sort in ("role", "stage", "event", "field")
    }
    assert {"sales", "finance", "requester", "link"} <= set(ids["role"])
    assert "correction" in ids["stage"] or ids["stage"]
    assert {"customer", "lines", "lines.qty", "total"} <= set(ids["field"])
    assert [each["id"] for each in found["definitions"]["form"]] == ["pump-order"]
    assert {"task", "reminder"} <= {each["id"] for each in found["definitions"]["message"]}
    named = {each["name"]: each for each in found["functions"]}
    assert named["string length"]["signature"].startswith("string length(")
    assert named["active"]["example"] == 'active("sent")'
    assert found["languages"][0] == "en"


def test_drafts_are_known_too(site: Site, asking: Asking) -> None:
    ada = site.actors["ada"]
    view = site.app.drafting.one(ada, "form", "pump-order")
    assert isinstance(view, DraftView)
    text = "kind: message\nid: brand-new\ntitle: {en: Brand <b>new</b>, pl: Nowa}\n"
    site.app.drafting.save(ada, "message", "brand-new", text, tag=None, bundle=view.bundle)
    found = asking.client.get("/definitions/approval/pump-approval/known").json()
    messages = {each["id"]: each["title"] for each in found["definitions"]["message"]}
    assert messages["brand-new"] == "Brand <b>new</b>"
