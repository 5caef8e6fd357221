"""Fields about a person, as a form names them: `personal: [note, {path: email, person: id}]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def personal_fields(document: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Each field with the field that holds the person's id, where one is named; both dotted."""
    for each in document.get("personal") or ():
        if isinstance(each, Mapping):
            yield str(each.get("path")), each.get("person")
        else:
            yield str(each), None
