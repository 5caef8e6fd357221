"""A form with everything in it that a form can have, for tests."""

from __future__ import annotations

from typing import Any

from orderloom.forms import Form, compile_form

DOCUMENT: dict[str, Any] = {
    "kind": "form",
    "id": "sample",
    "title": {"en": "Sample", "pl": "Przykład"},
    "schema": {
        "type": "object",
        "required": ["customer", "currency", "lines"],
        "properties": {
            "customer": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "minLength": 1},
                    "email": {"type": "string", "format": "email"},
                },
            },
            "currency": {"enum": ["PLN", "EUR", "JPY"], "default": "PLN"},
            "courier": {"type": "boolean"},
            "phone": {"type": "string", "pattern": "^[+0-9 ]+$"},
            "wanted": {"type": "string", "format": "date"},
            "notes": {"type": "string", "maxLength": 2000},
            "priority": {"type": "integer", "minimum": 1, "maximum": 9},
            "weight": {"type": "number", "multipleOf": 1, "x-unit": "KGM"},
            "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
            "total": {"type": "number", "x-money": "currency"},
            "lines": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["sku", "qty", "price"],
                    "additionalProperties": False,
                    "properties": {
                        "sku": {"type": "string"},
                        "qty": {"type": "number", "exclusiveMinimum": 0},
                        "price": {"type": "number", "minimum": 0},
                        "net": {"type": "number"},
                        "shipped": {"type": "boolean"},
                    },
                },
            },
        },
    },
    "compute": {"total": "round half up(sum(lines.net), 2)", "lines.net": "qty * price"},
    "edit": [
        {"fields": ["lines.qty"], "in": ["picking"], "by": ["warehouse"]},
        {
            "fields": ["customer", "currency", "courier", "phone", "wanted", "notes", "lines"],
            "in": ["draft", "checking"],
            "by": ["sales"],
        },
        {"fields": ["priority", "weight", "tags"], "in": ["any"]},
    ],
    "labels": {
        "customer.name": {"en": "Customer", "pl": "Klient"},
        "currency=PLN": {"en": "Zloty", "pl": "Złoty"},
    },
    "personal": ["customer.email"],
    "layout": [
        {"section": "Who", "fields": ["customer", "currency"]},
        {
            "section": {"en": "Delivery", "pl": "Dostawa"},
            "fields": [
                "courier",
                {"field": "phone", "visible": "courier", "required": "courier = true"},
                "wanted",
                "notes",
                "priority",
                "weight",
                {"field": "tags"},
                {"field": "lines", "columns": ["sku", "qty", "price", "net"]},
                "total",
            ],
        },
    ],
}


def sample(**changes: Any) -> Form:
    """The form, with parts of its document replaced."""
    return compile_form({**DOCUMENT, **changes})
