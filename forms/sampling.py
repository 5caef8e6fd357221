"""An example of data that a schema asks for: small, the same every time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from orderloom.forms.nodes import Node, choices

DEEP: Final = 6
# A schema may ask for more than one wants to look at.
MOST_ROWS: Final = 100
LONGEST: Final = 2_000
_BY_FORMAT: Final = {
    "date": "2026-03-09",
    "date-time": "2026-03-09T10:30:00Z",
    "time": "10:30:00",
    "duration": "P1D",
    "email": "anna@example.com",
    "idn-email": "anna@example.com",
    "hostname": "example.com",
    "uri": "https://example.com/a",
    "iri": "https://example.com/a",
    "uuid": "6f1d2c52-8f0f-4f10-9d5e-0d1a0f3b7c11",
}


def sample_of(node: Node, depth: int = 0) -> Any:
    """A value for the field, None where there is none to be thought of."""
    schema = node.schema
    for key in ("const", "default"):
        if schema.get(key) is not None:
            return schema[key]
    if isinstance(schema.get("examples"), list) and schema["examples"]:
        return schema["examples"][0]
    offered = [one for one in choices(schema) if one is not None]
    if offered:
        return offered[0]
    if node.kind == "object":
        return _object(node, depth)
    if node.kind == "array":
        return _list(node, depth)
    if node.kind in ("integer", "number"):
        return _number(schema)
    if node.kind == "boolean":
        return True
    return _text(node) if node.kind == "string" else None


def _object(node: Node, depth: int) -> dict[str, Any]:
    if depth > DEEP:
        return {}
    found = {name: sample_of(below, depth + 1) for name, below in node.properties.items()}
    return {name: value for name, value in found.items() if value not in (None, {}, [])}


def _list(node: Node, depth: int) -> list[Any]:
    if node.item is None or depth > DEEP:
        return []
    offered = [one for one in choices(node.item.schema) if one is not None]
    least = min(max(int(node.schema.get("minItems", 1)), 1), MOST_ROWS)
    if node.schema.get("uniqueItems") and offered:
        return offered[:least]
    one = sample_of(node.item, depth + 1)
    return [] if one in (None, {}) else [one] * least


def _number(schema: Any) -> int | Decimal:
    step = schema.get("multipleOf", 1)
    least, most = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    low: Any = least if least is not None else above + step if above is not None else None
    high: Any = most if most is not None else below - step if below is not None else None
    value = low if low is not None else high if high is not None and high < 1 else 1
    if value % step:
        value = value - value % step + step
    return int(value) if value == int(value) else Decimal(value)


def _text(node: Node) -> str:
    if node.format in _BY_FORMAT:
        return _BY_FORMAT[node.format]
    least, most = int(node.schema.get("minLength", 0)), node.schema.get("maxLength")
    text = "Example".ljust(min(least, LONGEST), "e")
    return text if most is None else text[: int(most)]
