"""Stores with their tables: in memory, in a file, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orderloom.platform.store import Store, open_store

KINDS: list[Any] = ["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
# Opens a store of a kind, which is closed after the test.
Stores = Callable[[str], Store]


def local_url(kind: str, folder: Path) -> str:
    """The URL of a database that needs no server."""
    return "memory:" if kind == "memory" else f"sqlite:///{folder / 'contract.db'}"


def opened(url: str) -> Store:
    """A store whose tables are there."""
    store = open_store(url)
    store.migrate()
    return store
