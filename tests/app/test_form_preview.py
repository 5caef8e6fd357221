"""A form that nobody has kept, as people would see it: rights, samples, what is wrong, what is
hostile; and what stands around it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from parts.site import Site, open_site
from parts.small_bundle import write_small_bundle

from orderloom.forms import FormView
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.form_preview import FormPreview, Sample, previewed
from orderloom.platform.app.form_preview_around import around, uses
from orderloom.platform.definitions import Bundle
from orderloom.platform.words import Words

FORM: dict[str, Any] = {
    "kind": "form",
    "id": "request",
    "title": "Request",
    "schema": {
        "type": "object",
        "required": ["what", "price"],
        "properties": {
            "what": {"type": "string", "minLength": 3},
            "price": {"type": "number", "minimum": 0},
            "day": {"type": "string", "format": "date"},
            "rows": {"type": "array", "items": {"type": "object", "properties": {"a": {}}}},
            "twice": {"type": "number"},
            "stamp": {"type": "string", "readOnly": True},
        },
    },
    "compute": {"twice": "price * 2"},
    "edit": [
        {"fields": ["what", "rows"], "in": ["draft"], "by": ["sales"]},
        {"fields": ["price"], "in": ["paying"], "by": [{"role": "finance"}]},
    ],
    "labels": {"what": {"en": "What", "pl": "Co", "sk": "Čo"}},
    "layout": [{"section": "All", "fields": ["what", "price", "day", "twice", "stamp", "rows"]}],
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site")) as opened:
        yield opened


def shown(site: Site, form: Mapping[str, Any] = FORM, **sample: Any) -> FormPreview:
    ada = site.actors["ada"]
    given = Sample(**{"language": "en", **sample})
    return previewed(form, given, desk=site.app.views.desk, actor=ada, prefix="preview.", keys={})


def fields(preview: FormPreview) -> dict[str, Any]:
    assert isinstance(preview.view, FormView), preview.why
    return {one.path: one for each in preview.view.sections for one in each.fields}


RIGHTS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "everybody in a draft": ({}, {"what", "rows"}),
    "everybody in a stage": ({"stages": frozenset({"paying"})}, {"price"}),
    "one role in a draft": ({"roles": frozenset({"finance"})}, set()),
    "one role in its stage": (
        {"roles": frozenset({"finance"}), "stages": frozenset({"paying", "money"})},
        {"price"},
    ),
}


@pytest.mark.parametrize("name", list(RIGHTS))
def test_who_sees_it_where(site: Site, name: str) -> None:
    sample, editable = RIGHTS[name]
    found = fields(shown(site, **sample))
    assert {path for path, one in found.items() if not one.readonly} == editable
    assert all(one.name == f"preview.{one.path}" for one in found.values())


def test_samples_stay_and_are_judged(site: Site) -> None:
    typed = [("what", "ab"), ("price", "1,234.50"), ("day", "31/12/2026")]
    first = shown(site, typed=typed)
    assert first.data == {
        "what": "ab",
        "price": Decimal("1234.50"),
        "day": "2026-12-31",
    }
    found = fields(first)
    assert found["what"].problem
    assert not found["price"].problem
    assert found["twice"].text == "2,469.00"
    # What is not there yet is told when one asks for it; the samples are those of before.
    again = shown(site, data={"day": "2026-12-31"}, every=True)
    assert {path for path, one in fields(again).items() if one.problem} == {"what", "price"}
    assert fields(shown(site, data={"day": "2026-12-31"}))["what"].problem == ""
    assert fields(shown(site, data=first.data, language="pl"))["day"].text == "31.12.2026"
    assert fields(shown(site, language="sk"))["what"].label == "Čo"


def test_what_cannot_be_read_is_told_and_stays(site: Site) -> None:
    preview = shown(site, typed=[("price", "a lot")])
    assert fields(preview)["price"].text == "a lot"
    assert fields(preview)["price"].problem
    again = shown(site, data=preview.data)
    assert fields(again)["price"].problem


STRANGE = [
    ("gone", "1"),
    ("what.inner", "1"),
    ("twice", "5"),
    ("stamp", "x"),
    ("rows.0.gone", "1"),
    ("", "1"),
    ("0", "1"),
]


@pytest.mark.parametrize("pair", STRANGE)
def test_fields_that_it_has_not_any_more_are_passed_over(site: Site, pair: tuple[str, str]) -> None:
    preview = shown(site, typed=[pair, ("what", "Pump")])
    assert preview.data["what"] == "Pump"
    assert "gone" not in json.dumps(preview.data, default=str)
    assert "stamp" not in preview.data


def test_rows_come_and_go(site: Site) -> None:
    one = shown(site, typed=[("_add", "rows"), ("rows._rows", "")])
    assert len(fields(one)["rows"].rows) == 1
    typed = [("_remove", "rows.0"), ("rows._rows", ""), ("rows.0._row", "0")]
    assert not fields(shown(site, data=one.data, typed=typed))["rows"].rows


def test_an_example_is_filled_in(site: Site) -> None:
    found = fields(shown(site, filled=True, every=True))
    assert found["what"].text == "Example"
    assert [path for path, one in found.items() if one.problem] == []


def test_an_example_leaves_out_texts_that_fit_no_pattern(site: Site) -> None:
    code = {"type": "string", "pattern": "^[A-Z]{2}$"}
    row = {"type": "object", "properties": {"code": code, "name": {"type": "string"}}}
    schema = {
        "type": "object",
        "properties": {"code": code, "rows": {"type": "array", "items": row}},
    }
    form = {"kind": "form", "id": "f", "title": "F", "schema": schema}
    preview = shown(site, form, filled=True)
    assert preview.data == {"rows": [{"name": "Example"}]}
    assert [path for path, one in fields(preview).items() if one.problem] == []


HOSTILE: dict[str, Mapping[str, Any]] = {
    "no schema": {**FORM, "schema": None},
    "a schema that is text": {**FORM, "schema": "x"},
    "nothing at all": {},
    "parts of wrong types": {**FORM, "labels": 3, "edit": "x", "compute": [1], "personal": {}},
    "a layout of nonsense": {**FORM, "layout": [None, 5, {"fields": 3}, {"tabs": [{}]}, "what"]},
    "a field that is not there": {**FORM, "layout": ["nowhere"]},
    "schemas that name themselves": {
        **FORM,
        "schema": {
            "type": "object",
            "properties": {"a": {"$ref": "#/$defs/a"}, "b": {"$ref": "#"}},
            "$defs": {"a": {"$ref": "#/$defs/a"}},
        },
        "layout": [],
        "compute": {},
    },
    "more than anybody looks at": {
        **FORM,
        "schema": {
            "type": "object",
            "properties": {
                "a": {"type": "string", "minLength": 10**9},
                "b": {"type": "array", "minItems": 10**9, "items": {"type": "string"}},
            },
        },
        "layout": [],
        "compute": {},
    },
    "an expression that ends nowhere": {**FORM, "compute": {"twice": "((("}},
    "a pattern that is none": {
        **FORM,
        "schema": {"type": "object", "properties": {"a": {"type": "string", "pattern": "(("}}},
        "layout": [],
        "compute": {},
    },
}


@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_forms_are_shown_or_say_why(site: Site, name: str, filled: bool) -> None:
    preview = shown(site, HOSTILE[name], filled=filled, typed=[("what", "x")])
    assert preview.view is not None or preview.why
    assert len(json.dumps(preview.data, default=str)) < 20_000


def test_only_what_is_wrong_is_left_out(site: Site) -> None:
    form = {**FORM, "title": None, "labels": 3, "layout": [*FORM["layout"], {"fields": 3}]}
    assert set(fields(shown(site, form))) == set(fields(shown(site)))


def test_records_are_searched_for_those_who_may_read_them(site: Site) -> None:
    asked: list[str] = []

    def search(organisation: int, collection: str, text: str, most: int) -> list[Any]:
        asked.append(collection)
        return [("K1", {"name": "Keeper"})]

    desk = replace(site.app.views.desk, search=search)
    schema = {"type": "object", "properties": {"who": {"type": "string", "x-collection": "c"}}}
    form = {"kind": "form", "id": "f", "title": "F", "schema": schema}
    for login, options in (("ada", ["K1"]), ("erin", [])):
        actor = site.actors[login]
        preview = previewed(form, Sample(language="en"), desk=desk, actor=actor, prefix="", keys={})
        assert [one.value for one in fields(preview)["who"].options] == options
    assert asked == ["c"]


# ── around it ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return open_bundle(write_small_bundle(tmp_path_factory.mktemp("small")))


def test_roles_stages_and_languages_of_the_bundle(small: Bundle) -> None:
    found = around(small, "request", Words("pl"))
    assert found.languages == ("en", "pl", "sk")
    assert [(each.id, each.title) for each in found.roles][:2] == [
        ("sales", "Sales"),
        ("manager", "Managers"),
    ]
    assert {"deciding", "approval", "paying"} <= {each.id for each in found.stages}
    assert around(small, "another", Words("pl")).stages == ()


def test_stages_know_those_around_them(site: Site) -> None:
    bundle = site.app.drafting.bundle(site.actors["ada"], "web-tests")
    assert isinstance(bundle, Bundle)
    stages = around(bundle, "pump-order", Words("en")).stages
    assert {each.id: each.around for each in stages}["picking"] == ("delivery", "goods")


USES = {
    "total": {("process", "columns.1"), ("decision", "inputs.0.name"), ("approval", "material.0")},
    "invoice": {("process", "stages.paying.do.0.fields.0")},
    "nowhere": set(),
    "tot": set(),
}


@pytest.mark.parametrize("field", list(USES))
def test_where_a_field_is_named_besides(small: Bundle, field: str) -> None:
    found = uses(small, "request", field, Words("en"))
    places = {(each.kind, each.path) for each in found}
    assert USES[field] <= places
    assert bool(found) == bool(USES[field])
    assert not [each for each in found if each.kind == "form"]
