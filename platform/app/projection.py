"""What the tables say of an order beside its row: a function of its state (engine 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orderloom.platform.definitions.model import Process
from orderloom.platform.engine import OrderState
from orderloom.platform.store.order_rows import Projection, TaskWrite
from orderloom.platform.store.plain_text import bounded
from orderloom.platform.store.sort_keys import sort_key


def project(state: OrderState, process: Process) -> Projection:
    """Keys of lists, references that find the order, open tasks."""
    return Projection(
        keys=frozenset(_keys(state, process)),
        references=frozenset(_references(state, process)),
        tasks=frozenset(_tasks(state)),
    )


def _keys(state: OrderState, process: Process) -> Iterator[tuple[str, str]]:
    yield "process", state.process
    yield "status", state.status
    yield "requester", bounded(state.requester)
    if state.number:
        yield "number", bounded(state.number)
    if state.in_attention:
        yield "attention", "1"
    for stage in state.stages:
        yield "stage", stage
    for path in process.columns:
        value = _at(state.data, path)
        if value is not None:
            yield f"column:{path}", sort_key(value)


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
