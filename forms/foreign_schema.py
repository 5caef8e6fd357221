"""A JSON Schema of an older draft in the words of 2020-12, and what of it a form does not know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from orderloom.forms.formats import FORMATS

KNOWN: Final = frozenset(
    (
        *("type", "enum", "const", "title", "description", "default", "examples", "deprecated"),
        *("$ref", "$defs", "definitions", "$comment", "$anchor", "readOnly", "writeOnly"),
        *("properties", "required", "additionalProperties", "patternProperties", "propertyNames"),
        *("minProperties", "maxProperties", "dependentRequired", "dependentSchemas"),
        *("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"),
        *("minContains", "maxContains", "unevaluatedItems", "unevaluatedProperties"),
        *("minLength", "maxLength", "pattern", "format"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("allOf", "anyOf", "oneOf", "not", "if", "then", "else"),
    )
)
_MAPS: Final = ("properties", "patternProperties", "definitions", "$defs", "dependentSchemas")
_VALUES: Final = ("enum", "const", "default", "examples", "dependentRequired")
# Where a schema came from says nothing of the data.
_ORIGIN: Final = ("$schema", "$id", "id")


@dataclass(frozen=True, slots=True, order=True)
class Unsupported:
    """`what`: a keyword, an option or a widget, with its `value` where that says more; `path`:
    the field, or the place in the schema or the layout."""

    path: str
    what: str
    value: str = ""

    def to_json(self) -> dict[str, str]:
        """For reports."""
        found = {"path": self.path, "what": self.what}
        return {**found, "value": self.value} if self.value else found


def modern(schema: Any) -> tuple[Any, list[Unsupported]]:
    """The schema by 2020-12; what a form would pass over is listed."""
    found: list[Unsupported] = []
    return _modern(schema, "schema", found), found


def _modern(schema: Any, path: str, found: list[Unsupported]) -> Any:
    if isinstance(schema, list):
        return [_modern(each, f"{path}.{at}", found) for at, each in enumerate(schema)]
    if not isinstance(schema, Mapping):
        return schema
    out: dict[str, Any] = {}
    for key, value in _renamed(schema).items():
        here = f"{path}.{key}"
        if key in _ORIGIN and isinstance(value, str):
            continue
        if key in _MAPS and isinstance(value, Mapping):
            out[key] = {
                name: _modern(each, f"{here}.{name}", found) for name, each in value.items()
            }
        elif key in _VALUES or key.startswith("x-"):
            out[key] = value
        elif key not in KNOWN:
            found.append(Unsupported(path, key))
        else:
            out[key] = _modern(value, here, found)
    named = schema.get("format")
    if isinstance(named, str) and named not in FORMATS:
        found.append(Unsupported(path, "format", named))
    return out


def _renamed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Keywords of drafts 4 to 7 by their present names."""
    out = dict(schema)
    if isinstance(out.get("items"), list):
        out["prefixItems"] = out.pop("items")
        if "additionalItems" in out:
            out["items"] = out.pop("additionalItems")
    elif "additionalItems" in out:
        # It says nothing beside `items` for all.
        out.pop("additionalItems")
    for name, needs in (out.pop("dependencies", None) or {}).items():
        key = "dependentRequired" if isinstance(needs, list) else "dependentSchemas"
        out[key] = {**out.get(key, {}), name: needs}
    names, values = out.get("enumNames"), out.get("enum")
    if isinstance(names, list) and isinstance(values, list) and len(names) == len(values):
        out.pop("enumNames")
        out.pop("enum")
        pairs = zip(values, names, strict=True)
        out["oneOf"] = [{"const": value, "title": str(name)} for value, name in pairs]
    return out
