"""The parts of the OpenAPI document that several addresses share."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from orderloom.platform.web.api import bodies
from orderloom.platform.web.api.described_approvals import APPROVALS
from orderloom.platform.web.api.described_attachments import FILES
from orderloom.platform.web.api.described_audit import AUDIT
from orderloom.platform.web.api.described_balances import BALANCES
from orderloom.platform.web.api.described_moments import MOMENTS
from orderloom.platform.web.api.described_orders import ORDERS
from orderloom.platform.web.api.described_tasks import TASKS
from orderloom.platform.web.api.problems import MEDIA_TYPE

Json = dict[str, Any]

_TEXT: Final[Json] = {"type": "string"}
_MAYBE: Final[Json] = {"type": ["string", "null"]}
_INSTANT: Final[Json] = {"type": "string", "format": "date-time"}
_MAYBE_INSTANT: Final[Json] = {"type": ["string", "null"], "format": "date-time"}
_FLAG: Final[Json] = {"type": "boolean"}
_COUNT: Final[Json] = {"type": "integer", "minimum": 0}
_TEXTS: Final[Json] = {"type": "array", "items": _TEXT}
_ANY: Final[Json] = {"type": "object"}


def _object(properties: Json, *, optional: tuple[str, ...] = ()) -> Json:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def ref(name: str) -> Json:
    """A pointer to one of `schemas()`."""
    return {"$ref": f"#/components/schemas/{name}"}


_STANDING: Final[Json] = {
    "number": {**_TEXT, "description": "The order's number; of a draft `~` and its id"},
    "process": _TEXT,
    "revision": {
        **_COUNT,
        "description": "Counts the commands that changed it; goes into If-Match",
    },
    "state": {"enum": ["draft", "open", "ended"]},
    "stages": {**_TEXTS, "description": "Ids of the innermost active stages"},
    "attention": {**_FLAG, "description": "An error waits for an administrator"},
    "outcome": _MAYBE,
    "data": {**_ANY, "description": "As the process's form has it; numbers are exact decimals"},
    "hidden": {**_TEXTS, "description": "Fields kept from the caller and left out of `data`"},
}
_INBOUND_STATE: Final[Json] = {
    "enum": ["received", "done", "ignored", "quarantined", "discarded"],
    "description": "Received ones wait or are tried again; quarantined ones wait for somebody",
}
_INBOUND: Final[Json] = {
    "id": {**_COUNT, "minimum": 1},
    "connector": _TEXT,
    "message": {
        **_TEXT,
        "description": "Its id in the connector's inbound; empty: nothing took it",
    },
    "state": _INBOUND_STATE,
    "received": _INSTANT,
    "number": {**_MAYBE, "description": "The order that took it, or that it was assigned to"},
    "code": {**_MAYBE, "description": "Why it stands still or waits"},
    "detail": _MAYBE,
    "again": {**_MAYBE_INSTANT, "description": "When it is tried next"},
}
_VERSION: Final[Json] = {"type": "integer", "minimum": 1}
_DRAFT: Final[Json] = {
    "id": {**_TEXT, "description": "Kind and id of the definition"},
    "kind": _TEXT,
    "definition": {**_TEXT, "description": "The definition's id"},
    "bundle": _TEXT,
    "version": {**_COUNT, "description": "The newest that is published; 0: none"},
    "saved": {**_FLAG, "description": "There is a draft; else the text is that of the version"},
    "saved_by": _MAYBE,
    "saved_at": _MAYBE_INSTANT,
    "tag": {**_TEXT, "description": "Goes into If-Match"},
}
_RECORD: Final[Json] = {
    "key": _TEXT,
    "version": {**_VERSION, "description": "Goes into If-Match"},
    "name": {**_TEXT, "description": "What people call it, as far as its fields tell"},
    "data": {**_ANY, "description": "As the collection's schema has it; numbers are exact"},
}
_CELLS: Final[Json] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["field", "before", "after"],
        "properties": {"field": _TEXT, "before": {}, "after": {}},
    },
}
_HEAD: Final[Json] = {
    "failed": _FLAG,
    "created": _INSTANT,
    "ended": _MAYBE_INSTANT,
    "requester": ref("Person"),
    "channel": _TEXT,
    "release": {**_TEXT, "description": "Beginning of the digest of the versions it runs by"},
    "tasks": {"type": "array", "items": ref("Task")},
    "events": {"type": "array", "items": ref("Event")},
    "holds": _TEXTS,
    "children": _TEXTS,
    "parent": _MAYBE,
    "tags": _TEXTS,
    "waivers": {"type": "array", "items": ref("Waiver")},
    "warnings": {"type": "array", "items": ref("Warning")},
}


def schemas() -> Json:
    """Every named schema of the API, JSON Schema 2020-12."""
    kinds = [
        bodies.CreateOrder,
        bodies.BulkOrders,
        bodies.SendEvent,
        bodies.Verdict,
        bodies.BulkVerdict,
        bodies.Completion,
        bodies.Claim,
        bodies.HandOver,
        bodies.Reassignment,
        bodies.OrderToBe,
        bodies.NewTaskView,
        bodies.TaskViewChange,
        bodies.NewSubstitution,
        bodies.NewComment,
        bodies.AssignMessage,
        bodies.DiscardMessage,
        bodies.MergeRecords,
        bodies.NewVersions,
        bodies.WrittenDraft,
    ]
    _, requests = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    parts = (TASKS, ORDERS, APPROVALS, _ANSWERS, FILES, BALANCES, MOMENTS, AUDIT)
    return requests | {name: one for part in parts for name, one in part.items()}


_ANSWERS: Final[Json] = {
    "Standing": _object(_STANDING),
    "Order": _object({**_STANDING, **_HEAD}),
    "Event": _object(
        {"name": _TEXT, "title": _TEXT, "reason": {"enum": ["none", "optional", "required"]}}
    ),
    "Entry": _object(
        {
            "seq": _COUNT,
            "at": _INSTANT,
            "type": {**_TEXT, "description": "Of the event that it tells first"},
            "types": {
                "type": "array",
                "items": _TEXT,
                "description": "Of all events that it tells, in their order",
            },
            "text": _TEXT,
            "actor": {"anyOf": [ref("Person"), {"type": "null"}]},
            "channel": _TEXT,
            "definition": _TEXT,
            "hash": _TEXT,
        }
    ),
    "Comment": _object(
        {
            "seq": {**_COUNT, "description": "The entry of the order's audit that holds it"},
            "at": _INSTANT,
            "by": ref("Person"),
            "text": {**_MAYBE, "description": "Null where it was erased"},
            "mentions": {"type": "array", "items": ref("Person")},
        }
    ),
    "Taken": _object(
        {
            "messages": {
                "type": "array",
                "items": _object(
                    {
                        "id": _COUNT,
                        "message": _TEXT,
                        "state": _INBOUND_STATE,
                        "order": _MAYBE,
                        "code": _MAYBE,
                    }
                ),
            }
        }
    ),
    "InboundLine": _object(_INBOUND),
    "InboundMessage": _object(
        {
            **_INBOUND,
            "body": {**_TEXT, "description": "The JSON that came, as text"},
            "headers": {**_ANY, "description": "Those that expressions read"},
            "attempts": _COUNT,
            "sender": {"anyOf": [ref("Person"), {"type": "null"}]},
            "settled_by": {"anyOf": [ref("Person"), {"type": "null"}]},
            "settled": _MAYBE_INSTANT,
        }
    ),
    "Definition": _object(
        {
            "kind": _TEXT,
            "id": _TEXT,
            "title": _TEXT,
            "version": {"type": "integer", "minimum": 1},
            "digest": _TEXT,
            "published": _MAYBE_INSTANT,
        }
    ),
    "DefinitionText": _object(
        {
            "kind": _TEXT,
            "id": _TEXT,
            "title": _TEXT,
            "version": {"type": "integer", "minimum": 1},
            "digest": _TEXT,
            "published": _MAYBE_INSTANT,
            "versions": {"type": "array", "items": {"type": "integer"}},
            "text": {**_TEXT, "description": "The document as YAML"},
        }
    ),
    "NewText": {
        "allOf": [ref("WrittenDraft")],
        "anyOf": [{"required": ["text"]}, {"required": ["value"]}],
    },
    "Done": _object({"done": _FLAG}),
    "Draft": _object(_DRAFT),
    "DraftText": _object(
        {
            **_DRAFT,
            "text": {**_TEXT, "description": "As its author wrote it, YAML"},
            "value": {"type": ["object", "null"], "description": "Null: it cannot be read"},
        }
    ),
    "Difference": _object(
        {
            "path": {**_TEXT, "description": "A JSON Pointer: kind, id, then keys and ids"},
            "kind": {"enum": ["added", "removed", "changed", "moved", "renamed"]},
            "before": {},
            "after": {},
            "sentence": _TEXT,
        }
    ),
    "Finding": _object(
        {
            "file": _TEXT,
            "line": _COUNT,
            "path": _TEXT,
            "code": _TEXT,
            "message": _TEXT,
            "hint": _TEXT,
            "severity": {"enum": ["error", "warning"]},
            "sample": _ANY,
        },
        optional=("sample",),
    ),
    "PublishedVersions": _object(
        {
            "published": {
                "type": "array",
                "items": _object({"kind": _TEXT, "id": _TEXT, "version": _VERSION}),
            }
        }
    ),
    "Collection": _object(
        {"id": _TEXT, "title": _TEXT, "key": {**_TEXT, "description": "The field of the key"}}
    ),
    "Record": _object(_RECORD),
    "Version": _object({"key": _TEXT, "version": _VERSION}),
    "RecordChange": _object(
        {
            "version": _VERSION,
            "at": _INSTANT,
            "by": {**_TEXT, "description": "The id of who did it"},
            "way": {
                "enum": [
                    *("added", "changed", "deleted", "merged"),
                    *("split", "absorbed", "returned", "issued"),
                ]
            },
            "fields": _CELLS,
            "data": {"type": ["object", "null"]},
            "other": {**_TEXT, "description": "The other record of a merge"},
        },
        optional=("other",),
    ),
    "Comparison": _object(
        {
            "accepted": {**_FLAG, "description": "Whether it was done"},
            "added": _COUNT,
            "changed": _COUNT,
            "unchanged": _COUNT,
            "rejected": {
                "type": "array",
                "items": _object({"row": _COUNT, "column": _TEXT, "code": _TEXT, "message": _TEXT}),
            },
            "records": {
                "type": "array",
                "items": _object(
                    {
                        "row": _COUNT,
                        "key": _TEXT,
                        "way": {"enum": ["added", "changed"]},
                        "fields": _CELLS,
                    }
                ),
                "description": "What would change, of the first 1,000 records",
            },
            "digest": {**_TEXT, "description": "Of all that would change, for accepting it"},
        }
    ),
    "Duplicates": _object(
        {
            "ways": {"type": "array", "items": {"enum": ["code", "email", "name"]}},
            "records": {"type": "array", "items": _object(_RECORD)},
        }
    ),
    "BulkResult": _object(
        {
            "read": _COUNT,
            "created": _COUNT,
            "duplicates": _COUNT,
            "rejected": _COUNT,
            "results": {
                "type": "array",
                "items": {"anyOf": [ref("Standing"), ref("Problem")]},
                "description": "One for each order sent, in the same order",
            },
        }
    ),
    "Person": _object({"id": _TEXT, "name": _TEXT, "kind": {"enum": ["user", "role", "other"]}}),
    "Problem": _object(
        {
            "type": {**_TEXT, "format": "uri"},
            "title": {**_TEXT, "description": "A sentence in the caller's language"},
            "status": {"type": "integer"},
            "code": {**_TEXT, "description": "Stable; see docs/api.md"},
            "detail": {**_TEXT, "description": "An English sentence for programs and logs"},
            "path": {**_TEXT, "description": "The field it is about"},
            "params": {**_ANY, "description": "What the title speaks of"},
            "errors": {"type": "array", "items": _ANY},
        },
        optional=("path", "params", "errors"),
    ),
}


def page_of(*names: str) -> Json:
    """A page of a list: `items`, of one kind or of several, and the cursor of what follows."""
    one = ref(names[0]) if len(names) == 1 else {"anyOf": [ref(name) for name in names]}
    return _object({"items": {"type": "array", "items": one}, "next": _MAYBE})


def listed(name: str) -> Json:
    """A whole list."""
    return _object({"items": {"type": "array", "items": ref(name)}})


def answers(
    schema: Json, *, status: int = 200, refusals: tuple[int, ...] = (), open_to_all: bool = False
) -> dict[Any, Any]:
    """`responses` of an address: what it answers, and the refusals, 422 always, 401 unless it is
    open to all."""
    found: dict[Any, Any] = {
        status: {"description": "Done", "content": {"application/json": {"schema": schema}}}
    }
    always = {422} if open_to_all else {401, 422}
    for number in sorted({*always, *refusals}):
        found[number] = {
            "description": _REFUSALS[number],
            "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
        }
    return found


def takes(name: str, *, media_type: str = "application/json") -> Json:
    """`openapi_extra` of an address with a body."""
    schema = ref(name) if name else _ANY
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


_REFUSALS: Final = {
    400: "The body is not JSON",
    401: "No token, or one that is not known",
    403: "The caller may see this, but not do it",
    404: "It does not exist, or the caller may not see it",
    412: "Another text stands there meanwhile; `errors` are what differs",
    409: "Not possible in the order's present state, or the revision is stale",
    413: "The body is too large",
    422: "The request does not fit",
    428: "If-Match is missing",
    429: "Too many requests",
    503: "The database is away for the moment",
}
