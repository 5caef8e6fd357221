"""Files of orders as JSON, as the API and the command line answer with."""

from __future__ import annotations

from typing import Any

from orderloom.platform.app.order_json import person_json
from orderloom.platform.app.view_attachments import DocumentView


def document_json(one: DocumentView) -> dict[str, Any]:
    """A file with who added it and when, or the field that has it."""
    return {
        "name": one.name,
        "size": one.size,
        "type": one.type,
        "sha256": one.digest,
        "by": None if one.by is None else person_json(one.by),
        "at": None if one.at is None else one.at.isoformat().replace("+00:00", "Z"),
        "field": one.field or None,
    }
