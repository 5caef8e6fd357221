"""What a definition names in other definitions, and all that a release needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Document = Mapping[str, Any]
Reference = tuple[str, str]

# Messages that the product has itself, unless a bundle writes its own.
BUILT_IN_MESSAGES: Final = frozenset({"task", "reminder", "escalation"})
BUILT_IN_COLLECTIONS: Final = frozenset({"stock", "locations"})

# Always as of today; everything else is pinned when the order starts (language 1).
AS_OF_TODAY: Final = frozenset({"connector", "calendar", "collection"})


def references(document: Document) -> tuple[Reference, ...]:
    """Kind and reference (`id`, `id@7`, `id@latest`) of all that the document names, once each.

    Child processes are not among them: they have releases of their own.
    """
    return tuple(dict.fromkeys(_references(document)))


def child_processes(document: Document) -> tuple[str, ...]:
    """The processes that the document starts orders of."""
    found = [
        value
        for one in _maps(document.get("stages"))
        for key, value in one.items()
        if key in ("order", "start") and isinstance(value, str)
    ]
    return tuple(dict.fromkeys(found))


def sources(document: Document) -> tuple[str, ...]:
    """Who may send the events of a process: connectors, watches, words such as `parent`."""
    found: list[str] = []
    for event in (document.get("events") or {}).values():
        given = (event or {}).get("from") or ()
        found += [given] if isinstance(given, str) else given
    return tuple(dict.fromkeys(found))


def closure(process: str, find: Callable[[str, str], Document | None]) -> dict[Reference, Document]:
    """The process and all it needs, by kind and reference; `find` gives a document or None.

    What the product says by itself (`task`, `reminder`) is needed where a bundle words it anew;
    watches whose events it takes, since their orders are found by a key.
    """
    found: dict[Reference, Document] = {}
    waiting: list[Reference] = [("process", process)]
    waiting += [("message", id_) for id_ in sorted(BUILT_IN_MESSAGES)]
    while waiting:
        reference = waiting.pop()
        if reference in found:
            continue
        document = find(*reference)
        if document is None:
            continue
        found[reference] = document
        waiting += references(document)
        if reference == ("process", process):
            waiting += [("ruleset", id_) for id_ in sources(document)]
    return found


def _references(document: Document) -> Iterator[Reference]:
    kind = document.get("kind")
    if kind == "process":
        yield from _of_process(document)
    elif kind == "decision":
        yield from (("decision", id_) for id_ in (document.get("requires") or {}).values())
        yield from (("collection", id_) for id_ in (document.get("reads") or {}).values())
    elif kind == "approval":
        if "matrix" in document:
            yield "decision", document["matrix"]
    elif kind == "form":
        for one in _schemas(document.get("schema")):
            if isinstance(one.get("x-collection"), str):
                yield "collection", one["x-collection"]


def _of_process(document: Document) -> Iterator[Reference]:
    if "form" in document:
        yield "form", document["form"]
    for event in (document.get("events") or {}).values():
        if event and "form" in event:
            yield "form", event["form"]
    for part in ("stages", "on"):
        for one in _maps(document.get(part)):
            yield from _of_map(one)


def _of_map(one: Document) -> Iterator[Reference]:
    for key, kind in NAMED.items():
        value = one.get(key)
        if isinstance(value, str):
            yield kind, value.partition(".")[0] if kind == "connector" else value
    if "task" in one and isinstance(one.get("form"), str):
        yield "form", one["form"]
    read = one.get("read")
    if isinstance(read, Mapping) and isinstance(read.get("collection"), str):
        yield "collection", read["collection"]
    if "key" in one and isinstance(one.get("balance"), str):
        yield "collection", one["balance"].partition(".")[0]


NAMED: Final = {
    "decide": "decision",
    "infer": "ruleset",
    "verify": "decision",
    "approval": "approval",
    "notify": "message",
    "call": "connector",
    "use": "process",
}


# Below these stand expressions under names of the author's choice.
_EXPRESSIONS: Final = frozenset({"with", "set", "append", "data", "result", "read"})


def _maps(value: Any) -> Iterator[Document]:
    if isinstance(value, Mapping):
        yield value
        for key, item in value.items():
            if key not in _EXPRESSIONS:
                yield from _maps(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _maps(item)


def _schemas(value: Any) -> Iterator[Document]:
    """Every map of a JSON Schema; here any key may be a field's name."""
    if isinstance(value, Mapping):
        yield value
        for item in value.values():
            yield from _schemas(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _schemas(item)
