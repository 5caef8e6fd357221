"""What the search of the audit answers with, as the OpenAPI document names it."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]
_TEXT: Final[Json] = {"type": "string"}
_MAYBE: Final[Json] = {"type": ["string", "null"]}
_INSTANT: Final[Json] = {"type": "string", "format": "date-time"}
_COUNT: Final[Json] = {"type": "integer", "minimum": 0}
_FOUND: Final[Json] = {
    "seq": {**_COUNT, "description": "Its place in its stream"},
    "at": _INSTANT,
    "type": {**_TEXT, "description": "Of the event that it tells first"},
    "types": {
        "type": "array",
        "items": _TEXT,
        "description": "Of all events that it tells, in their order",
    },
    "text": {**_TEXT, "description": "A sentence in the caller's language"},
    "actor": {"anyOf": [{"$ref": "#/components/schemas/Person"}, {"type": "null"}]},
    "channel": _TEXT,
    "definition": _TEXT,
    "hash": _TEXT,
    "order": {**_MAYBE, "description": "The order's number; null: it belongs to none"},
    "process": _MAYBE,
    "body": {**_TEXT, "description": "The JSON that was hashed, as it is stored"},
}
_PAGE: Final[Json] = {
    "items": {"type": "array", "items": {"$ref": "#/components/schemas/FoundEntry"}},
    "next": {**_MAYBE, "description": "Cursor of what follows"},
    "question": {**_TEXT, "description": "What was asked, as a sentence"},
    "count": {**_COUNT, "description": "How many there are, as far as was counted"},
    "whole": {"type": "boolean", "description": "There are no more than `count`"},
    "back": {
        "type": ["string", "null"],
        "format": "date-time",
        "description": "A page that ended early looked back so far; `next` looks on",
    },
}
_READING: Final[Json] = {
    "at": _INSTANT,
    "type": {"enum": ["personal.read", "personal.exported"]},
    "text": {**_TEXT, "description": "A sentence in the caller's language"},
    "reader": {"anyOf": [{"$ref": "#/components/schemas/Person"}, {"type": "null"}]},
    "what": {**_MAYBE, "description": "In which form data were taken out"},
    "person": {**_MAYBE, "description": "Whose data as a whole"},
    "orders": {"type": "array", "items": _TEXT, "description": "Numbers; of a list the first five"},
    "count": {**_COUNT, "description": "How many orders it is about"},
    "channel": _TEXT,
    "hash": _TEXT,
}
AUDIT: Final[Json] = {
    "Reading": {"type": "object", "properties": _READING, "required": list(_READING)},
    "FoundEntry": {"type": "object", "properties": _FOUND, "required": list(_FOUND)},
    "FoundEntries": {"type": "object", "properties": _PAGE, "required": list(_PAGE)},
}
