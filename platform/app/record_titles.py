"""Balances and records as people call them, where the reader may see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from orderloom.platform.app.collection_records import EDIT, READ
from orderloom.platform.app.lookups import NAMES
from orderloom.platform.app.reading import Seen
from orderloom.platform.engine.outcome import Lookup

# What an entry tells of balances stands in these facts.
WITH_BALANCES: Final = ("lines", "cause", "task", "error")


def balance_title(seen: Seen, balance: str) -> str:
    """`Cost centres (Budget)` of `cost-centres.budget`."""
    collection, _, field = balance.partition(".")
    document: Mapping[str, Any] = seen.release.collections.get(collection, {})
    choose, labels = seen.words.choose, document.get("labels") or {}
    return seen.words.text(
        "audit.moved.balance",
        collection=choose(document.get("title")) or collection,
        field=choose(labels.get(field)) or field,
    )


def record_title(seen: Seen, balance: str, key: str) -> str:
    """`Marketing (MKT)` of `MKT`; the key alone for readers who may not read collections."""
    if not {READ, EDIT} & set(seen.actor.permissions):
        return key
    collection, organisation = balance.partition(".")[0], seen.actor.organisation
    record = seen.desk.briefly.get(
        ("record", organisation, collection, key),
        lambda: seen.desk.ask(Lookup(collection, key), organisation),
    )
    found = record if isinstance(record, Mapping) else {}
    name = next((found[each] for each in NAMES if isinstance(found.get(each), str)), "")
    return f"{name} ({key})" if name and name != key else key


def with_records(seen: Seen, facts: Any) -> Any:
    """The same facts with records by name beside each balance, at any depth."""
    if isinstance(facts, list | tuple):
        return [with_records(seen, each) for each in facts]
    if not isinstance(facts, Mapping):
        return facts
    told = {name: with_records(seen, each) for name, each in facts.items()}
    if isinstance(facts.get("balance"), str) and isinstance(facts.get("key"), str):
        told["key"] = record_title(seen, facts["balance"], facts["key"])
    return told
