"""The reference bundles as templates of new ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orderloom.examples as examples
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.codec import load_yaml
from orderloom.platform.definitions import Bundle, child_processes
from orderloom.platform.definitions.document import META_FILE


@dataclass(frozen=True, slots=True)
class Template:
    """`title` and `description`: texts for people."""

    id: str
    title: Any
    description: Any


@cache
def templates() -> tuple[Template, ...]:
    """The bundles that come with the product, by id."""
    found = [_template(path) for path in _folders().values()]
    return tuple(sorted(found, key=lambda each: each.id))


@cache
def template(id_: str) -> Bundle | None:
    """One of them, or None."""
    path = _folders().get(id_)
    return None if path is None else open_bundle(path)


def main_process(bundle: Bundle) -> str:
    """The process that the others serve: no fragment, and begun by no other; empty for none."""
    processes = [each for each in bundle.documents if each.kind == "process"]
    children = {child for each in processes for child in child_processes(each.value)}
    own = [each.id for each in processes if each.value.get("fragment") is not True]
    return next((id_ for id_ in own if id_ not in children), own[0] if own else "")


@cache
def _folders() -> Mapping[str, Path]:
    folder = Path(next(iter(examples.__path__)))
    return {path.parent.name: path.parent for path in folder.glob(f"*/{META_FILE}")}


def _template(folder: Path) -> Template:
    meta = load_yaml((folder / META_FILE).read_text(encoding="utf-8")).value
    return Template(folder.name, meta.get("title"), meta.get("description"))
