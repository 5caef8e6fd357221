"""A form's JSON Schema as a tree of fields: names, types, formats, what is required."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from orderloom.forms.files import file_kind, file_schema
from orderloom.forms.problem import FormError

MOST_FIELDS: Final = 5_000
MOST_HOPS: Final = 24
APPLICATORS: Final = ("allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas")
_SCALARS: Final = frozenset((str, int, bool, Decimal, type(None)))
FEEL_FORMATS: Final = {
    "date": "date",
    "date-time": "date and time",
    "time": "time",
    "duration": "duration",
}


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One field. `kind`: string number integer boolean object array any, or `file`, which is an
    object of known fields that is shown and sent as one.

    `open`: names that are not in `properties` are allowed. `schema`: the field's own schema with
    `$ref` resolved; its annotations (`title`, `x-money` …) are read from there.
    """

    kind: str
    schema: Mapping[str, Any]
    properties: Mapping[str, Node] = field(default_factory=dict)
    item: Node | None = None
    open: bool = True
    required: frozenset[str] = frozenset()

    @property
    def format(self) -> str | None:
        """The format of a string."""
        value = self.schema.get("format")
        return value if self.kind == "string" and isinstance(value, str) else None


def tree(schema: Mapping[str, Any]) -> Node:
    """The fields of a schema; what refers to itself is `any` there. Raises `FormError` where
    there are more than `MOST_FIELDS`."""
    return _Reading(schema).node(schema, frozenset())


def find(node: Node, path: tuple[str, ...]) -> Node | None:
    """The field at a dotted path; lists are passed through, so paths have no indices."""
    for part in path:
        while node.item is not None:
            node = node.item
        below = node.properties.get(part)
        if below is None:
            return None
        node = below
    return node


def at(node: Node, path: tuple[str, ...]) -> Node:
    """The field at a path that is known to be there; the empty path is the field itself."""
    found = find(node, path) if path else node
    if found is None:
        raise KeyError(path)
    return found


def elements(node: Node) -> Node:
    """The elements of a list."""
    if node.item is None:
        raise TypeError("not a list of known elements")
    return node.item


def innermost(node: Node) -> Node:
    """What the elements of a list are, of lists in lists too; another field is itself."""
    while node.item is not None:
        node = node.item
    return node


def knows(node: Node, path: tuple[str, ...]) -> str:
    """`yes`, `no`, or `unknown` where the schema leaves names open."""
    for part in path:
        while node.item is not None:
            node = node.item
        below = node.properties.get(part)
        if below is None:
            return "unknown" if node.open else "no"
        node = below
    return "yes"


def names_fit(node: Node, value: Any) -> bool:
    """Whether `knows` says "no" of no name in the value."""
    while node.item is not None:
        node = node.item
    if isinstance(value, list):
        return all(names_fit(node, each) for each in value if type(each) not in _SCALARS)
    if type(value) is not dict and not isinstance(value, Mapping):
        return True
    known, is_open = node.properties, node.open
    for name, inner in value.items():
        below = known.get(name)
        if below is None:
            if not is_open:
                return False
        elif type(inner) not in _SCALARS and not names_fit(below, inner):
            return False
    return True


def feel_type(node: Node) -> Any:
    """The type as expressions see it: a name, `[type]` or `{name: type}` (language 2)."""
    if node.kind == "string":
        return FEEL_FORMATS.get(node.format or "", "string")
    if node.kind in ("number", "integer"):
        return "number"
    if node.kind == "boolean":
        return "boolean"
    if node.kind == "array":
        return [feel_type(node.item)] if node.item is not None else ["any"]
    if node.kind in ("object", "file") and node.properties and not node.open:
        return {name: feel_type(below) for name, below in node.properties.items()}
    return "any"


