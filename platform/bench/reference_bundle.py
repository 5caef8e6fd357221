"""The reference work "B2B order" as definitions: form, two decisions, two approval steps, four
events from outside (`docs/performance.md`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from orderloom.platform.codec import dumps, loads
from orderloom.platform.definitions import Bundle, Document

PROCESS: Final = "bench-order"
TIERS: Final = 20
ROUTES: Final = 50
EVENTS: Final = ("reserved", "picked", "shipped", "delivered")
COUNTRIES: Final = ("PL", "SK", "CZ", "DE", "AT")


def reference_bundle() -> Bundle:
    """Everything that an order of the reference work runs by."""
    documents = (_process(), _form(), _tier(), _route(), _approval())
    return Bundle(
        meta={
            "bundle": "bench",
            "title": "Bench",
            "languages": ["en"],
            "zone": "Europe/Warsaw",
            "roles": {"sales": "Sales", "manager": "Managers", "finance": "Finance"},
        },
        documents=tuple(
            Document(
                kind=value["kind"],
                id=value["id"],
                file=f"{value['kind']}.yaml",
                line=1,
                # As if it had been read: numbers are int or Decimal.
                value=loads(dumps(value)),
            )
            for value in documents
        ),
    )


def order_data(number: int) -> dict[str, Any]:
    """The data of one order: 5 lines, about 1.4 kB, over the limit of approval."""
    lines = [
        {
            "sku": f"SKU-{number % 97:03}-{n}",
            "name": f"Circulation pump with flange, series {n}, stainless, with cable of 5 m",
            "qty": 3 + n,
            "price": 1250 + number % 50 + n,
        }
        for n in range(5)
    ]
    return {
        "customer": {"id": f"C-{number % 500:05}", "country": COUNTRIES[number % 5], "tier": "B"},
        "reference": f"PO-{number:08}",
        "delivery": {
            "street": "Robotnicza 12, hall 4, gate 2",
            "city": "Wrocław",
            "postcode": "53-607",
            "note": "Ring at the gate; the lorry must leave before two in the afternoon. " * 8,
        },
        "currency": "PLN",
        "lines": lines,
    }


def _process() -> dict[str, Any]:
    stages = [*(f"to-be-{event}" for event in EVENTS), "closing"]
    waits = {
        stage: {"on": {event: {"to": following}}}
        for event, stage, following in zip(EVENTS, stages, stages[1:], strict=False)
    }
    return {
        "kind": "process",
        "id": PROCESS,
        "title": "Bench order",
        "form": PROCESS,
        "number": "BO-{seq:8}",
        "columns": ["reference"],
        "start": {"by": ["sales"]},
        "events": {
            **{event: {"title": event, "from": ["wms", "api"]} for event in EVENTS},
            "closed": {"title": "Closed", "from": ["erp", "api"]},
        },
        "stages": {
            "deciding": {
                "entry": [{"decide": "tier", "as": "tier"}],
                "always": [{"if": 'tier = "none"', "to": "routing"}, {"to": "approval"}],
            },
            "approval": {
                "do": [{"approval": PROCESS, "on": {"approved": "routing", "rejected": "refused"}}]
            },
            "routing": {
                "entry": [{"decide": "route", "as": "route"}],
                "always": [{"to": f"to-be-{EVENTS[0]}"}],
            },
            **waits,
            "closing": {"on": {"closed": "done"}},
            "done": {"type": "final", "outcome": "completed"},
            "refused": {"type": "final", "outcome": "rejected", "failed": True},
        },
    }


def _form() -> dict[str, Any]:
    text = {"type": "string", "maxLength": 400}
    line = {
        "type": "object",
        "required": ["sku", "qty", "price"],
        "properties": {
            "sku": text,
            "name": text,
            "qty": {"type": "number", "minimum": 1},
            "price": {"type": "number", "minimum": 0},
        },
        "additionalProperties": False,
    }
    return {
        "kind": "form",
        "id": PROCESS,
        "title": "Bench order",
        "schema": {
            "type": "object",
            "required": ["customer", "lines"],
            "properties": {
                "customer": {
                    "type": "object",
                    "required": ["id", "country"],
                    "properties": {"id": text, "country": text, "tier": text},
                },
                "reference": text,
                "delivery": {
                    "type": "object",
                    "properties": {
                        "street": text,
                        "city": text,
                        "postcode": text,
                        "note": {"type": "string", "maxLength": 1000},
                    },
                },
                "currency": {"enum": ["PLN", "EUR"]},
                "total": {"type": "number", "x-money": "currency"},
                "lines": {"type": "array", "minItems": 1, "items": line},
            },
            "additionalProperties": False,
        },
        "compute": {"total": "sum(for l in lines return l.qty * l.price)"},
        "edit": [{"fields": ["lines", "delivery"], "in": ["approval"], "by": ["sales"]}],
        "personal": ["delivery.street"],
    }


def _tier() -> dict[str, Any]:
    rules: list[Mapping[str, Any]] = [
        {
            "id": f"t{n}",
            "when": {
                "total": f"[{n * 1000}..{n * 1000 + 1000})",
                "country": f'"{COUNTRIES[n % 5]}"',
            },
            "then": {"tier": '"none"'},
        }
        for n in range(TIERS - 1)
    ]
    return {
        "kind": "decision",
        "id": "tier",
        "title": "Tier",
        "hit": "FIRST",
        "inputs": [
            {"name": "total", "value": "total", "type": "number"},
            {"name": "country", "value": "customer.country", "type": "string"},
        ],
        "outputs": [{"name": "tier", "type": "string", "allowed": '"none","two"'}],
        "rules": [*rules, {"id": "rest", "when": {}, "then": {"tier": '"two"'}}],
    }


def _route() -> dict[str, Any]:
    rules: list[Mapping[str, Any]] = [
        {
            "id": f"r{n}",
            "when": {"country": f'"{COUNTRIES[n % 5]}"', "total": f"> {(ROUTES - n) * 800}"},
            "then": {"site": f'"S{n}"'},
        }
        for n in range(ROUTES - 1)
    ]
    return {
        "kind": "decision",
        "id": "route",
        "title": "Route",
        "hit": "FIRST",
        "inputs": [
            {"name": "country", "value": "customer.country", "type": "string"},
            {"name": "total", "value": "total", "type": "number"},
        ],
        "outputs": [{"name": "site", "type": "string"}],
        "rules": [*rules, {"id": "rest", "when": {}, "then": {"site": '"S99"'}}],
    }


def _approval() -> dict[str, Any]:
    return {
        "kind": "approval",
        "id": PROCESS,
        "title": "Bench approval",
        "material": ["lines.sku", "lines.qty", "total"],
        "steps": [
            {"id": "manager", "approvers": {"role": "manager"}},
            {"id": "finance", "approvers": {"role": "finance"}},
        ],
        "separation": {"requester": True, "earlier_steps": True},
        "on_reject": "veto",
    }
