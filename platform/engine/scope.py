"""What expressions read: data, results, reserved names, local names (language 2 and 11).

A `Scope` is a mapping that computes names when they are read; nothing is copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from orderloom.forms import Form
from orderloom.forms.nodes import find
from orderloom.platform.definitions.model import Process, Release, Stage
from orderloom.platform.engine.configuration import atomic
from orderloom.platform.engine.relatives import Parent, siblings_of
from orderloom.platform.engine.results import actions_of, result_lifts

if TYPE_CHECKING:
    from orderloom.platform.engine.step import Step

RESERVED = frozenset(
    {
        *("order", "parent", "siblings", "event", "actor", "user", "now", "today"),
        *("entered", "result", "active", "held", "children", "convert", "working", "manager"),
    }
)


@lru_cache(maxsize=512)
def result_names(process: Process) -> frozenset[str]:
    """Every name that an `as` of the process can give, and the forms of its events."""
    names: set[str] = set()
    for stage in (process.root, *process.stages.values()):
        names |= _names_of(stage)
    names |= {event.form for event in process.events.values() if event.form}
    return frozenset(names)


def _names_of(stage: Stage) -> set[str]:
    named = [one.result for one in stage.do] + [one.result for one in actions_of(stage)]
    return {name for name in named if name is not None}


@lru_cache(maxsize=512)
def _element_fields(form: Form, path: tuple[str, ...]) -> frozenset[str]:
    node = find(form.root, path)
    return frozenset() if node is None or node.item is None else frozenset(node.item.properties)


class Scope(Mapping[str, Any]):
    """One order's names, with `local` ones (loop variables, `with`, rows) before all others.
    `whole`: the local ones are all the data, as they are about to be."""

    __slots__ = ("event", "local", "stage", "step", "whole")

    def __init__(
        self,
        step: Step,
        *,
        local: Mapping[str, Any] | None = None,
        event: Mapping[str, Any] | None = None,
        stage: str | None = None,
        whole: bool = False,
    ) -> None:
        self.step = step
        self.local = local or {}
        self.event = event
        self.stage = stage
        self.whole = whole

    def with_names(self, names: Mapping[str, Any]) -> Scope:
        """The same scope with more local names."""
        return Scope(self.step, local={**self.local, **names}, event=self.event, stage=self.stage)

    def fields_of(self, path: tuple[str, ...]) -> frozenset[str]:
        """The fields that the form knows of the elements of one of its lists."""
        name, release = path[0], self.step.release
        shadowed = name in self.local and not self.whole
        if shadowed or name in RESERVED or name in self.step.state.results:
            return frozenset()
        return _element_fields(release.form, path)

    def __getitem__(self, name: str) -> Any:
        if name in self.local:
            return self.local[name]
        if name in RESERVED:
            return self._reserved(name)
        step = self.step
        results = step.state.results
        if name in results:
            lift = result_lifts(step.release).get(name)
            return results[name] if lift is None else lift(results[name])
        data = step.lifted()
        if name in data:
            return data[name]
        if name in result_names(step.release.process):
            return None
        if step.release.form.knows((name,)) != "no":
            return None
        raise KeyError(name)

    def _reserved(self, name: str) -> Any:
        reader = _READERS.get(name)
        if reader is None:
            return None
        return reader(self)

    def __iter__(self) -> Iterator[str]:
        yield from self.local
        yield from RESERVED
        yield from result_names(self.step.release.process)
        yield from self.step.state.data

    def __len__(self) -> int:
        return sum(1 for _ in self)


def order_record(release: Release, step: Step) -> dict[str, Any]:
    """What expressions read as `order`."""
    state = step.state
    return {
        "number": state.number or None,
        "process": state.process,
        "version": step.release.versions.get(("process", state.process)),
        "created": _instant(state.created),
        "requester": state.requester,
        "channel": state.channel,
        "stages": atomic(release.process, state.stages),
        "tags": list(state.tags),
        "holds": sorted(state.holds),
        "milestones": dict(state.milestones),
        "approvals": [_approval(id_, kept) for id_, kept in state.approvals.items()],
        "documents": [_document(file) for file in state.attachments.values()],
        "links": list(state.links),
        "outcome": state.outcome,
    }


def _document(file: Mapping[str, Any]) -> dict[str, Any]:
    return {name: file[name] for name in ("name", "size", "type", "sha256")}


def _approval(id_: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The last round of an approval; per line, of all its lines."""
    rounds = [kept, *(kept.get("lines") or {}).values()]
    steps = [step for one in rounds for step in (one.get("round") or {}).get("steps", ())]
    verdicts = [{"step": step["id"], **vote} for step in steps for vote in step["verdicts"]]
    return {"id": id_, "outcome": kept["outcome"], "at": kept["at"], "verdicts": verdicts}


def _order(scope: Scope) -> Any:
    record = order_record(scope.step.release, scope.step)
    version = record["version"]
    return {**record, "version": version.number if version else None}


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _actor(scope: Scope) -> Any:
    return scope.step.context.actor.record()


def _now(scope: Scope) -> Any:
    return scope.step.now.astimezone(scope.step.release.zone)


def _today(scope: Scope) -> Any:
    return scope.step.now.astimezone(scope.step.release.zone).date()


def _entered(scope: Scope) -> Any:
    at = scope.step.state.stages.get(scope.stage or "")
    return _instant(at) if at else None


def _parent(scope: Scope) -> Any:
    parent = scope.step.state.parent
    return None if parent is None else Parent(scope.step, parent)


def _siblings(scope: Scope) -> Any:
    return siblings_of(scope.step)


def _event(scope: Scope) -> Any:
    return scope.event


def _children(scope: Scope) -> Any:
    def children(activity: str) -> list[dict[str, Any]]:
        return scope.step.children_of(activity)

    return children


def _active(scope: Scope) -> Any:
    def active(stage: str) -> bool:
        return stage in scope.step.state.stages

    return active


def _held(scope: Scope) -> Any:
    def held(hold: str) -> bool:
        return hold in scope.step.state.holds

    return held


def _working(scope: Scope) -> Any:
    return scope.step.working


def _manager(scope: Scope) -> Any:
    return scope.step.manager_of


def _convert(scope: Scope) -> Any:
    return scope.step.convert


_READERS = {
    "order": _order,
    "parent": _parent,
    "siblings": _siblings,
    "actor": _actor,
    "now": _now,
    "today": _today,
    "entered": _entered,
    "event": _event,
    "children": _children,
    "active": _active,
    "held": _held,
    "working": _working,
    "manager": _manager,
    "convert": _convert,
}
