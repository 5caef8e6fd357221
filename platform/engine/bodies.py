"""Commands as JSON and back: a failed one waits in the state until it is retried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, get_args

from orderloom.platform.engine import commands

_KINDS = {kind.__name__: kind for kind in get_args(commands.Body)}


def body_to_json(body: commands.Body) -> dict[str, Any]:
    """`{"kind": …, fields…}`; fields that are None are left out."""
    return {"kind": type(body).__name__, **_fields(body)}


def _fields(value: Any) -> dict[str, Any]:
    out = {}
    for one in fields(value):
        inner = _plain(getattr(value, one.name))
        if inner is not None:
            out[one.name] = inner
    return out


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    return value


def body_from_json(value: dict[str, Any]) -> commands.Body:
    """The inverse of `body_to_json`. Raises `KeyError` for an unknown kind."""
    rest = {name: inner for name, inner in value.items() if name != "kind"}
    if value["kind"] == "Deliver":
        rest["messages"] = tuple(commands.Message(**one) for one in rest["messages"])
    if value["kind"] == "Create" and rest.get("parent"):
        rest["parent"] = commands.ParentRef(**rest["parent"])
    if "time" in rest:
        rest["time"] = datetime.fromisoformat(rest["time"])
    body: commands.Body = _KINDS[value["kind"]](**rest)
    return body


def actor_to_json(actor: commands.Actor) -> dict[str, Any]:
    """Who gave a command, without what the directory says of them beside roles."""
    return {
        "id": actor.id,
        "kind": actor.kind,
        "organisation": actor.organisation,
        "roles": sorted(actor.roles),
        "units": list(actor.units),
        **({"in_place_of": _all(actor.in_place_of)} if actor.in_place_of else {}),
    }


def _all(actors: Mapping[str, commands.Actor]) -> dict[str, Any]:
    return {id_: actor_to_json(actor) for id_, actor in actors.items()}


def actor_from_json(value: dict[str, Any]) -> commands.Actor:
    """The inverse of `actor_to_json`."""
    return commands.Actor(
        id=value["id"],
        kind=value["kind"],
        organisation=value["organisation"],
        roles=frozenset(value["roles"]),
        units=tuple(value["units"]),
        in_place_of={k: actor_from_json(v) for k, v in value.get("in_place_of", {}).items()},
    )
