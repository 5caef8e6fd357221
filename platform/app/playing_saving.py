"""A walk as a scenario of its bundle's draft: its steps, and what was seen as what is expected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from orderloom.platform.app.drafting import Drafting
from orderloom.platform.app.playing import Playable, Playing
from orderloom.platform.app.playing_walk import Step, Walk, malformed
from orderloom.platform.app.scenario_expect import Seen
from orderloom.platform.app.standing import innermost
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection

ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_ID: Final = 80
# What is so as long as nothing is said of it.
_UNSAID: Final[Mapping[str, Any]] = {
    "tasks": [],
    "tickets": [],
    "children": {},
    "attention": False,
    "outcome": None,
}
_OPEN: Final = frozenset({"task", "approval", "answer"})


def save_walk(
    playing: Playing,
    drafting: Drafting,
    actor: Actor,
    draft: Playable,
    walk: Walk,
    *,
    id_: str,
    title: str = "",
) -> Rejection | None:
    """Keeps the walk as the scenario `id_` of the bundle's draft; one of this id is replaced.
    `play.id`: that is no id; `play.stopped`: the walk is refused on its way."""
    if not ID.fullmatch(id_) or len(id_) > LONGEST_ID:
        return Rejection("play.id", f"{id_[:80]!r} is no id.", {"id": id_[:80]}, path="id")
    steps = expected(playing, actor, draft, walk)
    if isinstance(steps, Rejection):
        return steps
    head = {"title": title} if title else {}
    value = Walk(process=walk.process, given=walk.given, steps=steps).scenario(id_, **head)
    return drafting.keep_scenario(actor, draft.name, value)


def expected(
    playing: Playing, actor: Actor, draft: Playable, walk: Walk
) -> tuple[Step, ...] | Rejection:
    """The steps, and behind each what was seen, where that is something else than before. What
    the walk itself expects stays as it is; what follows its last expectation is expected as seen.
    """
    own = max((n for n, step in enumerate(walk.steps, 1) if "expect" in step), default=0)
    steps: list[Step] = []
    with playing.game(actor, draft, walk.upto(own)) as game:
        game.begin()
        if game.stopped is not None:
            return _stopped(game.stopped)
        if any(game.problems.values()):
            return malformed("; ".join(next(iter(game.problems.values()))))
        steps += walk.steps[:own]
        last: Mapping[str, Any] = _UNSAID
        if game.begun and not own:
            now = seen_as_expected(game.expected())
            steps.append({"expect": dict(_news(last, now, whole=not walk.steps))})
            last = now
        for n, step in enumerate(walk.steps[own:], own + 1):
            refused = game.take(step)
            if refused is not None:
                return _stopped(refused)
            steps.append(step)
            if not game.begun or "refused" in step:
                continue
            now = seen_as_expected(game.expected())
            told = dict(_news(last, now, whole=n == len(walk.steps)))
            last = now
            if told:
                steps.append({"expect": told})
    return tuple(steps)


def seen_as_expected(seen: Seen) -> dict[str, Any]:
    """Everything that an `expect` would find as it is."""
    state = seen.state
    found: dict[str, Any] = {"stages": list(innermost(state, seen.release))}
    found["tasks"] = [_open(task) for task in state.tasks.values() if task["kind"] in _OPEN]
    found["tickets"] = [_open(task) for task in state.tasks.values() if task["kind"] == "ticket"]
    found["calls"] = list(seen.calls)
    found["messages"] = [_message(each) for each in seen.messages]
    found["children"] = {name: len(each) for name, each in seen.places.items()}
    found["attention"] = state.in_attention
    found["outcome"] = state.outcome
    return found


def _news(
    last: Mapping[str, Any], now: Mapping[str, Any], *, whole: bool
) -> Iterator[tuple[str, Any]]:
    """What is otherwise than before; at the end of the walk also where it stands."""
    for name, value in now.items():
        if name in ("calls", "messages"):
            if value:
                yield name, value
        elif value != last.get(name) or (whole and name in ("stages", "outcome") and value):
            yield name, value


def _open(task: Mapping[str, Any]) -> dict[str, Any]:
    assignee = task.get("assignee")
    principals = [f"u:{assignee}"] if assignee else task.get("for") or ()
    names = [each[2:] for each in principals if each[:2] in ("u:", "r:")]
    told: dict[str, Any] = {"id": task["id"]}
    if names:
        told["for"] = names[0] if len(names) == 1 else names
    return told


def _message(sent: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"message": sent["message"]}
    if sent["to"]:
        told["to"] = str(sent["to"][0]).removeprefix("u:").removeprefix("r:")
    return told


def _stopped(refused: Rejection) -> Rejection:
    message = f"The walk does not come to its end: {refused.message}"
    return Rejection("play.stopped", message, details=(refused,))
