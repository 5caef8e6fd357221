"""One order executed again, for whoever reads the audit: a sentence and a result a decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from orderloom.platform.app.narration import narrate
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.reading import Desk
from orderloom.platform.app.replay_actors import Actors
from orderloom.platform.app.replay_order import Replayer
from orderloom.platform.app.replay_releases import PinnedReleases
from orderloom.platform.app.replay_report import DECISIONS, Difference, OrderReplay
from orderloom.platform.app.veiled import Veil
from orderloom.platform.app.view_models import OrderHead, Sentence
from orderloom.platform.app.view_order import find
from orderloom.platform.codec import dumps
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store import Store
from orderloom.platform.store.replay_rows import Chosen

# Decisions that are shown; an order with more is executed whole all the same.
MOST: Final = 500


@dataclass(frozen=True, slots=True)
class AgainRow:
    """A decision. `status`: `same different erased known folded`; `was`, `now`: what is recorded
    and what came out, as JSON, where that differs."""

    sentence: Sentence
    status: str
    was: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class AgainView:
    """`rows`: the order's automatic decisions, oldest first; `other`: what else differs; `counts`:
    decisions by status; `commands`: how many were carried out."""

    head: OrderHead
    rows: tuple[AgainRow, ...]
    other: tuple[Difference, ...]
    counts: dict[str, int]
    commands: int
    more: bool


class OrderReplays:
    """Executes single orders again."""

    def __init__(self, store: Store, desk: Desk, releases: Callable[[], PinnedReleases]) -> None:
        self._store = store
        self._desk = desk
        self._releases = releases

    def again(self, actor: Actor, number: str) -> AgainView | Rejection:
        """Needs `audit.read`; what one may not see does not exist."""
        refused = needs(actor, "audit.read")
        if refused is not None:
            return refused
        seen = find(self._desk, actor, number)
        if isinstance(seen, Rejection):
            return seen
        order = seen.state.order
        (log,) = self._store.replays.part(order - 1, order, Chosen(order))
        found = self._replayer().order(log)
        wanted = [one for one in found.entries if one.type in DECISIONS]
        # An entry tells one event of a type at most.
        events = {
            (each.seq, each.type): each
            for entry in self._desk.reads.entries(
                actor.organisation, order, before=None, limit=log.order.seq + 1
            )
            for each in entry.told
        }
        shown = [one for one in wanted if (one.seq, one.type) in events][:MOST]
        sentences = narrate(seen, [events[one.seq, one.type] for one in shown], quiet=False)
        veil = Veil(seen)
        differing = {(one.entry, one.type): one for one in found.different}
        rows = tuple(
            _row(sentence, one.status, differing.get((one.seq, one.type)), veil)
            for one, sentence in zip(shown, sentences, strict=True)
        )
        listed = {(one.seq, one.type) for one in shown}
        return AgainView(
            head=seen.head(),
            rows=rows,
            other=tuple(one for one in found.different if (one.entry, one.type) not in listed),
            counts=_counts(found),
            commands=sum(found.commands.values()),
            more=len(wanted) > len(shown),
        )

    def _replayer(self) -> Replayer:
        """Made anew each time: definitions are looked at as they are now."""
        return Replayer(
            self._releases(),
            Actors(self._store.accounts),
            runtimes=self._store.replays.runtimes(),
        )


def _row(sentence: Sentence, status: str, difference: Difference | None, veil: Veil) -> AgainRow:
    if difference is None:
        return AgainRow(sentence, status)
    was, now = veil.record(difference.was), veil.record(difference.now)
    return AgainRow(sentence, status, _text(was), _text(now))


def _text(value: Any) -> str:
    return "" if value is None else dumps(value).decode()


def _counts(found: OrderReplay) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in found.decisions():
        counts[one.status] = counts.get(one.status, 0) + 1
    return counts
