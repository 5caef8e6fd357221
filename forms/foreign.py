"""Forms that others described: a JSON Schema with a layout of JSON Forms or of
react-jsonschema-form, as a form of ours; what it cannot take is told, nothing is lost silently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from orderloom.forms.foreign_schema import Unsupported, modern
from orderloom.forms.form import Form
from orderloom.forms.json_forms import json_forms_layout
from orderloom.forms.nodes import APPLICATORS, Node, walk
from orderloom.forms.problem import FormError
from orderloom.forms.rjsf import rjsf_layout
from orderloom.forms.widgets import widget_of

# What may be why a field has no control, the most telling first.
_REASONS: Final = (
    *("$ref", "oneOf", "anyOf", "allOf", "not", "prefixItems"),
    *("patternProperties", "additionalProperties", "type"),
)


@dataclass(frozen=True, slots=True)
class Adopted:
    """`form`: ready to be shown, or None. `data`: the document's own example. `unsupported`: what
    the form does not do that the document asks for."""

    form: Form | None
    data: Mapping[str, Any] | None
    unsupported: tuple[Unsupported, ...]


def adopt(document: Mapping[str, Any]) -> Adopted:
    """The form of a document `{schema, uischema, data}` or `{schema, uiSchema, formData}`."""
    schema, found = modern(document.get("schema"))
    data = document.get("data", document.get("formData"))
    if not isinstance(schema, Mapping) or not _is_object(schema):
        named = schema.get("type", "") if isinstance(schema, Mapping) else ""
        found.append(Unsupported("schema", "type", str(named)))
        return Adopted(None, None, tuple(found))
    described: dict[str, Any] = {"schema": schema}
    if _given(document.get("uischema")):
        more, told = json_forms_layout(document["uischema"], schema)
    elif _given(document.get("uiSchema")):
        more, told = rjsf_layout(document["uiSchema"], schema)
    else:
        more, told = {}, []
    try:
        form = Form({**described, **more})
    except FormError as error:
        return Adopted(None, None, (*found, *told, Unsupported(error.path, "form", error.message)))
    found += [*told, *_without_control(form), *_told_apart(form)]
    good = data if isinstance(data, Mapping) else None
    return Adopted(form, good, tuple(dict.fromkeys(found)))


def _given(layout: Any) -> bool:
    # A layout that could not be written down stands as `{error: …}` and nothing else.
    return isinstance(layout, Mapping) and bool(layout) and set(layout) != {"error"}


def _is_object(schema: Mapping[str, Any]) -> bool:
    kind = schema.get("type", "object" if "properties" in schema else None)
    return kind == "object" or ("$ref" in schema and kind is None)


def _without_control(form: Form) -> Iterator[Unsupported]:
    """Fields that are there to be filled in and can only be read."""
    for path, node in walk(form.root):
        if form.is_read_only(path) or (node.kind == "object" and node.properties):
            continue
        if widget_of(node) == "note":
            yield Unsupported(".".join(path), *_reason(node))


def _reason(node: Node) -> tuple[str, str]:
    key = next((one for one in _REASONS if one in node.schema), "type")
    value = node.schema.get(key, "")
    if key == "type" and value == "array" and isinstance(node.schema.get("items"), Mapping):
        return "items", str(node.schema["items"].get("type", ""))
    return key, value if isinstance(value, str) else ""


def _told_apart(form: Form) -> Iterator[Unsupported]:
    """Fields that only some alternatives have: they are shown together, nobody chooses one."""
    for path, node in (((), form.root), *walk(form.root)):
        own = set(node.schema.get("properties") or ())
        for key in ("patternProperties", "additionalProperties"):
            # Names that a person thinks up; where the form cannot show the whole it is told above.
            if node.schema.get(key) and node.properties:
                yield Unsupported(".".join(path), key)
        for key in APPLICATORS:
            if key == "allOf" or not node.properties:
                continue
            if any(_adds(part, own) for part in _branches(node.schema.get(key), key)):
                yield Unsupported(".".join(path), key)


def _branches(given: Any, keyword: str) -> list[Any]:
    if keyword == "dependentSchemas" and isinstance(given, Mapping):
        return list(given.values())
    return given if isinstance(given, list) else [given]


def _adds(part: Any, own: set[str]) -> bool:
    if not isinstance(part, Mapping):
        return False
    return "$ref" in part or bool(set(part.get("properties") or ()) - own)
