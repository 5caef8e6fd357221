"""The files of orders in the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

_FILE: Final[Json] = {
    "name": {"type": "string", "description": "Empty where it was erased"},
    "size": {"type": "integer", "minimum": 0, "description": "In bytes"},
    "type": {"type": "string", "description": "What the content is, such as `application/pdf`"},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
}
_DOCUMENT: Final[Json] = {
    **_FILE,
    "by": {
        "anyOf": [{"$ref": "#/components/schemas/Person"}, {"type": "null"}],
        "description": "Who added it",
    },
    "at": {"type": ["string", "null"], "format": "date-time"},
    "field": {
        "type": ["string", "null"],
        "description": "The field of the data that has it",
    },
}
FILES: Final[Json] = {
    "Attachment": {"type": "object", "required": list(_FILE), "properties": _FILE},
    "Document": {"type": "object", "required": list(_DOCUMENT), "properties": _DOCUMENT},
}
