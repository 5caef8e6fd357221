"""Results as expressions see them: dates as dates, where the definition says what they are.

Results are kept as JSON, which has no dates. Forms, collections and outputs of tables have types;
what comes from elsewhere (calls, other orders) stays as it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from orderloom.forms import compile_form
from orderloom.platform.definitions import model as m
from orderloom.platform.definitions.model import Release, Stage
from orderloom.platform.engine.event_data import Misfit, read

Lift = Callable[[Any], Any]


@lru_cache(maxsize=64)
def result_lifts(release: Release) -> Mapping[str, Lift]:
    """By the name of the result; names whose values need nothing are left out."""
    found: dict[str, Lift] = {}
    for name, lift in _all(release):
        found.setdefault(name, lift)
    return found


def _all(release: Release) -> Iterator[tuple[str, Lift]]:
    process = release.process
    for event in process.events.values():
        if event.form is not None:
            yield event.form, release.forms[event.form].lift
    for stage in (process.root, *process.stages.values()):
        for one in stage.do:
            if one.result and isinstance(one.what, m.TaskActivity) and one.what.form is not None:
                yield one.result, _each(release.forms[one.what.form].lift)
        for action in actions_of(stage):
            lift = _of_action(release, action)
            if action.result is not None and lift is not None:
                yield action.result, _each(lift)


def actions_of(stage: Stage) -> Iterator[m.Action]:
    """Every action that stands in a stage."""
    yield from (*stage.entry, *stage.exit)
    taken = [*stage.always, *(stage.done or ()), *stage.default]
    taken += [one for _, listed in stage.on for one in listed]
    taken += [one for timer in stage.timers for one in timer.transitions]
    for transition in taken:
        yield from transition.actions


def _of_action(release: Release, action: m.Action) -> Lift | None:
    match action.what:
        case m.Read(collection=str(id_)):
            schema = (release.collections.get(id_) or {}).get("schema")
            return compile_form({"id": id_, "schema": schema}).lift if schema else None
        case m.Decide(decision=id_):
            table = release.decisions[id_].table
            if table is None:
                return None
            types = {one.name: one.type or "any" for one in table.outputs}
            return _row(types) if any(name in _TIMES for name in types.values()) else None
        case m.Infer(ruleset=id_):
            facts = release.rulesets[id_].facts
            if not any(_TIMES & set(fact.fields.values()) for fact in facts.values()):
                return None
            return _facts({name: _row(fact.fields) for name, fact in facts.items()})
        case _:
            return None


def _facts(rows: Mapping[str, Lift]) -> Lift:
    def lift(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {name: [rows[name](one) for one in some] for name, some in value.items()}

    return lift


_TIMES = frozenset(("date", "time", "date and time", "duration"))


def _row(types: Mapping[str, str]) -> Lift:
    only = next(iter(types.values()), "any")

    def lift(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: _read(inner, types.get(name, "any")) for name, inner in value.items()}
        return _read(value, only)

    return lift


def _read(value: Any, type_: str) -> Any:
    try:
        return read(value, type_, "") if type_ in _TIMES else value
    except Misfit:
        return value


def _each(lift: Lift) -> Lift:
    """Of `for_each` and of tables with many rows there are lists."""

    def lifted(value: Any) -> Any:
        return [lifted(item) for item in value] if isinstance(value, list) else lift(value)

    return lifted