def walk(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every field with its path, lists passed through."""
    for name, below in node.properties.items():
        yield (*path, name), below
        yield from walk(below, (*path, name))
    if node.item is not None:
        yield from walk(node.item, path)


class _Reading:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root
        self.count = 0

    def node(self, given: Any, seen: frozenset[str]) -> Node:
        self.count += 1
        if self.count > MOST_FIELDS:
            raise FormError("schema", f"a form has at most {MOST_FIELDS} fields")
        reference = given.get("$ref") if isinstance(given, Mapping) else None
        schema = _or_null(_resolved(given, self.root), self.root)
        if not isinstance(schema, Mapping):
            return Node("any", {})
        if reference in seen:
            return Node("any", {"$ref": reference})
        if reference is not None:
            seen |= {reference}
        holds_file = file_kind(schema) is not None
        if holds_file:
            schema = file_schema(schema)
        kind = "file" if holds_file else _kind(schema)
        properties: dict[str, Node] = {}
        required = set(schema.get("required") or ())
        for part in _parts(schema, self.root):
            for name, below in (part.get("properties") or {}).items():
                if name not in properties:
                    properties[name] = self.node(below, seen)
        for part in schema.get("allOf") or ():
            required |= set(_resolved(part, self.root).get("required") or ())
        if properties and kind == "any":
            kind = "object"
        # Beside `prefixItems` it speaks of the rest alone: such a list has no rows of one kind.
        items = None if "prefixItems" in schema else schema.get("items")
        return Node(
            kind=kind,
            schema=schema,
            properties=properties,
            item=self.node(items, seen) if kind == "array" and items is not None else None,
            open=_open(schema, properties),
            required=frozenset(required),
        )


def _open(schema: Mapping[str, Any], properties: Mapping[str, Node]) -> bool:
    if "patternProperties" in schema or not properties:
        return schema.get("additionalProperties") is not False
    extra = schema.get("additionalProperties", schema.get("unevaluatedProperties", False))
    return extra is not False


def _parts(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield schema
    for key in APPLICATORS:
        value = schema.get(key)
        if isinstance(value, list):
            listed = value
        elif key == "dependentSchemas" and isinstance(value, Mapping):
            listed = list(value.values())
        else:
            listed = [value]
        for part in listed:
            resolved = _resolved(part, root)
            if isinstance(resolved, Mapping):
                yield resolved


def _resolved(schema: Any, root: Mapping[str, Any]) -> Any:
    for _ in range(MOST_HOPS):
        if not isinstance(schema, Mapping) or not isinstance(schema.get("$ref"), str):
            return schema
        target: Any = root
        pointer = schema["$ref"]
        if not pointer.startswith("#"):
            return {}
        for part in pointer.removeprefix("#").split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            target = target.get(name) if isinstance(target, Mapping) else None
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**target, **beside} if isinstance(target, Mapping) else {}
    return {}


def _or_null(schema: Any, root: Mapping[str, Any]) -> Any:
    """`anyOf`/`oneOf` of one schema or null is that schema: null is absent."""
    for key in ("anyOf", "oneOf"):
        listed = schema.get(key) if isinstance(schema, Mapping) else None
        if not isinstance(listed, list) or len(listed) != 2:
            continue
        parts = [_resolved(part, root) for part in listed]
        real = [part for part in parts if isinstance(part, Mapping) and part.get("type") != "null"]
        if len(real) == 1 and isinstance(real[0], Mapping):
            return {**real[0], **{name: each for name, each in schema.items() if name != key}}
    return schema


def _kind(schema: Mapping[str, Any]) -> str:
    named = schema.get("type")
    if isinstance(named, list):
        named = _only({kind for kind in named if kind != "null"})
    if isinstance(named, str):
        return named if named != "null" else "any"
    values = schema.get("enum") or ([schema["const"]] if "const" in schema else choices(schema))
    return _only({_kind_of(value) for value in values if value is not None}) or _told(schema)


def _told(schema: Mapping[str, Any]) -> str:
    """The kind that all alternatives of a scalar have."""
    for key in ("anyOf", "oneOf"):
        listed = schema.get(key)
        if isinstance(listed, list) and listed and all(isinstance(one, Mapping) for one in listed):
            named = _only({str(one.get("type")) for one in listed} - {"null"})
            if named in ("string", "number", "integer"):
                return named
    return "any"


def _only(kinds: set[str]) -> str | None:
    return next(iter(kinds)) if len(kinds) == 1 else None


def choices(schema: Mapping[str, Any]) -> list[Any]:
    """The values of `enum`, or of a `oneOf`/`anyOf` made of nothing but `const`."""
    if isinstance(schema.get("enum"), list):
        return list(schema["enum"])
    for key in ("oneOf", "anyOf"):
        listed = schema.get(key)
        if not isinstance(listed, list) or not listed:
            continue
        if all(isinstance(each, Mapping) and "const" in each for each in listed):
            return [each["const"] for each in listed]
    return []


def _kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | Decimal):
        return "number"
    if isinstance(value, str):
        return "string"
    return "any"
