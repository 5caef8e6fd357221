"""Fields that hold files: what stands in the data of one, and where such fields are.

The bytes are kept apart, under their SHA-256; data say what the file is called, how long it is,
what it is, and which it is. A signature is a typed name, with or without a drawn picture of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from orderloom.forms.nodes import Node

Path = tuple[str, ...]
Place = tuple[str | int, ...]
File = Mapping[str, Any]

ATTACHMENT: Final = "x-attachment"
SIGNATURE: Final = "x-signature"
WIDGETS: Final = {"attachment": ATTACHMENT, "signature": SIGNATURE}
LONGEST_NAME: Final = 150
LONGEST_SIGNED: Final = 100
MOST: Final = 100
# What a file is called is never a path, and nothing in it hides, turns round or breaks a line.
_HIDES: Final = "\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
NAME: Final = f"^[^/\\\\\\x00-\\x1f\\x7f-\\x9f{_HIDES}]+$"
_FILE: Final[Mapping[str, Any]] = {
    "name": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME, "pattern": NAME},
    "size": {"type": "integer", "minimum": 1},
    "type": {"type": "string", "pattern": "^[a-z]+/[a-z0-9.+-]{1,100}$"},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
}
_FACTS: Final = tuple(_FILE)
_SIGNED: Final[Mapping[str, Any]] = {
    "signed": {"type": "string", "minLength": 1, "maxLength": LONGEST_SIGNED, "pattern": NAME},
    **_FILE,
    "type": {"const": "image/png"},
}
_KEPT: Final = ("title", "description", "readOnly")


def file_kind(schema: Mapping[str, Any]) -> str | None:
    """`x-attachment`, `x-signature`, or None for a field that holds no file."""
    return next((kind for kind in (ATTACHMENT, SIGNATURE) if schema.get(kind) is True), None)


def file_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What the data of a field that holds a file must be, in JSON Schema."""
    kind = file_kind(schema)
    about = {key: schema[key] for key in _KEPT if key in schema}
    shape: dict[str, Any] = {"type": "object", str(kind): True, "additionalProperties": False}
    if kind == ATTACHMENT:
        return {**about, **shape, "properties": dict(_FILE), "required": list(_FACTS)}
    whole = {name: list(_FACTS) for name in _FACTS}
    more = {"required": ["signed"], "dependentRequired": whole}
    return {**about, **shape, "properties": dict(_SIGNED), **more}


def with_files(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a form, its fields that hold files written out: those that the schema marks,
    and those without fields of their own that the layout gives such a widget."""
    schema = document.get("schema") or {"type": "object"}
    for path, kind in _placed(document.get("layout")):
        schema = _marked(schema, path, kind)
    return _written_out(schema) if _has(schema) else schema


def holds_file(value: Any) -> bool:
    """Whether a value says which file it is."""
    return isinstance(value, Mapping) and isinstance(value.get("sha256"), str)


def files_in(
    node: Node, value: Any, place: Place = ()
) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Every file that the data of a field name, with its place."""
    if node.kind == "file":
        if holds_file(value):
            yield place, value
    elif node.item is not None:
        for index, each in enumerate(value if isinstance(value, list) else ()):
            yield from files_in(node.item, each, (*place, index))
    elif isinstance(value, Mapping):
        for name, below in node.properties.items():
            if name in value:
                yield from files_in(below, value[name], (*place, name))


def _placed(layout: Any) -> Iterator[tuple[Path, str]]:
    for part in layout if isinstance(layout, list) else ():
        if not isinstance(part, Mapping):
            continue
        name, widget = part.get("field"), part.get("widget")
        if isinstance(name, str) and isinstance(widget, str) and widget in WIDGETS:
            yield tuple(name.split(".")), WIDGETS[widget]
        yield from _placed(part.get("fields"))
        yield from _placed(part.get("tabs"))


def _marked(schema: Any, path: Path, kind: str) -> Any:
    """The schema with the field at the path marked, unless it says itself what it is."""
    if not isinstance(schema, Mapping):
        return schema
    if schema.get("type") == "array" and isinstance(schema.get("items"), Mapping):
        return {**schema, "items": _marked(schema["items"], path, kind)}
    if not path:
        plain = schema.get("type") == "object" and not _fields(schema)
        return {**schema, kind: True} if plain and file_kind(schema) is None else schema
    fields = _fields(schema)
    if path[0] not in fields:
        return schema
    below = _marked(fields[path[0]], path[1:], kind)
    return {**schema, "properties": {**fields, path[0]: below}}


def _fields(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = schema.get("properties")
    return fields if isinstance(fields, Mapping) else {}


def _has(schema: Any) -> bool:
    if isinstance(schema, list):
        return any(_has(each) for each in schema)
    if not isinstance(schema, Mapping):
        return False
    return file_kind(schema) is not None or any(_has(each) for each in schema.values())


def _written_out(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_written_out(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    if file_kind(schema) is not None:
        return file_schema(schema)
    made = {key: _written_out(value) for key, value in schema.items()}
    items = schema.get("items")
    if isinstance(items, Mapping) and file_kind(items) is not None:
        made.setdefault("maxItems", MOST)
    return made
