"""What the tables say of an order beside its row: a function of its state (engine 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from orderloom.forms import Form
from orderloom.platform.app.checked import checked
from orderloom.platform.app.field_words import currency_field, is_money
from orderloom.platform.app.watch_keys import watch_keys
from orderloom.platform.definitions.model import Process
from orderloom.platform.engine import OrderState
from orderloom.platform.engine.evolve_erased import is_erased
from orderloom.platform.store.order_rows import Projection, TaskWrite
from orderloom.platform.store.plain_text import bounded
from orderloom.platform.store.search_words import words_of
from orderloom.platform.store.sort_keys import sort_key

COLUMN: Final = "column:"
WORD: Final = "word"
# More would make an index of a text; an order is found by whom and what it is about.
MOST_WORDS: Final = 16
# Before the name of each to whom a task was offered that somebody has taken.
TAKEN: Final = "t:"


def project(state: OrderState, process: Process, form: Form | None = None) -> Projection:
    """Keys of lists, references that find the order, open tasks. `form`: the process's, which says
    what is money."""
    return Projection(
        keys=frozenset(
            (
                *_keys(state),
                *_columns(state, process),
                *_words(state, process, form),
                *_watched(state, process),
            )
        ),
        references=references_of(state, process),
        tasks=frozenset(_tasks(state, process, form)),
    )


def project_again(
    state: OrderState,
    process: Process,
    form: Form | None = None,
    *,
    was: OrderState,
    before: Projection,
) -> Projection:
    """What `project` gives, where `before` is what it gave for `was` by the same process: parts
    whose origin is the same object are taken over."""
    same_data, same_tasks = state.data is was.data, state.tasks is was.tasks
    same_name = state.status == was.status and state.number == was.number
    same_keys = same_data and same_tasks and same_name and state.stages is was.stages
    same_keys = same_keys and state.checks is was.checks
    keys = before.keys
    if not same_keys:
        columns: Iterable[tuple[str, str]] = (
            [key for key in before.keys if key[0].startswith(COLUMN)]
            if same_data
            else _columns(state, process)
        )
        words: Iterable[tuple[str, str]] = (
            [key for key in before.keys if key[0] == WORD]
            if same_data and same_name
            else _words(state, process, form)
        )
        keys = frozenset((*_keys(state), *columns, *words, *_watched(state, process)))
    return Projection(
        keys=keys,
        references=before.references if same_data and same_name else references_of(state, process),
        tasks=before.tasks if same_tasks and same_data else frozenset(_tasks(state, process, form)),
    )


def references_of(state: OrderState, process: Process) -> frozenset[tuple[str, str, str]]:
    """What finds the order: (process, key, value), its number without a process."""
    return frozenset(_references(state, process))


def _watched(state: OrderState, process: Process) -> Iterable[tuple[str, str]]:
    """By which watches find the order, while it is open."""
    return watch_keys(state, process.watches) if state.status == "open" else ()


def _keys(state: OrderState) -> Iterator[tuple[str, str]]:
    yield "process", state.process
    yield "status", state.status
    yield "requester", bounded(state.requester)
    if state.number:
        yield "number", bounded(state.number)
    if state.in_attention:
        yield "attention", "1"
    check = checked(state)
    if check is not None:
        yield "check", check
    for stage in state.stages:
        yield "stage", stage


def _columns(state: OrderState, process: Process) -> Iterator[tuple[str, str]]:
    for path in process.columns:
        value = _at(state.data, path)
        if value is not None:
            yield f"{COLUMN}{path}", sort_key(value)


def _words(state: OrderState, process: Process, form: Form | None) -> Iterator[tuple[str, str]]:
    """The words by which people look for it: of its number the whole and the end, and those of its
    columns that are text."""
    found: dict[str, None] = {}
    if state.number:
        parts = words_of(state.number)
        found.update(dict.fromkeys((*parts[:1], *parts[-1:])))
    paths = process.columns
    currencies = {currency_field(form, path) for path in paths} if form is not None else ()
    for path in paths:
        value = _at(state.data, path)
        if isinstance(value, str) and path not in currencies and len(found) < MOST_WORDS:
            found.update(dict.fromkeys(words_of(value)))
    for word in list(found)[:MOST_WORDS]:
        yield WORD, word


def search_words(state: OrderState, process: Process, form: Form | None) -> frozenset[str]:
    """The words by which people find the order."""
    return frozenset(word for _, word in _words(state, process, form))


def _references(state: OrderState, process: Process) -> Iterator[tuple[str, str, str]]:
    if state.number:
        yield "", "number", bounded(state.number)
    if state.status != "open":
        return
    for name, path in process.keys.items():
        value = _at(state.data, path)
        if value is not None and not isinstance(value, dict | list):
            yield state.process, name, bounded(str(value))


def _tasks(state: OrderState, process: Process, form: Form | None) -> Iterator[TaskWrite]:
    amount = _amount(state, process, form) if state.tasks else ""
    for n, task in state.tasks.items():
        offered = _offered(task)
        yield TaskWrite(
            n=int(n),
            kind=task["kind"],
            definition=str(task.get("id") or ""),
            due=task.get("due"),
            assignee=task.get("assignee"),
            principals=offered,
            **_beside(task, state.process, amount) if offered else {},
        )


def _offered(task: Mapping[str, Any]) -> tuple[str, ...]:
    """Under which names lists have it: what somebody has taken is theirs, and stays in sight of
    the others."""
    assignee, names = task.get("assignee"), set(task["for"])
    if not assignee:
        return tuple(sorted(names))
    own = f"u:{assignee}"
    return tuple(sorted({own, *(f"{TAKEN}{name}" for name in names - {own})}))


def _beside(task: Mapping[str, Any], process: str, amount: str) -> dict[str, Any]:
    """What stands with each name."""
    return {
        "process": process,
        "opened": task.get("opened") or "",
        "amount": amount,
        "stopped": "stopped" in task,
    }


def _amount(state: OrderState, process: Process, form: Form | None) -> str:
    """The key of the first column that is money."""
    for path in process.columns:
        if form is not None and is_money(form, path):
            return sort_key(_at(state.data, path))
    return sort_key(None)


def _at(data: Mapping[str, Any], path: str) -> Any:
    value: Any = data
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return None if is_erased(value) else value
