"""Orders at a moment, as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

_TEXT: Final[Json] = {"type": "string"}
_FLAG: Final[Json] = {"type": "boolean"}
_COUNT: Final[Json] = {"type": "integer", "minimum": 0}
_INSTANT: Final[Json] = {"type": "string", "format": "date-time"}
_MAYBE_INSTANT: Final[Json] = {"type": ["string", "null"], "format": "date-time"}
_TEXTS: Final[Json] = {"type": "array", "items": _TEXT}


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


_MAYBE_PERSON: Final[Json] = {"anyOf": [_ref("Person"), {"type": "null"}]}
_POINT: Final[Json] = _object({"entry": _COUNT, "at": _INSTANT, "text": _TEXT})
_HEAD: Final[Json] = {
    "number": _TEXT,
    "process": _TEXT,
    "revision": {**_COUNT, "description": "How many commands had been accepted"},
    "state": {"enum": ["draft", "open", "ended"]},
    "stages": {**_TEXTS, "description": "Ids of the innermost active stages"},
    "attention": _FLAG,
    "outcome": {"type": ["string", "null"]},
    "failed": _FLAG,
    "created": _INSTANT,
    "ended": _MAYBE_INSTANT,
    "requester": _ref("Person"),
    "channel": _TEXT,
    "release": _TEXT,
}

MOMENTS: Final[Json] = {
    "Moment": _object(
        {
            **_HEAD,
            "entry": _ref("Entry"),
            "last": {**_COUNT, "description": "The number of the order's last entry"},
            "from": {**_INSTANT, "description": "Since when it stood so"},
            "until": {**_MAYBE_INSTANT, "description": "Until when; null: it still does"},
            "fields": _list(
                _object({"path": _TEXT, "label": _TEXT, "text": _TEXT, "value": {}}),
            ),
            "tasks": _list(
                _object(
                    {
                        "n": _TEXT,
                        "kind": _TEXT,
                        "title": _TEXT,
                        "people": _list(_ref("Person")),
                        "assignee": _MAYBE_PERSON,
                        "due_at": _MAYBE_INSTANT,
                        "reason": _TEXT,
                    }
                )
            ),
            "approvals": _list(_ref("Approver")),
            "holds": _TEXTS,
            "tags": _TEXTS,
            "files": _TEXTS,
            "milestones": {"type": "object", "additionalProperties": _INSTANT},
        }
    ),
    "ComparedMoments": _object(
        {
            "first": _POINT,
            "second": _POINT,
            "differences": _list(
                _object(
                    {
                        "kind": {
                            "enum": [
                                *("field", "stages", "status", "outcome", "step", "task"),
                                *("hold", "tag", "file", "result"),
                            ]
                        },
                        "key": _TEXT,
                        "label": _TEXT,
                        "before": _TEXT,
                        "after": _TEXT,
                        "entry": {**_COUNT, "description": "The last entry that changed it"},
                        "at": _INSTANT,
                        "by": _TEXT,
                        "computed": {**_FLAG, "description": "It follows from another field"},
                    }
                )
            ),
        }
    ),
}
