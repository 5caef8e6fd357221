"""Which line a task of an approval per line is about: by its key, and its first text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.forms.nodes import find
from orderloom.platform.app.field_words import value_at
from orderloom.platform.app.reading import Seen


def line_title(seen: Seen, task: Mapping[str, Any]) -> str:
    """`2, Chair` for the line with the key 2; empty where the task is about no line.

    The text is that of the first field of the line that is free text and not the key. Where the
    list is no field of the form, or its lines have no key, they are told apart by place alone.
    """
    line = task.get("key")
    policy = seen.release.approvals.get(str(task.get("approval")))
    if task["kind"] != "approval" or line is None or policy is None:
        return ""
    path, key = policy.list_path, policy.key
    rows = value_at(seen.data, ".".join(path))
    if key is None or not isinstance(rows, list):
        return str(line)
    listed = (row for row in rows if isinstance(row, Mapping))
    row = next((row for row in listed if str(row.get(key)) == str(line)), None)
    if row is None:
        # What keeps personal fields from a reader keeps a personal key too.
        return ""
    return ", ".join([str(line), *_text(seen, path, key, row)])


def _text(seen: Seen, path: tuple[str, ...], key: str, row: Mapping[str, Any]) -> list[str]:
    node = find(seen.release.form.root, path)
    fields = node.item.properties if node is not None and node.item is not None else {}
    for name, field in fields.items():
        free = field.kind == "string" and not field.format and "enum" not in field.schema
        if free and name != key:
            value = row.get(name)
            return [value] if isinstance(value, str) and value.strip() else []
    return []
