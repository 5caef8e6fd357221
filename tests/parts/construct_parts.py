"""What stands around the cases of constructs: a form's fields, roles, a child process."""

from typing import Any

FIELDS: dict[str, Any] = {
    "n": {"type": "number"},
    "total": {"type": "number"},
    "s": {"type": "string"},
    "day": {"type": "string", "format": "date"},
    "days": {"type": "array", "items": {"type": "string"}},
    "lines": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "sku": {"type": "string"},
                "qty": {"type": "number"},
                "unit": {"type": "string"},
            },
        },
    },
}
EVERYBODY = ["sales", "manager", "finance", "warehouse"]
PARCEL: dict[str, Any] = {
    "kind": "process",
    "id": "parcel",
    "title": "Parcel",
    "form": "f",
    "number": "P-{seq}",
    "start": {"from": ["t"]},
    "events": {
        "arrived": {"from": ["wms"]},
        "lost": {"from": ["wms"]},
        "tell": {"from": ["wms"]},
        "whose": {"from": ["wms"]},
        "shout": {"from": ["wms"]},
        "hurry": {"from": ["parent", "parcel"]},
        "cancel": {"from": ["parent"]},
    },
    "stages": {
        "way": {
            "on": {
                "arrived": "home",
                "lost": "gone",
                "cancel": "stopped",
                "tell": {
                    "actions": [
                        {"send": {"event": "news", "to": "parent", "data": {"text": '"hello"'}}}
                    ]
                },
                "whose": {"actions": [{"set": {"s": "parent.number"}}]},
                "shout": {"actions": [{"send": {"event": "hurry", "to": "siblings"}}]},
                "hurry": {"actions": [{"set": {"s": '"hurried"'}}]},
            }
        },
        "home": {"type": "final", "outcome": "arrived", "result": {"where": "s"}},
        "gone": {"type": "final", "outcome": "lost", "failed": True},
        "stopped": {"type": "final", "outcome": "cancelled", "failed": True},
    },
}
