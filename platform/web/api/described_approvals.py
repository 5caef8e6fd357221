"""Who approves and who stands in, as the OpenAPI document describes it."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

_TEXT: Final[Json] = {"type": "string"}
_MAYBE: Final[Json] = {"type": ["string", "null"]}
_FLAG: Final[Json] = {"type": "boolean"}
_COUNT: Final[Json] = {"type": "integer", "minimum": 0}
_INSTANT: Final[Json] = {"type": "string", "format": "date-time"}
_MAYBE_INSTANT: Final[Json] = {"type": ["string", "null"], "format": "date-time"}
_ANY: Final[Json] = {"type": "object"}


def _object(properties: Json, *, optional: tuple[str, ...] = ()) -> Json:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


APPROVALS: Final[Json] = {
    "Approvers": _object(
        {"steps": {"type": "array", "items": _ref("Approver")}, "complete": _FLAG},
        optional=("complete",),
    ),
    "Approver": _object(
        {
            "approval": _TEXT,
            "title": _TEXT,
            "state": {**_TEXT, "description": "`running`, `ahead`, or the approval's outcome"},
            "key": {**_MAYBE, "description": "The line, where each is approved by itself"},
            "step": _TEXT,
            "level": {**_COUNT, "description": "Equal ones are asked side by side"},
            "mode": {"enum": ["any", "all", "quorum", "percent", "weight"]},
            "number": _COUNT,
            "status": _TEXT,
            "people": {"type": "array", "items": _ref("Person")},
            "rule": {**_MAYBE, "description": "The row of the matrix, or the step's condition"},
            "decision": _MAYBE,
            "values": {**_ANY, "description": "What the rule read, as it was"},
            "limits": {**_ANY, "description": "What the row compares with, by column"},
            "why": {**_TEXT, "description": "A sentence in the caller's language"},
            "within": {**_MAYBE, "description": "The span in which it wants a verdict, as written"},
            "due_at": {
                **_MAYBE_INSTANT,
                "description": "Its end by the calendar; as if opened now where it is not open",
            },
            "escalation": {
                "anyOf": [
                    _object(
                        {
                            "after": _MAYBE,
                            "at": _INSTANT,
                            "people": {"type": "array", "items": _ref("Person")},
                        }
                    ),
                    {"type": "null"},
                ],
                "description": "Who is asked besides if nobody decides, and when",
            },
            "verdicts": {"type": "array", "items": _ANY},
        }
    ),
    "Substitution": _object(
        {
            "id": _COUNT,
            "person": _ref("Person"),
            "substitute": _ref("Person"),
            "from": _INSTANT,
            "until": {**_INSTANT, "description": "The first moment at which it is over"},
            "set_by": _ref("Person"),
            "set_at": _INSTANT,
            "ended": _MAYBE_INSTANT,
        }
    ),
}
