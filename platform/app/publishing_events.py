"""What is told of publishing: an entry for each version, by which orders' releases lead back to who
published it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from orderloom.platform.engine import Event
from orderloom.platform.engine.step import iso
from orderloom.platform.store.definition_rows import DefinitionVersion


def published(
    version: DefinitionVersion, author: str | None, at: datetime, before: int | None
) -> Event:
    """`author`: who saved the draft that became the version; `before`: the version that it takes
    the place of."""
    facts: dict[str, Any] = {
        "kind": version.kind,
        "id": version.id,
        "version": version.number,
        "digest": version.digest,
        "at": iso(at),
    }
    more = {"bundle": version.bundle, "author": author, "comment": version.comment}
    facts |= {name: value for name, value in more.items() if value}
    if before is not None:
        facts["before"] = before
    if version.effective_from is not None:
        facts["from"] = iso(version.effective_from)
    return Event("definition.published", facts)


def bundle_published(bundle: str, comment: str, at: datetime) -> Event:
    """No definition changed, but what the bundle says of itself, or its scenarios."""
    facts: dict[str, Any] = {"bundle": bundle, "at": iso(at)}
    return Event("bundle.published", {**facts, **({"comment": comment} if comment else {})})


def draft_discarded(kind: str, id_: str, bundle: str, at: datetime) -> Event:
    """A saved draft was given up; nobody ever worked by it."""
    facts: dict[str, Any] = {"kind": kind, "id": id_, "at": iso(at)}
    return Event("draft.discarded", {**facts, **({"bundle": bundle} if bundle else {})})
