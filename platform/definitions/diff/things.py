"""What the parts of a definition are: which keys hold named things, and how a thing is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from orderloom.platform.definitions.diff.difference import AREA, Title
from orderloom.platform.definitions.saying import Said, Sayable, cut

# Keys whose map holds things under names of their own: what one entry is.
MAPS: Final[Mapping[str, str]] = {
    "stages": "stage",
    "events": "event",
    "holds": "hold",
    "on": "transition",
    "after": "clock",
    "keys": "key",
    "properties": "field",
    "$defs": "field",
    "compute": "field",
    "labels": "label",
    "operations": "operation",
    "inbound": "inbound",
    "facts": "fact",
    "roles": "role",
    "cast": "member",
    "hours": "day",
    "special": "day",
    "data": "entry",
    "with": "entry",
    "set": "entry",
    "append": "entry",
    "requires": "entry",
    "reads": "entry",
    "parameters": "entry",
    "outcomes": "entry",
    "when": "entry",
    "then": "entry",
    "given": "entry",
    "expect": "entry",
    "headers": "entry",
    "result": "entry",
    "attributes": "entry",
}
# Keys whose list holds things: what one of them is.
LISTS: Final[Mapping[str, str]] = {
    "do": "activity",
    "entry": "action",
    "exit": "action",
    "actions": "action",
    "on": "branch",
    "always": "branch",
    "done": "branch",
    "after": "clock",
    "steps": "step",
    "parallel": "step",
    "inputs": "input",
    "outputs": "output",
    "tests": "test",
    "edit": "editing",
    "layout": "section",
    "tabs": "section",
}
# In a map of this kind the entries are shown as values, not as places.
PLAIN: Final = frozenset({"entry", "day", "role"})
DAYS: Final = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
NAMED_BY: Final = ("id", "name", "scenario")
VERBS: Final = (
    *("approval", "task", "verify", "call", "order", "wait", "document", "compensate", "reserve"),
    *("decide", "infer", "read", "notify", "raise", "send", "start", "link", "set", "append"),
    *("release", "issue", "receive", "transfer", "allocate", "hold", "unhold", "milestone", "tag"),
    *("untag", "next"),
)


def thing_in_map(slot: str, kind: str) -> str | None:
    """What the entries of a key's map are, in a definition of `kind`; None: a record of keys."""
    if kind == "decision" and slot == "rules":
        return "row"
    return MAPS.get(slot)


def thing_in_list(slot: str, kind: str) -> str:
    """What the elements of a key's list are."""
    if slot == "rules":
        return "row" if kind == "decision" else "rule"
    if slot in ("fields", "columns"):
        return "placed"
    return LISTS.get(slot, "element")


def identity(item: Any) -> str | None:
    """By what an element of a list is known again in another version; None: by what it is."""
    if isinstance(item, str):
        return item
    if not isinstance(item, Mapping):
        return None
    named = next((item[key] for key in NAMED_BY if isinstance(item.get(key), str)), None)
    return named or _by_what_it_holds(item)


def _by_what_it_holds(item: Mapping[str, Any]) -> str | None:
    for key in ("field", "section", "tab"):
        held = item.get(key)
        if held is not None:
            return _first(held)
    if "parallel" in item:
        return "+".join(str(identity(each)) for each in item["parallel"])
    verb = next((key for key in VERBS if key in item), None)
    if verb is None:
        fields = item.get("fields")
        if not isinstance(fields, list | tuple):
            return None
        return ", ".join(_first(each) for each in fields)
    held = item[verb]
    if isinstance(held, str):
        # `erp.create-invoice` is known by its last part (language 3.6).
        return f"{verb} {held}"
    keys = "+".join(sorted(held)) if isinstance(held, Mapping) else ""
    return f"{verb} {keys}".strip()


def _first(held: Any) -> str:
    if isinstance(held, Mapping):
        return str(held.get("field") or next(iter(held.values()), ""))
    return str(held)


def called(thing: str, name: str | int, value: Any) -> Sayable:
    """What a thing is called: by its title, else by its name, else by its place from 1."""
    title = value.get("title") if isinstance(value, Mapping) else None
    title = title if isinstance(title, str | Mapping) else None
    shown = cut(str(name + 1 if isinstance(name, int) else name))
    if thing == "day" and isinstance(name, str) and name in DAYS:
        return Said(f"named.{name}", area=AREA)
    if thing == "step" and isinstance(value, Mapping) and "parallel" in value:
        thing = "group"
    return Said(f"things.{thing}", {"name": Title(title, shown)}, AREA)
