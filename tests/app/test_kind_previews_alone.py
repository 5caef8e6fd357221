"""Previews are given nothing that sends, writes or carries out."""

from __future__ import annotations

import ast
import inspect

import pytest
from parts.repository import imports, python_files, tree

from orderloom.platform.app.kind_previews import KindPreviews, Rendering

FILES = [name for name in python_files("platform/app") if "/kind_preview" in name]
# What changes or sends something: none of it may come in, not even as a type.
PORTS = (
    "app.runner",
    "app.outbox.Outbox",
    "app.calls.Caller",
    "app.calls.Sender",
    "app.messages.Messenger",
    "app.mailing",
    "app.mailroom",
    "app.inbox",
    "app.collection_records.Collections",
    "delivery",
    "store.mail_rows",
    "store.work_rows",
    "store.commands",
)
# Doing, by a name that such things have.
VERBS = {"submit", "handle", "keep", "send", "put", "save", "change", "change_records", "spread"}


def test_the_files_are_looked_at() -> None:
    assert len(FILES) == 8


@pytest.mark.parametrize("name", FILES)
def test_no_port_is_imported(name: str) -> None:
    found = [
        imported
        for _, imported in imports(name)
        for port in PORTS
        if imported.startswith(f"orderloom.platform.{port}")
    ]
    assert found == []


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_done(name: str) -> None:
    called = {
        node.func.attr
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert called & VERBS == set()


def test_what_previews_are_given() -> None:
    given = set(inspect.signature(KindPreviews).parameters)
    assert given == {"desk", "drafting", "records", "receivers", "rendering", "now"}
    assert set(inspect.signature(Rendering).parameters) == {"render", "page", "link", "close"}
