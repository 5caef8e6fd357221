"""Turns a statechart of the shared data (SCXML as JSON) into a `Process` of the interpreter."""

from __future__ import annotations

from typing import Any

from orderloom.platform.definitions.model import (
    Action,
    EventDecl,
    NumberPattern,
    People,
    Process,
    Raise,
    Stage,
    Transition,
)
from orderloom.platform.engine.selection import matches

EVERYBODY = (People(role="everybody"),)


class _Chart:
    def __init__(self) -> None:
        self.stages: dict[str, Stage] = {}
        self.events: set[str] = set()
        self.unnamed = 0

    def add(self, state: dict[str, Any], ancestors: tuple[str, ...]) -> str:
        if "id" not in state:
            self.unnamed += 1
            state = {**state, "id": f"unnamed-{self.unnamed}"}
        id_: str = state["id"]
        index = len(self.stages)
        self.stages[id_] = Stage(id=id_, index=index)
        below = (*ancestors, id_)
        children = tuple(self.add(child, below) for child in state.get("states", ()))
        real = [c for c in children if self.stages[c].kind != "history"]
        kind = {"parallel": "parallel", "final": "final", "history": "history"}.get(state["type"])
        on, always = self.transitions(state)
        self.stages[id_] = Stage(
            id=id_,
            index=index,
            kind=kind or ("compound" if real else "plain"),
            ancestors=ancestors,
            children=children,
            initial=tuple(state.get("initial") or real[:1]) if real else (),
            entry=self.actions(state.get("onentry"), id_),
            exit=self.actions(state.get("onexit"), id_),
            on=on if kind != "history" else (),
            always=always if kind != "history" else (),
            deep=state.get("history") == "deep",
            default=always if kind == "history" else (),
            path=f"stages.{id_}",
        )
        return id_

    def transitions(self, state: dict[str, Any]) -> tuple[Any, tuple[Transition, ...]]:
        on: list[tuple[str, tuple[Transition, ...]]] = []
        always: list[Transition] = []
        for index, found in enumerate(state.get("transitions", ())):
            transition = Transition(
                path=f"{state.get('id')}.{index}",
                targets=tuple(found.get("target") or ()),
                actions=self.actions(found.get("actions"), str(index)),
            )
            if not found.get("event"):
                always.append(transition)
            for name in found.get("event") or ():
                # SCXML takes the first that matches, the language the most specific: a later one
                # that an earlier, wider one always precedes can never be taken, and is left out
                if not any(matches(earlier, name) for earlier, _ in on):
                    on.append((name, (transition,)))
        return tuple(on), tuple(always)

    def actions(self, listed: Any, place: str) -> tuple[Action, ...]:
        raised = [one["event"] for one in listed or () if one["op"] == "raise"]
        return tuple(Action(what=Raise(name), path=place) for name in raised)


def process_of(chart: dict[str, Any], events: set[str]) -> Process:
    """The chart as a process; `events` are those that the test sends."""
    made = _Chart()
    top = [made.add(state, ()) for state in chart["states"]]
    root = Stage(
        id="",
        index=-1,
        kind="compound",
        children=tuple(top),
        initial=tuple(chart.get("initial") or top[:1]),
    )
    return Process(
        id="chart",
        title="Chart",
        form="chart",
        number=NumberPattern("C", "chart"),
        root=root,
        stages=dict(sorted(made.stages.items(), key=lambda pair: pair[1].index)),
        start_by=EVERYBODY,
        events={name: EventDecl(name, by=EVERYBODY) for name in events},
    )
