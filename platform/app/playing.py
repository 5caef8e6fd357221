"""Plays a draft: a walk over an application in memory, told step by step; nothing leaves.

A walk is played from its beginning for every page, so that a step is taken back by leaving it out,
and what is seen is what the saved scenario will do (decision 0034).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import BoundedSemaphore
from typing import Any, Final

from orderloom.platform.app.bundles import refused_by
from orderloom.platform.app.drafting import Drafting
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.playing_models import NowTold, StepTold
from orderloom.platform.app.playing_now import now_told
from orderloom.platform.app.playing_saying import label_of
from orderloom.platform.app.playing_stage import PlayStage
from orderloom.platform.app.playing_told import (
    NOTHING,
    Fill,
    Snapshot,
    asked_told,
    changes_told,
    clocks_told,
    decided_told,
    sent_told,
    sentences_told,
    stages_told,
)
from orderloom.platform.app.playing_walk import Step, Walk, malformed
from orderloom.platform.app.reading import Seen
from orderloom.platform.app.scenario import Unexpected, name_of
from orderloom.platform.app.scenario_expect import Seen as Expected
from orderloom.platform.app.scenario_expect import differences
from orderloom.platform.app.scenario_steps import UnknownStep
from orderloom.platform.app.scenario_world import ScenarioWorld
from orderloom.platform.app.simulate import DEFAULT_NOW, instant_of
from orderloom.platform.app.simulation import logins_of
from orderloom.platform.app.view_models import OrderView
from orderloom.platform.definitions import Bundle, check, errors
from orderloom.platform.engine import Actor, OrderState
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.words import Words

# Walks that are played at the same moment: each holds a whole application.
AT_ONCE: Final = 3
PATIENCE: Final = 20.0  # seconds
# What a step with values that nobody foresaw may raise.
FAULTS: Final = (ValueError, ArithmeticError, LookupError, TypeError)
_PLACES: Final = BoundedSemaphore(AT_ONCE)


class Game:
    """A walk that is being played, for one viewer. `walk`: as far as it went; `snapshots`: the
    world after its beginning and after each step; `stopped`: why it went no further."""

    def __init__(self, bundle: Bundle, walk: Walk, viewer: Actor) -> None:
        self.bundle = bundle
        self.walk = walk.upto(0)
        self.viewer = replace(OPERATOR, language=viewer.language, zone=viewer.zone)
        self.words = Words(viewer.language)
        self.stopped: Rejection | None = None
        self.problems: dict[int, tuple[str, ...]] = {}
        self.snapshots: list[Snapshot] = []
        cast = bundle.meta.get("cast") or {}
        now = instant_of((walk.given or {}).get("now"))
        self.stage = PlayStage(bundle, now, logins_of(cast, walk.scenario()))
        self.world = ScenarioWorld(self.stage, self.stage.cast)
        self._whole = walk

    @property
    def begun(self) -> bool:
        """Whether there is an order."""
        return bool(self.world.orders())

    @property
    def whole(self) -> Walk:
        """The walk as it was given, with what could not be played."""
        return self._whole

    def begin(self) -> None:
        """Creates the order and takes the walk's steps, until one is refused. Without an order
        only the collections are filled."""
        given = self._whole.given
        if "order" not in given:
            for name, rows in (given.get("collections") or {}).items():
                self.stage.fill_collection(name, rows)
            return
        first = self._tried(lambda: self.world.begin(self._whole.process, self._whole.given))
        self.snapshots.append(self._snapshot())
        if first is not None:
            self.stopped = first
            return
        for step in self._whole.steps:
            refused = self.take(step)
            if refused is not None:
                self.stopped = refused
                return

    def take(self, step: Step) -> Rejection | None:
        """One step more; what is refused changes nothing and is not part of the walk."""
        longer = self.walk.and_then(step)
        if isinstance(longer, Rejection):
            return longer
        problems: list[str] = []
        refused = self._tried(lambda: self._step(step, problems))
        if refused is not None:
            return refused
        self.walk = longer
        self.stopped = None
        if problems:
            self.problems[len(longer.steps)] = tuple(problems)
        self.snapshots.append(self._snapshot())
        return None

    def seen(self, of: str = "") -> Seen | None:
        """The order (or a child) as it is, before the eyes of somebody who sees all of it."""
        orders = self.world.orders()
        stored = self.stage.stored([orders[of]]).get(orders[of]) if of in orders else None
        return self.stage.desk.seen(self.viewer, stored) if stored is not None else None

    def view(self, of: str = "") -> OrderView | None:
        """The order with all that its page shows, and who will have to approve."""
        orders = self.world.orders()
        if of not in orders:
            return None
        view = self.stage.views.order(self.viewer, f"~{orders[of]}", approvers=True)
        return None if isinstance(view, Rejection) else view

    def person(self, login: str) -> Actor | None:
        """Somebody of the cast, reading in the viewer's language."""
        return self.stage.person(login, language=self.viewer.language, zone=self.viewer.zone)

    def told(self, fill: Fill) -> tuple[StepTold, ...]:
        """What each step did, the beginning first."""
        orders = self.world.orders()
        found = {of: seen for of in orders if (seen := self.seen(of)) is not None}
        entries = {of: self.stage.entries(orders[of]) for of in found}
        counts: dict[str, int] = {}
        before, told = Snapshot(at=self.snapshots[0].at), []
        for n, after in enumerate(self.snapshots):
            told.append(self._step_told(n, before, after, found, entries, counts, fill))
            before = after
        return tuple(told)

    def now(self, fill: Fill) -> NowTold:
        """Where the walk stands, and what is possible."""
        return now_told(self, fill)

    def close(self) -> None:
        self.world.close()

    # ── playing ──────────────────────────────────────────────────────────────────────────────

    def _step(self, step: Step, problems: list[str]) -> None:
        if "pass" in step:
            self.world.wait(str(step["pass"]))
        elif "until" in step:
            self.world.until(instant_of(str(step["until"])))
        elif "expect" not in step:
            self.world.act(step)
            return
        if "expect" in step:
            problems += differences(step["expect"], self.world.seen(step.get("of")))

    def _tried(self, act: Any) -> Rejection | None:
        try:
            act()
        except Unexpected as error:
            return error.refused or _failed(str(error))
        except Refused as error:
            return error.rejection
        except UnknownStep as error:
            return malformed(str(error))
        except FAULTS as error:
            return malformed(f"{type(error).__name__}: {error}")
        return None

    def expected(self) -> Expected:
        """The order as an `expect` sees it; calls and messages begin anew."""
        return self.world.seen(None)

    def _snapshot(self) -> Snapshot:
        orders = self.world.orders()
        stored = self.stage.stored(list(orders.values()))
        there = {of: stored[id_] for of, id_ in orders.items() if id_ in stored}
        return Snapshot(
            at=self.stage.clock.now(),
            states={of: each.state for of, each in there.items()},
            entries={of: each.entries for of, each in there.items()},
            leaving=len(self.stage.leaving),
        )

    # ── telling ──────────────────────────────────────────────────────────────────────────────

    def _step_told(
        self,
        n: int,
        before: Snapshot,
        after: Snapshot,
        found: Mapping[str, Seen],
        entries: Mapping[str, Any],
        counts: dict[str, int],
        fill: Fill,
    ) -> StepTold:
        step = self.walk.steps[n - 1] if n else None
        told: dict[str, list[Any]] = {name: [] for name in _PARTS}
        for of, seen in found.items():
            old, new = before.states.get(of, NOTHING), after.states.get(of, NOTHING)
            if old is new:
                continue
            then = _as_of(seen, new, after)
            rows = [
                each
                for each in entries[of]
                if before.entries.get(of, 0) < each.seq <= after.entries.get(of, 0)
            ]
            entered, left = stages_told(then, old, new)
            told["entered"] += entered
            told["left"] += left
            told["asked"] += asked_told(then, old, new)
            told["clocks"] += clocks_told(then, old, new)
            told["changes"] += changes_told(then, old, new)
            told["decided"] += decided_told(then, rows, self._notes())
            told["sentences"] += sentences_told(then, rows)
        if "" in found:
            left_then = self.stage.leaving[before.leaving : after.leaving]
            told["sent"] += sent_told(found[""], left_then, self._whole, counts, fill)
        return StepTold(
            n=n,
            label=label_of(self, step),
            at=after.at,
            problems=self.problems.get(n, ()),
            expects=step is not None and set(step) <= {"expect", "of"},
            **{name: tuple(values) for name, values in told.items()},
        )

    def _notes(self) -> Mapping[tuple[str, str], str]:
        return {
            (document.id, str(row.get("id"))): self.words.choose(row.get("note")) or ""
            for document in self.bundle.documents
            if document.kind == "decision"
            for row in document.value.get("rules") or ()
        }


