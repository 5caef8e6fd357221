"""Orders in lists, and what checks say of them, as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

_TEXT: Final[Json] = {"type": "string"}
_FLAG: Final[Json] = {"type": "boolean"}
_COUNT: Final[Json] = {"type": "integer", "minimum": 0}
_INSTANT: Final[Json] = {"type": "string", "format": "date-time"}
_MAYBE_INSTANT: Final[Json] = {"type": ["string", "null"], "format": "date-time"}
_TEXTS: Final[Json] = {"type": "array", "items": _TEXT}
_ANY: Final[Json] = {"type": "object"}


def _object(properties: Json, *, optional: tuple[str, ...] = ()) -> Json:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


ORDERS: Final[Json] = {
    "OrderLine": _object(
        {
            "number": _TEXT,
            "process": _TEXT,
            "revision": _COUNT,
            "state": {"enum": ["draft", "open", "ended"]},
            "stage_titles": _TEXTS,
            "attention": _FLAG,
            "created": _INSTANT,
            "requester": _ref("Person"),
            "columns": _ANY,
            "problems": {**_COUNT, "description": "Open tickets of checks that it waits for"},
            "warnings": {**_COUNT, "description": "What checks warn of; it goes on"},
        }
    ),
    "Waiver": _object(
        {
            "row": {**_TEXT, "description": "The row of the decision, with `/` and the element"},
            "problem": _TEXT,
            "by": _ref("Person"),
            "reason": _TEXT,
            "at": _INSTANT,
            "values": {**_ANY, "description": "For which it was set aside, as text"},
        }
    ),
    "Warning": _object({"problem": _TEXT, "instruction": _TEXT, "at": _MAYBE_INSTANT}),
    "OrderChecks": _object({"completion": _COUNT, "ready": _COUNT}),
}
