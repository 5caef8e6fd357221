"""A definition under another id, with all that it names in others: what a copy of a bundle needs.

Only what names a definition changes. Stages, fields, roles and steps may be called the same and
stay; so does the id of an activity that is called after what it runs, since events, expressions
and scenarios know it by that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from orderloom.platform.definitions.references import NAMED

Key = tuple[str, str]
# Below these stand expressions under names of the author's choice.
_EXPRESSIONS: Final = frozenset({"with", "set", "append", "data", "result"})
# What may send an event or begin an order.
_SENDERS: Final = ("connector", "ruleset", "process")
_ACTIVITIES: Final = ("approval", "verify", "order")


def renamed(document: Mapping[str, Any], names: Mapping[Key, str]) -> dict[str, Any]:
    """`names`: kind and id → the new id, of this one and of others; who is not among them keeps
    the id. The order of keys stays."""
    new = _Names(names)
    kind = str(document.get("kind"))
    made = dict(document)
    made["id"] = new.of(kind, document.get("id"))
    if kind == "process":
        return _process(made, new)
    if kind == "decision":
        return _decision(made, new)
    if kind == "approval" and "matrix" in made:
        made["matrix"] = new.of("decision", made["matrix"])
    if kind == "form" and "schema" in made:
        made["schema"] = _schema(made["schema"], new)
    if kind == "connector" and isinstance(made.get("inbound"), Mapping):
        made["inbound"] = {key: _inbound(each, new) for key, each in made["inbound"].items()}
    return made


def renamed_meta(meta: Mapping[str, Any], names: Mapping[Key, str]) -> dict[str, Any]:
    """The same of a `bundle.yaml`; its own id stays."""
    made = dict(meta)
    if "calendar" in made:
        made["calendar"] = _Names(names).of("calendar", made["calendar"])
    return made


def renamed_scenario(scenario: Mapping[str, Any], names: Mapping[Key, str]) -> dict[str, Any]:
    """The same of a scenario."""
    made: dict[str, Any] = _played(scenario, _Names(names))
    return made


class _Names:
    """Looks new ids up."""

    def __init__(self, names: Mapping[Key, str]) -> None:
        self._names = names

    def of(self, kind: str, reference: Any) -> Any:
        """A reference with its version as it was: `id`, `id@7`, `id@latest`."""
        if not isinstance(reference, str):
            return reference
        id_, mark, version = reference.partition("@")
        return f"{self._names.get((kind, id_), id_)}{mark}{version}"

    def before_dot(self, kind: str, reference: Any) -> Any:
        """`erp.create-invoice`: what stands before the dot is the id."""
        if not isinstance(reference, str):
            return reference
        id_, dot, rest = reference.partition(".")
        return f"{self.of(kind, id_)}{dot}{rest}"

    def sender(self, given: Any) -> Any:
        """Who may send: one name or several, of connectors, watches or processes."""
        if isinstance(given, list | tuple):
            return [self.sender(each) for each in given]
        found = (self.of(kind, given) for kind in _SENDERS)
        return next((each for each in found if each != given), given)


def _process(made: dict[str, Any], new: _Names) -> dict[str, Any]:
    if "form" in made:
        made["form"] = new.of("form", made["form"])
    start = made.get("start")
    if isinstance(start, Mapping) and "from" in start:
        made["start"] = {**start, "from": new.sender(start["from"])}
    if isinstance(made.get("events"), Mapping):
        made["events"] = {key: _event(each, new) for key, each in made["events"].items()}
    for part in ("stages", "on"):
        if part in made:
            made[part] = _part(made[part], new)
    return made


def _event(event: Any, new: _Names) -> Any:
    if not isinstance(event, Mapping):
        return event
    made = dict(event)
    if "form" in made:
        made["form"] = new.of("form", made["form"])
    if "from" in made:
        made["from"] = new.sender(made["from"])
    return made


def _part(value: Any, new: _Names) -> Any:
    if isinstance(value, list | tuple):
        return [_part(each, new) for each in value]
    if not isinstance(value, Mapping):
        return value
    made = {key: _item(key, each, value, new) for key, each in value.items()}
    if isinstance(value.get("do"), list | tuple):
        made["do"] = [_known(*pair) for pair in zip(value["do"], made["do"], strict=True)]
    return made


def _item(key: str, item: Any, around: Mapping[str, Any], new: _Names) -> Any:
    if key in _EXPRESSIONS:
        return item
    if isinstance(item, Mapping) and key == "read":
        return (
            {**item, "collection": new.of("collection", item["collection"])}
            if ("collection" in item)
            else item
        )
    if not isinstance(item, str):
        return _part(item, new)
    if key in NAMED:
        kind = NAMED[key]
        return new.before_dot(kind, item) if kind == "connector" else new.of(kind, item)
    if key == "order" or (key == "start" and not any(one in around for one in _ACTIVITIES)):
        return new.of("process", item)
    if key == "form" and "task" in around:
        return new.of("form", item)
    if key == "balance" and "key" in around:
        return new.before_dot("collection", item)
    return new.of("process", item) if key == "process" else item


def _known(before: Any, after: Any) -> Any:
    """The activity goes on by the id that it had."""
    if not isinstance(before, Mapping) or "id" in before:
        return after
    kind = next((each for each in _ACTIVITIES if each in before), None)
    if kind is None or before[kind] == after[kind]:
        return after
    return {**after, "id": str(before[kind]).partition("@")[0]}


def _decision(made: dict[str, Any], new: _Names) -> dict[str, Any]:
    for part, kind in (("requires", "decision"), ("reads", "collection")):
        if isinstance(made.get(part), Mapping):
            made[part] = {name: new.of(kind, each) for name, each in made[part].items()}
    return made


def _schema(value: Any, new: _Names) -> Any:
    if isinstance(value, list | tuple):
        return [_schema(each, new) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: new.of("collection", each) if key == "x-collection" else _schema(each, new)
        for key, each in value.items()
    }


def _inbound(message: Any, new: _Names) -> Any:
    if not isinstance(message, Mapping):
        return message
    made = dict(message)
    for part in ("event", "order"):
        inner = made.get(part)
        if isinstance(inner, Mapping) and "process" in inner:
            made[part] = {**inner, "process": new.of("process", inner["process"])}
    return made


def _played(value: Any, new: _Names) -> Any:
    if isinstance(value, list | tuple):
        return [_played(each, new) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {key: _in_scenario(key, each, new) for key, each in value.items()}


def _in_scenario(key: str, item: Any, new: _Names) -> Any:
    if key in ("data", "with", "edit"):
        return item
    if key == "process":
        return new.of("process", item)
    if key == "from" and isinstance(item, str):
        return new.sender(item)
    if key == "message":
        return new.of("message", item)
    if key == "balance":
        return new.before_dot("collection", item)
    if key == "calls" and isinstance(item, list | tuple):
        return [new.before_dot("connector", each) for each in item]
    kinds = {"calls": "connector", "collections": "collection"}
    if key in kinds and isinstance(item, Mapping):
        return {new.before_dot(kinds[key], name): each for name, each in item.items()}
    return _played(item, new)
