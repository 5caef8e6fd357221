"""What random processes are made of: actions, activities, and the definitions that they name."""

from __future__ import annotations

from typing import Any

from parts.construct_parts import FIELDS

ACTIONS: dict[str, dict[str, Any]] = {
    "set": {"set": {"n": "n + 1"}},
    "set of rows": {"set": {'lines[sku = "A"].qty': "qty + 1"}},
    # Endless loops are among the walks; what they append must not grow without end.
    "append": {"append": {"days": '"d"'}, "if": "days = null or count(days) < 9"},
    "decide": {"decide": "tier", "as": "r"},
    "infer": {"infer": "flags", "as": "r"},
    "read": {"read": {"collection": "customers", "key": '"C1"'}, "as": "r"},
    "read order": {"read": {"order": "order.number"}, "as": "r"},
    "notify": {"notify": "late"},
    "milestone": {"milestone": "half"},
    "tag": {"tag": "vip"},
    "untag": {"untag": "vip"},
    "next": {"next": "invoices", "as": "r"},
    "raise": {"raise": "inner"},
    "send": {"send": {"event": "news", "to": "order.number", "data": {"text": "s"}}},
    "start": {"start": "parcel", "with": {"s": "s"}},
    "link": {"link": '"Q-1"'},
    "hold": {"hold": "fraud"},
    "unhold": {"unhold": "fraud"},
    "reserve": {
        "reserve": {"balance": "budgets.amount", "key": '"IT"', "amount": "abs(n) * 2.5"},
        "undo": {"release": {"balance": "budgets.amount", "key": '"IT"'}},
    },
    "reserve what there is": {
        "reserve": {"balance": "budgets.amount", "key": "l.sku", "amount": "abs(l.qty)"},
        "for_each": "l in lines",
        "partial": True,
        "as": "r",
    },
    "release": {"release": {"balance": "budgets.amount", "key": '"IT"'}},
    "issue": {"issue": {"balance": "budgets.amount", "key": '"IT"', "amount": "0.5"}},
    "set that fails": {"set": {"n": "1 / (n - n)"}},
}
ACTIVITIES: dict[str, dict[str, Any]] = {
    "task": {
        "task": "t",
        "title": "T",
        "by": "sales",
        "due": "PT8H",
        "remind": ["PT4H"],
        "escalate": {"after": "PT6H", "to": "finance"},
    },
    "formtask": {"task": "u", "title": "U", "by": "sales", "form": "g", "as": "r1"},
    "approval": {"approval": "ok"},
    "approval of lines": {"approval": "each"},
    "approval with undo": {"approval": "slow"},
    "verify": {"verify": "checks", "recheck": "PT8H"},
    "call": {"call": "erp.invoice", "as": "r2", "with": {"ref": "order.number"}},
    "order": {"order": "parcel", "with": {"s": "s"}},
    "wait": {"wait": "n > 3"},
    "compensate": {"compensate": "all"},
}
OTHERS: list[dict[str, Any]] = [
    {
        "kind": "collection",
        "id": "budgets",
        "title": "B",
        "key": "id",
        "balances": ["amount"],
        "schema": {
            "type": "object",
            "properties": {"id": {"type": "string"}, "amount": {"type": "number"}},
        },
    },
    {
        "kind": "form",
        "id": "f",
        "title": "F",
        "schema": {"type": "object", "properties": FIELDS},
        "edit": [{"fields": list(FIELDS), "in": "any"}],
        "compute": {"total": "if n = null then 0 else n * 2"},
    },
    {
        "kind": "form",
        "id": "g",
        "title": "G",
        "schema": {"type": "object", "properties": {"po": {"type": "string"}}},
    },
    {
        "kind": "approval",
        "id": "ok",
        "title": "OK",
        "material": ["n"],
        "steps": [
            {"id": "boss", "approvers": "manager", "due": "PT8H", "remind": ["PT2H"]},
            {
                "parallel": [
                    {"id": "money", "approvers": "finance", "mode": {"quorum": 2}},
                    {"id": "stock", "approvers": "warehouse", "if": "n > 2"},
                ]
            },
        ],
    },
    {
        "kind": "approval",
        "id": "each",
        "title": "Each",
        "for_each": "l in lines",
        "key": "sku",
        "material": ["lines.qty"],
        "on_reject": "majority",
        "steps": [
            {
                "id": "one",
                "if": "l.qty > 1",
                "approvers": ["manager", "finance"],
                "edit": ["n"],
                "escalate": {"after": "PT6H", "to": "warehouse"},
            }
        ],
    },
    {
        "kind": "approval",
        "id": "slow",
        "title": "Slow",
        "material": ["n"],
        "undo": "PT5H",
        "steps": [
            {"id": "both", "approvers": "finance", "mode": "all", "remind": ["PT2H"]},
            {"id": "last", "approvers": ["manager", "sales"]},
        ],
    },
    {
        "kind": "ruleset",
        "id": "flags",
        "title": "F",
        "facts": {
            "line": {"type": {"sku": "string", "qty": "number"}, "from": "lines"},
            "flag": {"type": {"code": "string"}},
        },
        "rules": [
            {
                "id": "many",
                "all": [{"l": "line", "if": {"qty": "> 3"}}],
                "then": [{"assert": "flag", "with": {"code": "l.sku"}}],
            }
        ],
    },
    {
        "kind": "decision",
        "id": "tier",
        "title": "T",
        "hit": "FIRST",
        "inputs": [{"name": "n", "value": "n", "type": "number", "nullable": True}],
        "outputs": [{"name": "tier", "type": "string"}],
        "rules": [
            {"id": "big", "when": {"n": "> 3"}, "then": {"tier": '"big"'}},
            {"id": "other", "when": {}, "then": {"tier": '"small"'}},
        ],
    },
    {
        "kind": "decision",
        "id": "checks",
        "title": "C",
        "hit": "COLLECT",
        "inputs": [{"name": "n", "value": "n", "type": "number", "nullable": True}],
        "outputs": [
            {"name": "problem", "type": "string"},
            {"name": "role", "type": "string"},
            {"name": "waive", "type": "string"},
        ],
        "rules": [
            {
                "id": "small",
                "when": {"n": "< 3"},
                "then": {"problem": '"small"', "role": '"sales"', "waive": '"finance"'},
            }
        ],
    },
    {
        "kind": "message",
        "id": "late",
        "title": "L",
        "channel": "in-app",
        "to": "requester",
        "subject": "S",
        "body": "B",
    },
    {
        "kind": "collection",
        "id": "customers",
        "title": "C",
        "key": "id",
        "schema": {"type": "object", "properties": {"id": {"type": "string"}}},
    },
]
