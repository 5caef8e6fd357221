"""The parent and the siblings of an order, as expressions read them (language 11).

They are read where they are stored, without a lock, when an expression asks: the answer says how
they stood then, and nothing tells this order when they go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from orderloom.platform.definitions.model import Release
from orderloom.platform.engine.configuration import atomic
from orderloom.platform.engine.outcome import Siblings, Standing
from orderloom.platform.engine.state import OrderState

if TYPE_CHECKING:
    from orderloom.platform.engine.step import Step

Others = Mapping[int, tuple[OrderState, Release]]
_NAMES = ("number", "process", "stages", "ended", "outcome", "result")


def standing(state: OrderState, release: Release) -> dict[str, Any]:
    """`{number process stages ended outcome result}`: the answer to `Standing`, JSON values."""
    return {
        "number": state.number or None,
        "process": state.process,
        "stages": atomic(release.process, state.stages),
        "ended": state.status == "ended",
        "outcome": state.outcome,
        "result": state.result,
    }


def sibling_ids(parent: OrderState, order: int) -> list[int]:
    """The orders that the same activity of the parent started, `order` itself left out."""
    return [child["order"] for child in _of_same_activity(parent, order)]


def siblings(parent: OrderState, order: int, others: Others) -> list[dict[str, Any]]:
    """The answer to `Siblings`; `others`: those that exist. One that was not created yet stands
    in no stage."""
    return [
        standing(*others[child["order"]]) if child["order"] in others else _coming(child)
        for child in _of_same_activity(parent, order)
    ]


def _of_same_activity(parent: OrderState, order: int) -> list[Mapping[str, Any]]:
    for children in parent.children.values():
        if any(child["order"] == order for child in children):
            return [child for child in children if child["order"] != order]
    return []


def _coming(child: Mapping[str, Any]) -> dict[str, Any]:
    return {**dict.fromkeys(_NAMES), "process": child["process"], "stages": [], "ended": False}


class Parent(Mapping[str, Any]):
    """`parent`: number and process are known, the rest is asked for when it is read."""

    __slots__ = ("_known", "_step")

    def __init__(self, step: Step, known: Mapping[str, Any]) -> None:
        self._step = step
        self._known = known

    def __getitem__(self, name: str) -> Any:
        if name in ("number", "process"):
            return self._known[name]
        if name not in _NAMES:
            raise KeyError(name)
        found = self._step.ask(Standing(self._known["order"])) or {}
        return found.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)


def siblings_of(step: Step) -> list[Any]:
    """`siblings`: of an order without a parent, none."""
    parent = step.state.parent
    if parent is None:
        return []
    found: list[Any] = step.ask(Siblings(parent["order"], step.state.order))
    return found
