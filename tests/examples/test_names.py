"""The program knows no example: none of their ids, roles or fields stands in its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from parts.examples import EXAMPLES, folder
from parts.repository import files, python_files, text, tree

from orderloom.platform.app.bundles import open_bundle

# The demo's cast has roles of the examples; the bench carries a bundle of its own.
OWN = ("examples/", "platform/app/demo.py", "platform/bench/")
# Words of the definition language and of the program's own tables that an example uses too.
LANGUAGE = frozenset(
    (
        *("manager_of", "approval", "currency", "delivery", "manager", "number"),
        *("receipt", "evidence"),
    )
)
NAMED = ("as", "task", "id", "hold", "tag", "milestone")
KEYED = ("outcomes", "events", "holds", "operations", "inbound")
QUOTED = re.compile(r"""["']([\w.-]+)["']""")


@pytest.fixture(scope="module")
def names() -> frozenset[str]:
    """Ids, roles and fields of the examples that could be nothing else.

    A plain word such as `found` may stand anywhere; roles, definitions and fields count always,
    everything else if it is made of parts.
    """
    found: set[str] = set()
    for name in EXAMPLES:
        bundle = open_bundle(folder(name))
        found |= set(bundle.meta["roles"])
        for document in bundle.documents:
            found.add(document.id)
            found |= {each for each in _ids(document.value) if re.search(r"[-_.]", each)}
            if document.kind == "form":
                found |= set(document.value["schema"]["properties"])
    # Short fields are everyday words.
    return frozenset(each for each in found if len(each) > 5) - LANGUAGE


def test_the_examples_have_names_enough_to_look_for(names: frozenset[str]) -> None:
    assert {"sales-manager", "b2b-approval", "payment_terms", "invoice-by-hand"} <= names
    assert len(names) > 200


def test_no_name_of_an_example_is_in_the_code(names: frozenset[str]) -> None:
    found = [
        f"{file}:{node.lineno} {node.value}"
        for file in python_files()
        if not file.startswith(OWN)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Constant) and node.value in names
    ]
    assert found == []


def test_no_name_of_an_example_is_in_pages_and_scripts(names: frozenset[str]) -> None:
    pages = [name for name in files() if name.startswith(("platform/web/templates/", "static/"))]
    assert pages
    found = [
        f"{page} {quoted}"
        for page in pages
        if page.endswith((".html", ".js"))
        for quoted in QUOTED.findall(text(page))
        if quoted in names and re.search(r"[-_.]", quoted)
    ]
    assert found == []


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _ids(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key in NAMED and isinstance(item, str):
                yield item
            elif key in (*KEYED, "stages", "properties") and isinstance(item, Mapping):
                yield from item
            yield from _ids(item)
