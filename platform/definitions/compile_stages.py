"""The stage tree (language 3.2, 3.3, 3.4): every stage knows its place, children and ancestors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from dateutil.rrule import rrulestr

from orderloom.platform.definitions import model as m
from orderloom.platform.definitions.compile_actions import actions, transitions
from orderloom.platform.definitions.compile_activities import activity, event_of
from orderloom.platform.definitions.compile_values import CompileError, code, names, words
from orderloom.platform.definitions.spans import parse_span

Document = Mapping[str, Any]


def stage_tree(process: Document) -> tuple[m.Stage, dict[str, m.Stage]]:
    """The root (without id) and every stage by id, in document order."""
    stages: dict[str, m.Stage] = {}
    top = _add_all(process.get("stages"), (), "", stages)
    root = m.Stage(
        id="",
        index=-1,
        kind="compound",
        children=top,
        initial=_initial(process, top, stages),
        on=_on(process, ""),
        path="",
    )
    return root, stages


def listed(stages: Any) -> Iterable[tuple[str, Document]]:
    """`stages` as written: a map, or a list of `{id: …}`."""
    if isinstance(stages, Mapping):
        return [(id_, body or {}) for id_, body in stages.items()]
    return [(body["id"], body) for body in stages or ()]


def _add_all(
    stages: Any, ancestors: tuple[str, ...], path: str, found: dict[str, m.Stage]
) -> tuple[str, ...]:
    prefix = f"{path}.stages" if path else "stages"
    return tuple(_add(id_, body, ancestors, prefix, found) for id_, body in listed(stages))


def _add(
    id_: str, body: Document, ancestors: tuple[str, ...], prefix: str, found: dict[str, m.Stage]
) -> str:
    if id_ in found:
        raise CompileError(f"{prefix}.{id_}", "the stage occurs twice")
    path, index = f"{prefix}.{id_}", len(found)
    found[id_] = m.Stage(id=id_, index=index)  # keeps the place in document order
    children = _add_all(body.get("stages"), (*ancestors, id_), path, found)
    kind = body.get("type") or ("compound" if children else "plain")
    found[id_] = m.Stage(
        id=id_,
        index=index,
        kind=kind,
        title=body.get("title"),
        ancestors=ancestors,
        children=children,
        initial=_initial(body, children, found),
        entry=actions(body.get("entry"), f"{path}.entry"),
        exit=actions(body.get("exit"), f"{path}.exit"),
        always=_transitions(body, "always", path),
        on=_on(body, path),
        done=_transitions(body, "done", path) if "done" in body else None,
        do=tuple(activity(one, f"{path}.do[{i}]") for i, one in enumerate(body.get("do") or ())),
        timers=_timers(body.get("after"), f"{path}.after"),
        deep=bool(body.get("deep", False)),
        default=_transitions(body, "to", path) if kind == "history" else (),
        outcome=_outcome(id_, body, top=not ancestors) if kind == "final" else None,
        failed=bool(body.get("failed", False)),
        result=names(body, "result", path),
        path=path,
    )
    return id_


def _outcome(id_: str, body: Document, *, top: bool) -> str | None:
    """A final stage at the top always has an outcome: reports count by it."""
    if "outcome" in body or not top:
        return body.get("outcome")
    return id_ if body.get("failed") else "completed"


def _initial(
    body: Document, children: tuple[str, ...], found: Mapping[str, m.Stage]
) -> tuple[str, ...]:
    if "initial" in body:
        return words(body["initial"])
    real = [child for child in children if found[child].kind != "history"]
    return tuple(real[:1])


def _transitions(body: Document, key: str, path: str) -> tuple[m.Transition, ...]:
    return transitions(body[key], f"{path}.{key}") if key in body else ()


def _on(body: Document, path: str) -> tuple[tuple[str, tuple[m.Transition, ...]], ...]:
    place = f"{path}.on" if path else "on"
    own = (body.get("on") or {}).items()
    on = [(name, transitions(value, f"{place}.{name}")) for name, value in own]
    for i, one in enumerate(body.get("do") or ()):
        inner = f"{path}.do[{i}].on"
        for name, value in (one.get("on") or {}).items():
            on.append((event_of(one, name), transitions(value, f"{inner}.{name}")))
    return tuple(on)


def _timers(value: Any, path: str) -> tuple[m.Timer, ...]:
    if value is None:
        return ()
    if isinstance(value, Mapping):
        return tuple(
            m.Timer(
                path=f"{path}.{span}",
                transitions=transitions(taken, f"{path}.{span}"),
                after=parse_span(span),
            )
            for span, taken in value.items()
        )
    return tuple(_timer(one, f"{path}[{index}]") for index, one in enumerate(value))


def _timer(body: Document, path: str) -> m.Timer:
    taken = transitions({k: v for k, v in body.items() if k in _TRANSITION}, path)
    if "after" in body:
        return m.Timer(path, taken, after=parse_span(body["after"]))
    if "at" in body:
        return m.Timer(path, taken, at=code(body["at"], f"{path}.at"))
    start = code(body["from"], f"{path}.from") if "from" in body else None
    every = body["every"]
    if "FREQ=" in every:
        return m.Timer(path, taken, rrule=_rrule(every, f"{path}.every"), start=start)
    return m.Timer(path, taken, every=parse_span(every), start=start)


def _rrule(text: str, path: str) -> str:
    try:
        rrulestr(text, dtstart=datetime(2000, 1, 1))
    except (ValueError, TypeError) as error:
        raise CompileError(path, f"{text!r} is not a recurrence rule: {error}") from error
    return text


_TRANSITION = frozenset({"if", "to", "actions", "internal"})
