"""Fields that hold files (language 7): objects without fields of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orderloom.forms.files import WIDGETS
from orderloom.forms.nodes import find
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import body, listed, text
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.document import Path
from orderloom.platform.definitions.finding import Finding


@checks
def of_layouts(context: Context) -> Iterator[Finding]:
    """What a layout shows as a file or a signature can be one."""
    for document in context.of_kind("form"):
        root = context.fields_of(document)
        if root is None:
            continue
        for path, name, widget in _placed(("layout",), document.value.get("layout")):
            node = find(root, tuple(name.split(".")))
            while node is not None and node.item is not None:
                node = node.item
            if node is not None and not (node.kind == "file" and WIDGETS[widget] in node.schema):
                yield document.finding(path, "form.no_file", name=name, keyword=WIDGETS[widget])


def _placed(path: Path, value: Any) -> Iterator[tuple[Path, str, str]]:
    for place, part in listed(value, path):
        name, widget = text(body(part).get("field")), text(body(part).get("widget"))
        if name is not None and widget in WIDGETS:
            yield (*place, "widget"), name, str(widget)
        for key in ("fields", "tabs"):
            yield from _placed((*place, key), body(part).get(key))
