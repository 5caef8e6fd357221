"""What is known of a value before anything runs: its type, its fields, its elements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from orderloom.forms.nodes import Node, feel_type
from orderloom.platform.definitions.checks.plain import text
from orderloom.rules.lifting import members_of


@dataclass(frozen=True, slots=True)
class Kind:
    """`name`: any null boolean number string date time "date and time" duration list context
    function. `open`: a context may have more fields than `fields`. `values`: of a string, all that
    it can be; empty: any."""

    name: str = "any"
    fields: Mapping[str, Kind] = field(default_factory=dict)
    item: Kind | None = None
    open: bool = True
    values: tuple[str, ...] = ()

    @property
    def element(self) -> Kind:
        """Of a list its elements, of anything else itself."""
        return (self.item or ANY) if self.name == "list" else self


ANY: Final = Kind()
NULL: Final = Kind("null")
BOOLEAN: Final = Kind("boolean")
NUMBER: Final = Kind("number")
STRING: Final = Kind("string")
DATE: Final = Kind("date")
MOMENT: Final = Kind("date and time")
DURATION: Final = Kind("duration")
FUNCTION: Final = Kind("function")
SIMPLE: Final = ("boolean", "number", "string", "date", "time", "date and time", "duration")


def listing(item: Kind) -> Kind:
    """A list of such elements."""
    return Kind("list", item=item)


def record(fields: Mapping[str, Kind], *, open_: bool = False) -> Kind:
    """A context with these fields, and with `open_` more."""
    return Kind("context", fields=fields, open=open_)


def of_node(node: Node | None) -> Kind:
    """The kind of a form's field."""
    if node is None:
        return ANY
    if node.kind == "array":
        return listing(of_node(node.item))
    if node.kind == "object" or node.properties:
        fields = {name: of_node(below) for name, below in node.properties.items()}
        return record(fields, open_=node.open or not fields)
    kind = of_type(feel_type(node))
    return one_of(node.schema.get("enum")) if kind.name == "string" else kind


def one_of(values: Any) -> Kind:
    """A text that is one of `values`; any text where they are not a list of texts."""
    texts = [one for one in values if one is not None] if isinstance(values, list) else []
    known = all(isinstance(one, str) for one in texts)
    return Kind("string", values=tuple(texts)) if known else STRING


def of_type(type_: Any) -> Kind:
    """The kind of a type as definitions write it (language 2): a name, `[t]` or `{a: t}`."""
    if isinstance(type_, list):
        return listing(of_type(type_[0]) if type_ else ANY)
    if isinstance(type_, Mapping):
        return record({str(name): of_type(inner) for name, inner in type_.items()})
    name = text(type_) or "any"
    if name.startswith("["):
        return listing(of_type(name.removeprefix("[").removesuffix("]").strip()))
    if name.startswith("{"):
        return record({field: of_type(inner) for field, inner in members_of(name[1:-1])})
    if name in SIMPLE:
        return Kind(name)
    if name.endswith("duration"):
        return DURATION
    return ANY


def joined(one: Kind, other: Kind) -> Kind:
    """What is known of a value that is one or the other."""
    if one == other or other.name == "null":
        return one
    if one.name == "null":
        return other
    if one.name == other.name and one.name in SIMPLE:
        both = one.values and other.values
        return Kind(
            one.name, values=tuple(dict.fromkeys((*one.values, *other.values))) if both else ()
        )
    if one.name == other.name == "list":
        return listing(joined(one.element, other.element))
    if one.name == other.name == "context":
        fields = {
            name: joined(one.fields.get(name, ANY), other.fields.get(name, ANY))
            for name in {**one.fields, **other.fields}
        }
        return record(fields, open_=one.open or other.open)
    return ANY
