"""A process taken apart for its checks: stages, transitions, actions, activities with places.

Made of documents that may be wrong; nothing here raises. What a fragment (`use`) brings is there
too, with `own` false: it is checked where it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from orderloom.platform.definitions.checks.plain import Body, body, items, listed, members, text
from orderloom.platform.definitions.compile_activities import OUTCOMES
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.fragments import expand

STOCK: Final = ("reserve", "release", "allocate", "issue", "receive", "transfer")
ACTIONS: Final = (
    *("set", "append", "decide", "infer", "read", "notify", "milestone", "tag", "untag", "next"),
    *("raise", "send", "start", "link", "hold", "unhold", "call"),
)
# Of these a balance of a collection can be moved; stock cannot yet.
BALANCES: Final = ("reserve", "release", "issue")
LATER_ACTIONS: Final = STOCK
ACTIVITIES: Final = ("approval", "task", "verify", "call", "order", "wait", "compensate")
LATER_ACTIVITIES: Final = ("document", "reserve")


@dataclass(frozen=True, slots=True)
class StageView:
    """`parent` and `children`: ids. `kind`: plain compound parallel final history."""

    id: str
    path: Path
    body: Body
    parent: str | None
    children: tuple[str, ...]
    kind: str
    own: bool


@dataclass(frozen=True, slots=True)
class TransitionView:
    """`stage`: None at the head. `trigger`: on done always after to; `event`: of `on`, in full.
    `targets`: with their places."""

    stage: str | None
    trigger: str
    event: str | None
    path: Path
    body: Body
    targets: tuple[tuple[Path, str], ...]
    own: bool


@dataclass(frozen=True, slots=True)
class ActivityView:
    """`kind`: None where it is no activity. `id`: as the language derives it."""

    stage: str
    path: Path
    body: Body
    kind: str | None
    id: str
    own: bool


@dataclass(frozen=True, slots=True)
class ActionView:
    """`event`: of the transition that it belongs to. `undo`: it reverses something; `around`: what
    it is written in then, whose names it reads."""

    stage: str | None
    path: Path
    body: Body
    kind: str | None
    own: bool
    event: str | None = None
    undo: bool = False
    around: tuple[Body, ...] = ()

    @property
    def balance(self) -> Body | None:
        """What is moved of a balance of a collection; None for any other action."""
        moved = self.body.get(self.kind) if self.kind in BALANCES else None
        return moved if isinstance(moved, Mapping) else None


@dataclass(slots=True)
class ProcessView:
    """All parts in the order of the document. `twice`: stages whose id another one has."""

    document: Document
    stages: dict[str, StageView] = field(default_factory=dict)
    twice: list[StageView] = field(default_factory=list)
    transitions: list[TransitionView] = field(default_factory=list)
    actions: list[ActionView] = field(default_factory=list)
    activities: list[ActivityView] = field(default_factory=list)

    @property
    def parts(self) -> list[ActionView | ActivityView]:
        """Actions and activities."""
        return [*self.actions, *self.activities]

    @property
    def fragment(self) -> bool:
        return self.document.value.get("fragment") is True

    def above(self, stage: str | None) -> Iterator[str]:
        """The stage and those around it, from the inside."""
        while stage is not None and stage in self.stages:
            yield stage
            stage = self.stages[stage].parent

    def below(self, stage: str) -> Iterator[str]:
        """The stage and all inside it."""
        yield stage
        for child in self.stages[stage].children if stage in self.stages else ():
            yield from self.below(child)


def process_view(document: Document, fragment: Callable[[str], Mapping[str, Any]]) -> ProcessView:
    """`fragment`: the document that a `use` names, empty where there is none."""
    return _Reading(document, fragment).view


class _Reading:
    def __init__(self, document: Document, fragment: Callable[[str], Mapping[str, Any]]) -> None:
        self.view = ProcessView(document)
        self._fragment = fragment
        value = document.value
        self._on(None, value, (), own=True)
        self._stages(value.get("stages"), ("stages",), None, own=True)

    def _stages(self, stages: Any, path: Path, parent: str | None, *, own: bool) -> tuple[str, ...]:
        found = []
        for place, id_, one in _named(stages, path):
            if id_ not in self.view.stages:
                found.append(id_)
            self._stage(id_, body(one), place, parent, own=own)
        return tuple(found)

    def _stage(self, id_: str, one: Body, path: Path, parent: str | None, *, own: bool) -> None:
        if id_ in self.view.stages:
            self.view.twice.append(StageView(id_, path, one, parent, (), "plain", own))
            return
        # Keeps the place in document order.
        self.view.stages[id_] = StageView(id_, path, one, parent, (), "plain", own)
        children = self._children(id_, one, path, own=own)
        kind = text(one.get("type")) or ("compound" if children else "plain")
        self.view.stages[id_] = StageView(id_, path, one, parent, children, kind, own)
        for key in ("entry", "exit"):
            self._actions(id_, one.get(key), (*path, key), own=own)
        self._on(id_, one, path, own=own)
        for key in ("always", "done", *(("to",) if kind == "history" else ())):
            if key in one:
                self._transitions(id_, key, None, one[key], (*path, key), own=own)
        self._timers(id_, one.get("after"), (*path, "after"), own=own)
        for place, activity in listed(one.get("do"), (*path, "do")):
            self._activity(id_, body(activity), place, own=own)

    def _children(self, id_: str, one: Body, path: Path, *, own: bool) -> tuple[str, ...]:
        if "use" not in one:
            return self._stages(one.get("stages"), (*path, "stages"), id_, own=own)
        made = self._expanded(id_, one)
        self._on(id_, {"on": made.get("on")}, (*path, "use"), own=False)
        return self._stages(made.get("stages"), (*path, "use"), id_, own=False)

    def _expanded(self, id_: str, one: Body) -> Body:
        try:
            made = expand({"stages": {id_: {"use": one["use"]}}}, self._fragment)
        except (RecursionError, TypeError, AttributeError, KeyError):
            return {}
        return body(body(made["stages"]).get(id_))

    def _on(self, id_: str | None, one: Body, path: Path, *, own: bool) -> None:
        for place, event, taken in members(one.get("on"), (*path, "on")):
            self._transitions(id_, "on", event, taken, place, own=own)

    def _transitions(
        self, id_: str | None, trigger: str, event: str | None, taken: Any, path: Path, *, own: bool
    ) -> None:
        for place, one in listed(taken, path):
            self._transition(id_, trigger, event, one, place, own=own)

    def _transition(
        self, id_: str | None, trigger: str, event: str | None, one: Any, path: Path, *, own: bool
    ) -> None:
        bare = isinstance(one, str)
        targets = [(path, one)] if bare else list(listed(body(one).get("to"), (*path, "to")))
        self.view.transitions.append(
            TransitionView(
                stage=id_,
                trigger=trigger,
                event=event,
                path=path,
                body=body(one),
                targets=tuple((place, to) for place, to in targets if isinstance(to, str)),
                own=own,
            )
        )
        self._actions(id_, body(one).get("actions"), (*path, "actions"), own=own, event=event)

    def _timers(self, id_: str, after: Any, path: Path, *, own: bool) -> None:
        if isinstance(after, Mapping):
            for place, _, taken in members(after, path):
                self._transitions(id_, "after", None, taken, place, own=own)
            return
        for place, taken in listed(after, path):
            self._transition(id_, "after", None, body(taken), place, own=own)

    def _actions(
        self, id_: str | None, value: Any, path: Path, *, own: bool, event: str | None = None
    ) -> None:
        for place, one in listed(value, path):
            self._action(id_, body(one), place, own=own, event=event)

    def _action(
        self,
        id_: str | None,
        one: Body,
        path: Path,
        *,
        own: bool,
        event: str | None = None,
        around: tuple[Body, ...] = (),
    ) -> None:
        kind = next((key for key in one if key in ACTIONS or key in LATER_ACTIONS), None)
        undo = bool(around)
        self.view.actions.append(ActionView(id_, path, one, kind, own, event, undo, around))
        if "undo" in one:
            self._undo(id_, one, path, own=own, event=event, around=around)

    def _undo(
        self,
        id_: str | None,
        one: Body,
        path: Path,
        *,
        own: bool,
        event: str | None = None,
        around: tuple[Body, ...] = (),
    ) -> None:
        place, outer = (*path, "undo"), (*around, one)
        for at, undo in listed(one["undo"], place):
            self._action(id_, body(undo), at, own=own, event=event, around=outer)

    def _activity(self, id_: str, one: Body, path: Path, *, own: bool) -> None:
        kind = activity_kind(one)
        name = activity_name(one, kind)
        self.view.activities.append(ActivityView(id_, path, one, kind, name, own))
        for place, event, taken in members(one.get("on"), (*path, "on")):
            whole = activity_event(kind, name, event)
            self._transitions(id_, "on", whole, taken, place, own=own)
        if "undo" in one:
            self._undo(id_, one, path, own=own)


def activity_kind(one: Body) -> str | None:
    """Which activity this is, those that come later among them."""
    return next((key for key in (*ACTIVITIES, *LATER_ACTIVITIES) if key in one), None)


def activity_name(one: Body, kind: str | None) -> str:
    """`id`, or the last part of what is named."""
    own = text(one.get("id"))
    if own is not None:
        return own
    named = text(one.get(kind)) if kind not in (None, "wait", "compensate", "reserve") else None
    return (named or kind or "").partition("@")[0].rpartition(".")[2]


def activity_event(kind: str | None, name: str, event: str) -> str:
    """The full name of an event in an activity's `on`."""
    if kind == "approval" and event in OUTCOMES:
        return f"approval.{event}.{name}"
    return f"{event}.{name}"


def _named(stages: Any, path: Path) -> Iterator[tuple[Path, str, Any]]:
    """Stages as written: a map, or a list of `{id: …}`."""
    if isinstance(stages, Mapping):
        yield from members(stages, path)
        return
    for index, one in enumerate(items(stages)):
        id_ = text(body(one).get("id"))
        if id_ is not None:
            yield (*path, index), id_, one
