"""Defaults, computed fields, validation, drafts, editing rights: tables of data."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from parts.order_form import DOCUMENT, sample

from orderloom.forms import FormError, compile_form
from orderloom.forms.schema import is_multiple
from orderloom.rules import FeelError

GOOD: dict[str, Any] = {
    "customer": {"name": "ACME"},
    "currency": "PLN",
    "lines": [{"sku": "A", "qty": 2, "price": Decimal("10.25")}],
}


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({}, None, None),
        ({"customer": None}, "customer", "required"),
        ({"customer": {}}, "customer.name", "required"),
        ({"customer": {"name": ""}}, "customer.name", "required"),
        ({"customer": {"name": 7}}, "customer.name", "type_string"),
        ({"customer": {"name": "A", "email": "a@b c"}}, "customer.email", "format_email"),
        ({"customer": {"name": "A", "email": "zażółć@example.com"}}, None, None),
        ({"currency": "USD"}, "currency", "enum"),
        ({"wanted": "2026-02-30"}, "wanted", "format_date"),
        ({"wanted": "2026-02-28"}, None, None),
        ({"phone": "abc"}, "phone", "pattern"),
        ({"courier": "yes"}, "courier", "type_boolean"),
        ({"courier": True}, "phone", "required"),
        ({"courier": True, "phone": "+48 1"}, None, None),
        ({"priority": 0}, "priority", "minimum"),
        ({"priority": 10}, "priority", "maximum"),
        ({"priority": Decimal("1.5")}, "priority", "type_integer"),
        ({"priority": Decimal("2.0")}, None, None),
        ({"priority": True}, "priority", "type_integer"),
        ({"weight": Decimal("1.5")}, "weight", "multiple_of"),
        ({"weight": 10**40}, None, None),
        ({"weight": Decimal(f"1{'0' * 40}.000000001")}, "weight", "multiple_of"),
        ({"notes": "x" * 2001}, "notes", "max_length"),
        ({"tags": ["a", "a"]}, "tags", "unique_items"),
        ({"lines": []}, "lines", "min_items"),
        ({"lines": [{"sku": "A", "qty": 0, "price": 1}]}, "lines.0.qty", "above"),
        ({"lines": [{"sku": "A", "qty": 1}]}, "lines.0.price", "required"),
        ({"lines": [{"sku": "A", "qty": 1, "price": -1}]}, "lines.0.price", "minimum"),
        (
            {"lines": [{"sku": "A", "qty": 1, "price": 1, "colour": "red"}]},
            "lines.0.colour",
            "unknown_field",
        ),
        ({"total": Decimal("1.005")}, "total", "money_scale"),
        ({"total": Decimal("1.500")}, None, None),
        ({"total": Decimal("1.5"), "currency": "JPY"}, "total", "money_scale"),
    ],
)
def test_each_misfit_is_told_at_its_field(
    change: dict[str, Any], path: str | None, code: str | None
) -> None:
    problems = sample().validate({**GOOD, **change})
    expected = [] if path is None else [(path, code)]
    assert [(one.path, one.code) for one in problems] == expected


def test_every_problem_is_told_at_once() -> None:
    problems = sample().validate({"currency": 1, "lines": [{}], "wanted": "x"})
    assert {one.path for one in problems} >= {
        *("customer", "currency", "wanted"),
        *("lines.0.sku", "lines.0.qty", "lines.0.price"),
    }


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        ({}, []),
        ({"lines": [{"sku": "A"}], "customer": {}}, []),
        ({"lines": [{"sku": 1}]}, ["type_string"]),
        ({"wanted": "soon"}, ["format_date"]),
    ],
)
def test_a_draft_is_held_to_types_and_formats_only(data: dict[str, Any], codes: list[str]) -> None:
    assert [one.code for one in sample().check_draft(data)] == codes


def test_defaults_fill_only_what_is_absent() -> None:
    assert sample().defaults({"notes": "x"}) == {"notes": "x", "currency": "PLN"}
    assert sample().defaults({"currency": "EUR"}) == {"currency": "EUR"}


def test_computed_fields_follow_what_they_read() -> None:
    lines = [{"sku": "A", "qty": 3, "price": Decimal("0.335")}, {"sku": "B", "qty": 1, "price": 2}]
    data = sample().compute({**GOOD, "lines": lines, "total": 99})
    assert [row["net"] for row in data["lines"]] == [Decimal("1.005"), 2]
    assert data["total"] == Decimal("3.01")


def test_what_cannot_be_worked_out_yet_is_left_out() -> None:
    data = sample().compute({"lines": [{"sku": "A", "qty": 3}], "total": 5})
    assert data == {"lines": [{"sku": "A", "qty": 3}]}


def test_a_computation_that_fails_on_good_data_is_an_error() -> None:
    form = sample(compute={"total": "1 / (count(lines) - count(lines))"})
    with pytest.raises(FeelError):
        form.compute(GOOD)


@pytest.mark.parametrize(
    "compute",
    [
        {"total": "total + 1"},
        {"total": "sum(lines.net)", "lines.net": "total"},
        {"nothing": "1"},
        {"total": "1 +"},
    ],
)
def test_circles_and_unknown_fields_do_not_compile(compute: dict[str, str]) -> None:
    with pytest.raises(FormError, match=r"^compute\."):
        sample(compute=compute)


def test_expressions_see_dates_as_dates() -> None:
    schema = {
        "type": "object",
        "properties": {
            "on": {"type": "string", "format": "date"},
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"within": {"type": "string", "format": "duration"}},
                },
            },
        },
    }
    form = compile_form({"id": "x", "schema": schema})
    lifted = form.lift({"on": "2026-02-03", "rows": [{"within": "PT2H"}]})
    assert lifted == {"on": date(2026, 2, 3), "rows": [{"within": timedelta(hours=2)}]}
    assert form.type_of(("on",)) == "date"
    plain = compile_form({"id": "x", "schema": {"type": "object"}})
    data = {"a": 1}
    assert plain.lift(data) is data


@pytest.mark.parametrize(
    ("path", "stages", "draft", "roles", "allowed"),
    [
        ("customer.name", set(), True, {"sales"}, True),
        ("customer.name", set(), True, {"warehouse"}, False),
        ("customer.name", {"review", "checking"}, False, {"sales"}, True),
        ("customer.name", {"picking"}, False, {"sales"}, False),
        ("lines.qty", {"picking"}, False, {"warehouse"}, True),
        ("lines", {"picking"}, False, {"warehouse"}, False),
        ("lines.sku", {"picking"}, False, {"warehouse"}, False),
        ("priority", {"picking"}, False, set(), True),
        ("total", set(), True, {"sales"}, False),
        ("lines.net", {"checking"}, False, {"sales"}, True),
        ("lines.net", {"picking"}, False, {"warehouse"}, False),
    ],
)
def test_who_may_edit_what_where(
    path: str, stages: set[str], draft: bool, roles: set[str], allowed: bool
) -> None:
    parts = tuple(path.split("."))
    assert sample().editable(parts, stages=stages, draft=draft, roles=roles) is allowed


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("customer", "yes"),
        ("lines.sku", "yes"),
        ("lines.colour", "no"),
        ("colour", "no"),
    ],
)
def test_what_the_form_knows(path: str, answer: str) -> None:
    assert sample().knows(tuple(path.split("."))) == answer


def test_an_open_object_may_have_anything() -> None:
    form = compile_form({"id": "x", "schema": {"properties": {"any": {"type": "object"}}}})
    assert form.knows(("any", "thing")) == "unknown"


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": "objekt"}, "schema.type"),
        ({"properties": {"a": {"pattern": "(?=x)"}}}, "schema.properties.a"),
        ({"$ref": "https://elsewhere.example/schema"}, "schema"),
        ({"properties": {"a": {"minimum": "1"}}}, "schema.properties.a.minimum"),
    ],
)
def test_a_wrong_schema_is_told_where_it_is_wrong(schema: dict[str, Any], place: str) -> None:
    with pytest.raises(FormError) as caught:
        compile_form({"id": "x", "schema": schema})
    assert caught.value.path == place


def test_a_schema_that_refers_to_itself_is_bounded() -> None:
    node = {"type": "object", "properties": {"left": {"$ref": "#/$defs/n"}}}
    form = compile_form({"id": "x", "schema": {"$ref": "#/$defs/n", "$defs": {"n": node}}})
    assert form.validate({"left": {"left": {"left": 1}}})[0].path == "left.left.left"
    doubled = {
        f"d{n}": {"properties": {name: {"$ref": f"#/$defs/d{n + 1}"} for name in "ab"}}
        for n in range(30)
    }
    with pytest.raises(FormError, match="at most"):
        compile_form({"id": "x", "schema": {"$ref": "#/$defs/d0", "$defs": {**doubled, "d30": {}}}})


def test_patterns_cannot_run_away() -> None:
    properties = {"a": {"type": "string", "pattern": "^(a+)+$"}}
    form = compile_form({"id": "x", "schema": {"properties": properties}})
    assert form.validate({"a": "a" * 50_000 + "!"})[0].code == "pattern"


@pytest.mark.parametrize(
    ("value", "step", "answer"),
    [
        (Decimal("0.3"), Decimal("0.1"), True),
        (Decimal("1.1"), Decimal("0.25"), False),
        (Decimal("123456789012345678901234567890123.4"), Decimal("0.1"), True),
        (-4, 2, True),
        (5, Decimal("2.5"), True),
    ],
)
def test_multiples_are_exact(value: Any, step: Any, answer: bool) -> None:
    assert is_multiple(value, step) is answer


def test_the_document_is_not_changed() -> None:
    before = repr(DOCUMENT)
    form = sample()
    form.compute(form.defaults(GOOD))
    form.validate(GOOD)
    assert repr(DOCUMENT) == before


ROWS: dict[str, Any] = {
    "id": "f",
    "schema": {
        "type": "object",
        "properties": {
            "note": {"type": "string", "default": "none"},
            "lines": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "sku": {"type": "string"},
                        "unit": {"type": "string", "default": "piece"},
                        "taxes": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {
                                    "code": {"type": "string"},
                                    "rate": {"type": "number", "default": 23},
                                },
                            },
                        },
                    },
                },
            },
            "address": {
                "type": "object",
                "properties": {
                    "city": {"type": "string"},
                    "country": {"type": "string", "default": "PL"},
                },
            },
        },
    },
}
A: dict[str, Any] = {"sku": "A"}
B: dict[str, Any] = {"sku": "B", "unit": "kg"}
NEW: dict[str, Any] = {"sku": "N", "unit": "piece"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"lines": [{"sku": "N"}]}, {"lines": [NEW]}),
        ({"lines": []}, {"lines": [{"sku": "N"}]}, {"lines": [NEW]}),
        ({"lines": [A]}, {"lines": [A, {"sku": "N"}]}, {"lines": [A, NEW]}),
        ({"lines": [A]}, {"lines": [{"sku": "N"}, A]}, {"lines": [NEW, A]}),
        ({"lines": [A, A]}, {"lines": [A, A, A]}, {"lines": [A, A, {**A, "unit": "piece"}]}),
        ({"lines": [B]}, {"lines": [{"sku": "B"}]}, {"lines": [{"sku": "B"}]}),
        ({"lines": [A, B]}, {"lines": [B]}, {"lines": [B]}),
        ({"lines": [B]}, {"lines": [B, {"sku": "N", "unit": "m"}]}, None),
        (
            {"lines": [{**A, "taxes": [{"code": "V"}]}]},
            {"lines": [{**A, "taxes": [{"code": "V"}, {"code": "X"}]}]},
            {"lines": [{**A, "taxes": [{"code": "V"}, {"code": "X", "rate": 23}]}]},
        ),
        ({}, {"address": {"city": "Brno"}}, {"address": {"city": "Brno", "country": "PL"}}),
        ({"address": {"city": "Brno"}}, {"address": {"city": "Zvolen"}}, None),
        ({"note": "x"}, {}, None),
    ],
)
def test_what_an_edit_adds_begins_with_defaults(before: Any, after: Any, expected: Any) -> None:
    found = compile_form(ROWS).with_row_defaults(before, after)
    assert found == (after if expected is None else expected)


def test_a_reference_into_definitions_holds_in_drafts_too() -> None:
    line = {"type": "object", "properties": {"qty": {"type": "integer", "minimum": 1}}}
    schema = {
        "type": "object",
        "definitions": {"line": line},
        "properties": {"lines": {"type": "array", "items": {"$ref": "#/definitions/line"}}},
    }
    form = compile_form({"schema": schema})
    assert form.check_draft({"lines": [{"qty": 0}]}) == ()
    assert [one.path for one in form.check_draft({"lines": [{"qty": "x"}]})] == ["lines.0.qty"]
    with pytest.raises(FormError, match="leads nowhere"):
        compile_form({"schema": {"properties": {"a": {"$ref": "#/definitions/none"}}}})


def test_what_the_schema_calls_read_only_nobody_changes() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string", "readOnly": True}}}
    form = compile_form({"schema": schema, "edit": [{"fields": ["a"], "in": ["draft"]}]})
    assert not form.editable(("a",), stages=set(), draft=True, roles=set())
    assert form.submit([("a", "forged")], {"a": "kept"}, language="en").data == {"a": "kept"}
