"""What the tables say of an order beside its row: a function of its state (engine 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from orderloom.platform.app.watch_keys import watch_keys
from orderloom.platform.definitions.model import Process
from orderloom.platform.engine import OrderState
from orderloom.platform.store.order_rows import Projection, TaskWrite
from orderloom.platform.store.plain_text import bounded
from orderloom.platform.store.sort_keys import sort_key

COLUMN: Final = "column:"


def project(state: OrderState, process: Process) -> Projection:
    """Keys of lists, references that find the order, open tasks."""
    return Projection(
        keys=frozenset((*_keys(state), *_columns(state, process), *_watched(state, process))),
        references=frozenset(_references(state, process)),
        tasks=frozenset(_tasks(state)),
    )


def project_again(
    state: OrderState, process: Process, *, was: OrderState, before: Projection
) -> Projection:
    """What `project` gives, where `before` is what it gave for `was` by the same process: parts
    whose origin is the same object are taken over."""
    same_data, same_tasks = state.data is was.data, state.tasks is was.tasks
    same_name = state.status == was.status and state.number == was.number
    same_keys = same_data and same_tasks and same_name and state.stages is was.stages
    keys = before.keys
    if not same_keys:
        columns: Iterable[tuple[str, str]] = (
            [key for key in before.keys if key[0].startswith(COLUMN)]
            if same_data
            else _columns(state, process)
        )
        keys = frozenset((*_keys(state), *columns, *_watched(state, process)))
    return Projection(
        keys=keys,
        references=before.references
        if same_data and same_name
        else frozenset(_references(state, process)),
        tasks=before.tasks if same_tasks else frozenset(_tasks(state)),
    )


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
    for stage in state.stages:
        yield "stage", stage


def _columns(state: OrderState, process: Process) -> Iterator[tuple[str, str]]:
    for path in process.columns:
        value = _at(state.data, path)
        if value is not None:
            yield f"{COLUMN}{path}", sort_key(value)


def _references(state: OrderState, process: Process) -> Iterator[tuple[str, str, str]]:
    if state.number:
        yield "", "number", bounded(state.number)
    if state.status != "open":
        return
    for name, path in process.keys.items():
        value = _at(state.data, path)
        if value is not None and not isinstance(value, dict | list):
            yield state.process, name, bounded(str(value))


def _tasks(state: OrderState) -> Iterator[TaskWrite]:
    for n, task in state.tasks.items():
        assignee = task.get("assignee")
        offered = (f"u:{assignee}",) if assignee else tuple(sorted(set(task["for"])))
        yield TaskWrite(
            n=int(n),
            kind=task["kind"],
            definition=str(task.get("id") or ""),
            due=task.get("due"),
            assignee=assignee,
            principals=offered,
        )


def _at(data: Mapping[str, Any], path: str) -> Any:
    value: Any = data
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value
