"""The JSON Schemas (2020-12) of the definition language, one for each kind.

They are written in `schemas/<kind>.yaml`, which is shorter than what is served: `x-include` names
sets of properties of `schemas/sets.yaml`, and what `$defs` a schema lacks comes from
`schemas/parts.yaml`. Two words of our own stay: `x-later` lists values that come later, and
`{not: {}}` with a description is what may not stand there, and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from orderloom.platform.codec import load_yaml
from orderloom.platform.definitions.document import KINDS

SCHEMAS: Final = (*KINDS, "bundle", "scenario", "mapping")
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FOLDER: Final = Path(__file__).parent / "schemas"
_LOCAL: Final = "#/$defs/"

Schema = dict[str, Any]


@cache
def schema(kind: str) -> Mapping[str, Any]:
    """The schema of a kind (one of `SCHEMAS`), complete in itself. Raises `KeyError`.

    It is shared: nobody may change it.
    """
    if kind not in SCHEMAS:
        raise KeyError(kind)
    body = _expanded(_read(kind), _read("sets"))
    if kind in KINDS:
        body["properties"]["kind"] = {"const": kind, **body["properties"]["kind"]}
    own = body.pop("$defs", {})
    head = {"$schema": DIALECT, "$id": f"https://orderloom.dev/schemas/1/{kind}.json"}
    return MappingProxyType({**head, **body, "$defs": _needed(body, own)})


@cache
def shared_parts() -> Mapping[str, Any]:
    """The definitions that several schemas share, by name."""
    return MappingProxyType(_expanded(_read("parts"), _read("sets")))


def reference_of(part: Any) -> str | None:
    """The name among `$defs` that a schema refers to."""
    target = part.get("$ref") if isinstance(part, Mapping) else None
    return target.removeprefix(_LOCAL) if isinstance(target, str) else None


@cache
def _read(name: str) -> Schema:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return dict(load_yaml(text, file=f"{name}.yaml").value)


def _expanded(part: Any, sets: Schema) -> Any:
    """The part with the sets that it includes in front of its own properties."""
    if isinstance(part, list):
        return [_expanded(each, sets) for each in part]
    if not isinstance(part, dict):
        return part
    made = {key: _expanded(value, sets) for key, value in part.items() if key != "x-include"}
    if "x-include" in part:
        included = {name: one for key in part["x-include"] for name, one in sets[key].items()}
        made["properties"] = {**included, **made.get("properties", {})}
    return made


def _needed(body: Schema, own: Schema) -> Schema:
    """The definitions that the body refers to, directly or not, by name."""
    known = {**shared_parts(), **own}
    found: Schema = {}
    waiting = list(_references(body))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = known[name]
            waiting += _references(known[name])
    return dict(sorted(found.items()))


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _references(each)
    elif isinstance(part, dict):
        name = reference_of(part)
        if name is not None:
            yield name
        for value in part.values():
            yield from _references(value)
