"""`use: id`: the stages of a process marked `fragment: true`, put into a stage (language 3.2).

The stages' ids get the stage's id in front; so do all that name them: targets, `initial`, holds'
stops, `compensate`, and `active("…")` in expressions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Document = Mapping[str, Any]
_ACTIVE = re.compile(r'active\(\s*"([^"]+)"\s*\)')


def expand(process: Document, find: Callable[[str], Document]) -> Document:
    """The process with every `use` replaced; `find` gives a fragment by its reference.

    Raises `RecursionError` for fragments that contain themselves more than 20 deep.
    """
    if not _uses(process):
        return process
    return {**process, "stages": _expanded(process.get("stages"), find, 0)}


def _uses(value: Any) -> bool:
    if isinstance(value, Mapping):
        stages = value.get("stages")
        bodies = stages.values() if isinstance(stages, Mapping) else stages or ()
        return "use" in value or any(_uses(body) for body in bodies)
    return False


def _expanded(stages: Any, find: Callable[[str], Document], depth: int) -> Any:
    if depth > 20:
        raise RecursionError("fragments are nested deeper than 20")
    if isinstance(stages, Mapping):
        return {id_: _stage(id_, body or {}, find, depth) for id_, body in stages.items()}
    return [_stage(body["id"], body, find, depth) for body in stages or ()]


def _stage(id_: str, body: Document, find: Callable[[str], Document], depth: int) -> Document:
    if "use" not in body:
        if "stages" not in body:
            return body
        return {**body, "stages": _expanded(body["stages"], find, depth)}
    fragment = find(body["use"])
    inner = _expanded(fragment.get("stages"), find, depth + 1)
    known = frozenset(_ids(inner))
    stages = _renamed(inner, f"{id_}-", known, stages=True)
    taken = fragment.get("on") or {}
    on = {name: _target(item, f"{id_}-", known) for name, item in taken.items()}
    on = {**on, **(body.get("on") or {})}
    made = {**{key: value for key, value in body.items() if key != "use"}, "stages": stages}
    if "initial" in fragment:
        made["initial"] = _target(fragment["initial"], f"{id_}-", known)
    return {**made, "on": on} if on else made


def _ids(stages: Any) -> list[str]:
    pairs = stages.items() if isinstance(stages, Mapping) else ((s["id"], s) for s in stages or ())
    found: list[str] = []
    for id_, body in pairs:
        found += [id_, *_ids((body or {}).get("stages"))]
    return found


def _renamed(value: Any, prefix: str, known: frozenset[str], *, stages: bool = False) -> Any:
    if isinstance(value, Mapping):
        return {
            prefix + key if stages and key in known else key: _member(key, item, prefix, known)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_listed(item, prefix, known, stages=stages) for item in value]
    if isinstance(value, str):
        return _ACTIVE.sub(lambda hit: _active(hit, prefix, known), value)
    return value


def _listed(value: Any, prefix: str, known: frozenset[str], *, stages: bool) -> Any:
    """An element of a list; of stages as a list the `id` is the stage's."""
    made = _renamed(value, prefix, known)
    return {**made, "id": prefix + value["id"]} if stages else made


_NAMING = frozenset({"to", "initial", "compensate", "done", "always"})


def _member(key: str, value: Any, prefix: str, known: frozenset[str]) -> Any:
    if key == "stages":
        return _renamed(value, prefix, known, stages=True)
    if key in ("on", "after") and isinstance(value, Mapping):
        return {name: _target(item, prefix, known) for name, item in value.items()}
    if key in _NAMING:
        return _target(value, prefix, known)
    return _renamed(value, prefix, known)


def _target(value: Any, prefix: str, known: frozenset[str]) -> Any:
    if isinstance(value, str):
        return prefix + value if value in known else value
    if isinstance(value, list | tuple):
        return [_target(item, prefix, known) for item in value]
    return _renamed(value, prefix, known)


def _active(hit: re.Match[str], prefix: str, known: frozenset[str]) -> str:
    return f'active("{prefix}{hit[1]}")' if hit[1] in known else hit[0]
