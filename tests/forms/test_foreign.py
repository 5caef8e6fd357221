"""Forms that others described: taken as ours, filled in and given back; the rest is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from parts.form_page import page, sent

from orderloom.forms.fast_check import fast_check
from orderloom.forms.foreign import adopt
from orderloom.forms.foreign_schema import modern
from orderloom.forms.round_trip import fields_of, lost, seen
from orderloom.forms.sampling import sample_of
from orderloom.forms.schema import exact_validator, is_multiple
from orderloom.platform.app.form_documents import check_form_documents
from orderloom.platform.codec import loads

LANGUAGES = ("en", "pl", "sk")


def told(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one.path, one.what) for one in adopt(document).unsupported]


def of(name: str, field: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"schema": {"type": "object", "properties": {name: field}, **more}}


ROW = {"type": "object", "properties": {"b": {"type": "string"}}}
LISTS = {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (of("a", {"type": "string"}), []),
        (of("a", {"type": ["string", "null"]}), []),
        (of("a", {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}), []),
        (of("a", {"oneOf": [{"const": 1, "title": "One"}, {"const": 2}]}), []),
        (of("a", {"enum": ["x", "y"], "enumNames": ["X", "Y"]}), []),
        (of("a", {"type": "array", "items": {"enum": ["x", "y"]}, "uniqueItems": True}), []),
        (of("a", {"type": "array", "items": {**ROW, "properties": {"c": LISTS["items"]}}}), []),
        (of("a", {"$ref": "#/definitions/d"}, definitions={"d": ROW}), []),
        (of("a", {"type": "string"}, dependencies={"a": ["b"]}), []),
        (of("a", {"type": "string", "format": "regex"}), [("schema.properties.a", "format")]),
        (of("a", {"type": "string", "sideways": True}), [("schema.properties.a", "sideways")]),
        (of("a", LISTS), [("a", "items")]),
        (of("a", {"type": "array", "items": [{"type": "string"}]}), [("a", "prefixItems")]),
        (of("a", {"oneOf": [ROW, {"type": "string"}]}), [("a", "oneOf")]),
        (of("a", {"oneOf": [ROW, {"properties": {"c": {}}}]}), [("a.c", "type"), ("a", "oneOf")]),
        (of("a", {**ROW, "additionalProperties": ROW}), [("a", "additionalProperties")]),
        (of("a", {"type": "null"}), [("a", "type")]),
        ({"schema": {"type": "array"}}, [("schema", "type")]),
        ({"schema": {"type": "object", "required": 5}}, [("schema.required", "form")]),
    ],
)
def test_what_a_schema_asks_for_is_taken_or_told(
    document: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert told(document) == expected


def ui(*elements: dict[str, Any]) -> dict[str, Any]:
    names = {"a": {"type": "string"}, "b": {"enum": ["x", "y"]}, "c": {"type": "boolean"}}
    layout = {"type": "VerticalLayout", "elements": list(elements)}
    return {"schema": {"type": "object", "properties": names}, "uischema": layout}


def control(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "Control", "scope": f"#/properties/{name}", **more}


def when(effect: str, **condition: Any) -> dict[str, Any]:
    return {"effect": effect, "condition": {"scope": "#/properties/c", **condition}}


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        (control("a", label="Name", options={"multi": True}), []),
        (control("b", options={"format": "radio"}), []),
        (control("a", rule=when("SHOW", schema={"const": True})), []),
        ({"type": "Group", "label": "G", "elements": [control("a")]}, []),
        ({"type": "Label", "text": "T"}, []),
        (control("a", options={"slider": True}), [("uischema.elements.0.options", "slider")]),
        (control("a", label=False), [("uischema.elements.0", "label")]),
        (control("z"), [("uischema.elements.0", "scope")]),
        ({"type": "Carousel"}, [("uischema.elements.0", "type")]),
        (
            control("a", rule=when("SHOW", schema={"pattern": "x"})),
            [("uischema.elements.0.rule.condition", "schema")],
        ),
        (
            control("a", rule=when("SPIN", schema={"const": 1})),
            [("uischema.elements.0.rule", "effect")],
        ),
    ],
)
def test_a_json_forms_layout_is_taken_or_told(
    element: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert told(ui(element)) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"ui:widget": "textarea", "ui:help": "Help"}, []),
        ({"ui:readonly": True, "ui:title": "Name"}, []),
        ({"ui:widget": "color"}, [("uiSchema.a", "ui:widget")]),
        ({"ui:options": {"rows": 5}}, [("uiSchema.a", "ui:rows")]),
        ({"ui:autofocus": True}, [("uiSchema.a", "ui:autofocus")]),
    ],
)
def test_an_rjsf_layout_is_taken_or_told(
    said: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert told({**of("a", {"type": "string"}), "uiSchema": {"a": said}}) == expected


@pytest.mark.parametrize(
    ("effect", "ticked", "shown", "readonly"),
    [
        ("SHOW", True, True, False),
        ("SHOW", False, False, False),
        ("HIDE", True, False, False),
        ("ENABLE", False, True, True),
        ("DISABLE", True, True, True),
        ("ENABLE", True, True, False),
    ],
)
def test_a_rule_holds(effect: str, ticked: bool, shown: bool, readonly: bool) -> None:
    form = adopt(ui(control("a", rule=when(effect, schema={"const": True})), control("c"))).form
    assert form is not None
    view = seen(form, {"a": "x", "c": ticked}, "en")
    fields = {one.path: one for section in view.sections for one in section.fields}
    assert ("a" in fields) == shown
    assert not shown or fields["a"].readonly == readonly


def test_the_order_of_several_choices_is_kept_and_changes_are_read() -> None:
    form = adopt(
        of("a", {"type": "array", "items": {"enum": ["x", "y", "z"]}, "uniqueItems": True})
    ).form
    assert form is not None
    for stored in ([], ["z", "x"], ["gone", "y"]):
        assert lost(form, {"a": stored}, "en") == ()
    view = seen(form, {"a": ["z", "x"]}, "en")
    html = page(view)
    assert sent(html) == fields_of(view)
    ticked = [*fields_of(view), ("a.2", "y")]
    assert form.submit(ticked, {"a": ["z", "x"]}, language="en").data == {"a": ["z", "x", "y"]}
    unticked = [pair for pair in fields_of(view) if pair[1] != "z"]
    assert form.submit(unticked, {"a": ["z", "x"]}, language="en").data == {"a": ["x"]}


def documents(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    files = sorted((folder / "forms").rglob("*.json"))
    return [(file.name, loads(file.read_bytes())) for file in files]


def test_every_example_has_its_verdict_and_loses_nothing(shared_data: Path) -> None:
    reports = list(check_form_documents(shared_data / "forms"))
    assert len(reports) == 103
    assert [one.document for one in reports if one.faulty] == []
    assert sum(one.status == "ok" for one in reports) >= 30
    assert all(one.sample or one.unsupported for one in reports)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_every_example_sends_the_fields_of_its_view(
    shared_data: Path, language: str
) -> None:
    seen_documents = 0
    for name, document in documents(shared_data):
        adopted = adopt(document)
        if adopted.form is None:
            continue
        data = adopted.data or sample_of(adopted.form.root)
        view = seen(adopted.form, data, language)
        fields = [pair for pair in sent(page(view, language)) if pair[0] != "_refresh"]
        assert fields == fields_of(view), name
        seen_documents += 1
    assert seen_documents > 85


def test_the_quick_check_agrees_with_the_authority_on_every_example(shared_data: Path) -> None:
    quick = 0
    for name, document in documents(shared_data):
        schema, _ = modern(document["schema"])
        check = fast_check(schema, is_multiple) if isinstance(schema, dict) else None
        if check is None:
            continue
        quick += 1
        given = document.get("data", document.get("formData"))
        spoilt: Any = {**given, "name": 5} if isinstance(given, dict) else 1
        tried: list[Any] = [given, {}, [], "text", spoilt]
        for data in tried:
            assert check(data) == exact_validator(schema).is_valid(data), name
    assert quick > 40
