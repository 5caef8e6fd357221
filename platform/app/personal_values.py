"""Which personal values an order holds, and whose they are, as its release says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from orderloom.audit.entry import value_bytes
from orderloom.audit.personal import DIRECTORY
from orderloom.audit.persons import LEAST, Persons, person_at
from orderloom.forms.personal import personal_fields
from orderloom.platform.definitions.model import Read, Release, TaskActivity
from orderloom.platform.engine import OrderState
from orderloom.platform.engine.outcome import Person

Place = tuple[str | int, ...]
Text = tuple[Place, str]
# Answers of this kind are the directory's records.
PERSON: Final = Person.__name__
# More of one order are not looked for where they come again.
MOST_TEXTS: Final = 64


@dataclass(frozen=True, slots=True)
class Plan:
    """`data`: personal fields of the order's data, `results`: of what `as` named (its name comes
    first), each as steps. `ways`: field → field with the person's id, those of results too."""

    data: tuple[tuple[str, ...], ...]
    results: tuple[tuple[str, ...], ...]
    ways: Mapping[str, str]


def persons_of(
    release: Release, state: OrderState, author: str, answers: Sequence[Any] | None = None
) -> Persons:
    """Whose values the entries of a command of `author` may hold, and which texts may come again
    in them. `state`: the order's after it. `answers`: what it was told, as `recorded` keeps it."""
    plan = _plan(release)
    records = {each[0]: each[3] for each in answers or () if each[1] == PERSON and each[3]}
    told = dict(_names(records.values()))
    if not plan.data and not plan.results and not records:
        return Persons(author=author)
    around = state.data
    if plan.results:
        around = {**state.results, **state.data}
    texts: dict[str, str] = {}
    whose: dict[str, str | None] = {}
    for steps in (*plan.data, *plan.results):
        source = state.data if steps in plan.data else state.results
        for place, text in _texts(source, steps):
            if len(texts) == MOST_TEXTS:
                break
            path = ".".join(steps)
            texts.setdefault(text, path)
            way = plan.ways.get(path)
            whose.setdefault(text, None if way is None else person_at(around, way, place))
    for text, person in told.items():
        texts.setdefault(text, DIRECTORY)
        whose.setdefault(text, person)
    return Persons(
        ways=plan.ways,
        data=around,
        author=author,
        texts=texts,
        whose=whose,
        repeated=tuple(value_bytes(text)[1:-1] for text in texts),
        records=frozenset(records),
    )


def _names(records: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Names and mail addresses of people, with whose they are. Where other attributes (a region, a
    limit) come again, they are words that decisions read, and nobody's."""
    for record in records:
        for key, value in record.items():
            if isinstance(value, str) and len(value) >= LEAST and (key == "name" or "@" in value):
                yield value, record["id"]


@lru_cache(maxsize=64)
def _plan(release: Release) -> Plan:
    ways = dict(release.form.persons)
    results: dict[tuple[str, ...], None] = {}
    for name, fields in _named(release):
        for path, person in fields:
            results[(name, *path.split("."))] = None
            if person is not None:
                ways[f"{name}.{path}"] = f"{name}.{person}"
    data = tuple(tuple(path.split(".")) for path in release.form.personal)
    return Plan(data, tuple(results), ways)


def _named(release: Release) -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """What `as` names and holds personal fields: data of a task's own form, copied records."""
    for event in release.process.events.values():
        if event.form is not None:
            yield event.name, _of_form(release, event.form)
    for stage in release.process.stages.values():
        for activity in stage.do:
            kind = activity.what
            if isinstance(kind, TaskActivity) and kind.form is not None and activity.result:
                yield activity.result, _of_form(release, kind.form)
        for action in (*stage.entry, *stage.exit, *_moved(stage)):
            if isinstance(action.what, Read) and action.what.collection and action.result:
                document = release.collections.get(action.what.collection) or {}
                key = str(document.get("key"))
                fields = [(path, key) for path, _ in personal_fields(document)]
                yield action.result, list(fields)


def _moved(stage: Any) -> Iterator[Any]:
    groups = (*stage.always, *(one for _, each in stage.on for one in each), *(stage.done or ()))
    for transition in groups:
        yield from transition.actions


def _of_form(release: Release, form: str) -> list[tuple[str, str | None]]:
    found = release.forms[form]
    return [(path, found.persons.get(path)) for path in found.personal]


def _texts(data: Any, steps: Sequence[str], place: Place = ()) -> Iterator[Text]:
    """Texts at the end of the steps, of every row, with where they stand."""
    for at, step in enumerate(steps):
        if isinstance(data, list | tuple):
            yield from _of_rows(data, steps[at:], place)
            return
        if not isinstance(data, dict | Mapping) or step not in data:
            return
        data, place = data[step], (*place, step)
    if isinstance(data, list | tuple):
        yield from _of_rows(data, (), place)
    else:
        yield from _whole(data, place)


def _of_rows(rows: Iterable[Any], steps: Sequence[str], place: Place) -> Iterator[Text]:
    for row, each in enumerate(rows):
        yield from _texts(each, steps, (*place, row))


def _whole(data: Any, place: Place) -> Iterator[Text]:
    if isinstance(data, str) and len(data) >= LEAST:
        yield place, data
    elif isinstance(data, Mapping):
        for each in data.values():
            yield from _whole(each, place)
