"""Tasks as the OpenAPI document describes them: open ones, what was done, counts, saved views."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

_TEXT: Final[Json] = {"type": "string"}
_FLAG: Final[Json] = {"type": "boolean"}
_COUNT: Final[Json] = {"type": "integer", "minimum": 0}
_INSTANT: Final[Json] = {"type": "string", "format": "date-time"}
_MAYBE_INSTANT: Final[Json] = {"type": ["string", "null"], "format": "date-time"}
_TEXTS: Final[Json] = {"type": "array", "items": _TEXT}


def _object(properties: Json, *, optional: tuple[str, ...] = ()) -> Json:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


TASKS: Final[Json] = {
    "Task": _object(
        {
            "id": {**_TEXT, "pattern": r"^[0-9]+\.[0-9]+$"},
            "kind": {"enum": ["task", "approval", "ticket", "attention", "answer"]},
            "title": _TEXT,
            "order": _TEXT,
            "process": _TEXT,
            "stages": _TEXTS,
            "subject": _TEXT,
            "reason": _TEXT,
            "due_at": _MAYBE_INSTANT,
            "late": _FLAG,
            "paused": {**_FLAG, "description": "A question has stopped the clock of `due_at`"},
            "assignee": {"anyOf": [_ref("Person"), {"type": "null"}]},
            "for": {
                "anyOf": [_ref("Person"), {"type": "null"}],
                "description": "For whom the caller would answer it, where they stand in",
            },
        }
    ),
    "DoneTask": _object(
        {
            "id": {**_TEXT, "pattern": r"^[0-9]+\.[0-9]+$"},
            "title": _TEXT,
            "order": _TEXT,
            "process": _TEXT,
            "subject": _TEXT,
            "verdict": {
                "enum": [
                    *("approve", "reject", "return", "abstain", "ask"),
                    *("done", "waived", "settled"),
                ]
            },
            "text": {**_TEXT, "description": "A sentence in the caller's language"},
            "at": _INSTANT,
            "seq": {**_COUNT, "description": "The entry of the order's audit that tells of it"},
            "visible": {**_FLAG, "description": "The caller may still see the order"},
            "for": {
                "anyOf": [_ref("Person"), {"type": "null"}],
                "description": "For whom it was done, where the caller stood in",
            },
        }
    ),
    "TaskCounts": _object(
        dict.fromkeys(("mine", "team", "unassigned", "substituted", "all"), _COUNT)
    ),
    "TaskView": _object(
        {
            "id": _TEXT,
            "name": _TEXT,
            "query": {
                "type": "object",
                "additionalProperties": _TEXT,
                "description": "The words of the list's address that differ from the plain list",
            },
            "first": {**_FLAG, "description": "The page begins with it"},
        }
    ),
    "BulkVerdicts": _object(
        {
            "done": _COUNT,
            "refused": _COUNT,
            "results": {
                "type": "array",
                "items": _object(
                    {
                        "id": _TEXT,
                        "ok": _FLAG,
                        "order": _ref("Standing"),
                        "problem": _ref("Problem"),
                    },
                    optional=("order", "problem"),
                ),
                "description": "One for each task sent, in the same order",
            },
        }
    ),
}