@dataclass(frozen=True, slots=True)
class Playable:
    """The draft of a bundle without errors, of which one process is played."""

    bundle: Bundle
    process: str

    @property
    def name(self) -> str:
        """The bundle's id."""
        return str(self.bundle.meta.get("bundle") or "")

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Ids of the process's scenarios."""
        return tuple(name_of(value) for value in self._values())

    def scenario(self, id_: str) -> Mapping[str, Any] | None:
        return next((value for value in self._values() if name_of(value) == id_), None)

    def beginning(self) -> Walk:
        """A walk that has not begun yet: with the clock and collections of the first scenario, so
        that fields that are looked up find something."""
        given = next(self._values(), {}).get("given") or {}
        kept = {name: given[name] for name in ("now", "collections") if name in given}
        return Walk(process=self.process, given={"now": DEFAULT_NOW.isoformat(), **kept})

    def _values(self) -> Iterator[Mapping[str, Any]]:
        found = (each.value for each in self.bundle.scenarios)
        return (value for value in found if value.get("process") == self.process)


class Playing:
    """Plays the drafts of one installation. `fill`: fills a message's template."""

    def __init__(self, drafting: Drafting, fill: Fill) -> None:
        self._drafting = drafting
        self.fill = fill

    def draft(self, actor: Actor, process: str) -> Playable | Rejection:
        """The draft of the bundle that a process is of; `bundle.findings` where it has errors."""
        view = self._drafting.one(actor, "process", process)
        if isinstance(view, Rejection):
            return view
        bundle = self._drafting.bundle(actor, view.bundle)
        if isinstance(bundle, Rejection):
            return bundle
        wrong = errors((*bundle.findings, *check(bundle)))
        return refused_by(wrong) if wrong else Playable(bundle, process)

    @contextmanager
    def game(self, actor: Actor, draft: Playable, walk: Walk) -> Iterator[Game]:
        """The walk, played as far as it goes. Raises `Refused` with `play.busy` where too many are
        played, `play.malformed` where it cannot begin."""
        if not _PLACES.acquire(timeout=PATIENCE):
            raise Refused(Rejection("play.busy", "Too many walks are played at the moment."))
        try:
            game = _opened(draft.bundle, walk, actor)
            try:
                yield game
            finally:
                game.close()
        finally:
            _PLACES.release()


def _opened(bundle: Bundle, walk: Walk, viewer: Actor) -> Game:
    try:
        return Game(bundle, walk, viewer)
    except Unexpected as error:
        raise Refused(error.refused or _failed(str(error))) from None
    except FAULTS as error:
        raise Refused(malformed(f"{type(error).__name__}: {error}")) from None


def _failed(problem: str) -> Rejection:
    return Rejection("play.failed", f"The walk does not go on: {problem}.", {"problem": problem})


def _as_of(seen: Seen, state: OrderState, then: Snapshot) -> Seen:
    """The order as it was after a step."""
    return replace(seen, stored=replace(seen.stored, state=state), now=then.at)


_PARTS: Final = (
    *("entered", "left", "asked", "decided", "sent"),
    *("changes", "clocks", "sentences"),
)
