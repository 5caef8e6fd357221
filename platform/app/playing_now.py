"""Where a walk stands: who may do what, what may come from outside, when the next clock strikes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from orderloom.platform.app.permissions import may_start
from orderloom.platform.app.playing_models import (
    Deed,
    NowTold,
    OutsideTold,
    PersonTold,
    SentTold,
)
from orderloom.platform.app.playing_told import Fill, sent_told
from orderloom.platform.app.reading import Seen
from orderloom.platform.app.view_models import Choice
from orderloom.platform.app.view_tasks import title_of
from orderloom.platform.codec import dumps
from orderloom.platform.definitions.model import EventDecl
from orderloom.platform.engine import Actor

if TYPE_CHECKING:
    from orderloom.platform.app.playing import Game

ENDED: Final = "ended"


def now_told(game: Game, fill: Fill) -> NowTold:
    """Where it stands, and what is possible."""
    orders = game.world.orders()
    seen = game.seen()
    sent = list(_sent(game, seen, fill)) if seen is not None else []
    return NowTold(
        now=game.stage.clock.now(),
        next_clock=game.stage.next_wake() if seen is not None else None,
        people=tuple(_people(game)),
        outside=tuple(_outside(seen)) if seen is not None else (),
        orders=tuple(Choice(id=of, title=_title(game, of)) for of in orders),
        unanswered=tuple(each for each in sent if each.kind == "call" and not each.answer),
        data=seen.state.data if seen is not None else {},
    )


def deeds(game: Game, login: str, of: str = "") -> tuple[Deed, ...]:
    """What somebody of the cast may do with an order (or a child) now."""
    actor = game.person(login)
    orders = game.world.orders()
    if actor is None or of not in orders:
        return ()
    seen = game.stage.desk.see_id(actor, orders[of])
    return tuple(_deeds(game, seen)) if isinstance(seen, Seen) else ()


def starters(game: Game) -> tuple[Choice, ...]:
    """Those of the cast who may create an order."""
    registry, desk, process = game.stage.desk.registry, game.stage.desk, game.walk.process
    release = registry.current(process, game.viewer.organisation, desk.now())
    return tuple(
        Choice(id=login, title=actor.name)
        for login in game.stage.cast
        if (actor := game.person(login)) is not None
        and may_start(actor, release, now=desk.now(), answer=desk.answer(actor))
    )


def _deeds(game: Game, seen: Seen) -> Iterator[Deed]:
    may, words, state = seen.may, seen.words, seen.state
    if may.start:
        for id_ in ("start", "discard"):
            yield Deed(id=id_, kind=id_, title=words.text(f"play.do.{id_}"), at_once=True)
    for n, task in state.tasks.items():
        yield from _of_task(seen, n, task)
    for declared in may.events:
        title = words.choose(declared.title) or declared.name
        yield Deed(
            id=f"event:{declared.name}",
            kind="event",
            title=title,
            at_once=_at_once(declared),
            sample="" if declared.form or declared.fields else _sample(declared),
        )
    for id_, on in may.holds.items():
        title = words.choose(seen.release.process.holds[id_].title) or id_
        kind = "unhold" if on else "hold"
        yield Deed(id=f"{kind}:{id_}", kind=kind, title=words.text(f"play.do.{kind}", title=title))
    for each in may.activities:
        id_ = str(state.activities[str(each)]["id"])
        title = words.text("play.do.activity", title=id_)
        yield Deed(id=f"activity:{id_}", kind="activity", title=title, at_once=True)
    for each in may.undo:
        known = game.world.task_id(state.order, each)
        if known is not None:
            title = words.text("play.do.undo", title=known)
            yield Deed(id=f"undo:{known}", kind="undo", title=title)
    if state.status != ENDED and _editable(game, seen):
        yield Deed(id="edit", kind="edit", title=words.text("play.do.edit"))


def _of_task(seen: Seen, n: str, task: Any) -> Iterator[Deed]:
    may, words, title = seen.may, seen.words, title_of(seen, task)
    kind = str(task["kind"])
    asked = (int(n) in may.tasks and kind != "attention") or int(n) in may.ways
    if asked or (kind == "ticket" and task.get("waive") in seen.actor.roles):
        yield Deed(id=f"task:{n}", kind=kind, title=title)
    if int(n) in may.withdraw:
        yield Deed(
            id=f"withdraw:{n}",
            kind="withdraw",
            title=words.text("play.do.withdraw", title=title),
        )


def _editable(game: Game, seen: Seen) -> bool:
    view = game.stage.views.order(seen.actor, f"~{seen.state.order}")
    return bool(getattr(view, "editable", False))


def _at_once(declared: EventDecl) -> bool:
    asks = declared.form is not None or bool(declared.fields) or bool(declared.data)
    return not asks and (declared.reason or "none") == "none"


def _people(game: Game) -> Iterator[PersonTold]:
    orders = game.world.orders()
    for login in game.stage.cast:
        actor = game.person(login)
        if actor is None:
            continue
        found = sum(_count(game, actor, order) for order in orders.values())
        yield PersonTold(
            login=login, name=actor.name, roles=", ".join(sorted(actor.roles)), deeds=found
        )


def _count(game: Game, actor: Actor, order: int) -> int:
    """What somebody is asked for, or may do by a button; edits and holds are always there."""
    seen = game.stage.desk.see_id(actor, order)
    if not isinstance(seen, Seen):
        return 0
    return len(seen.may.tasks) + len(seen.may.events) + len(seen.may.ways) + seen.may.start


def _outside(seen: Seen) -> Iterator[OutsideTold]:
    """Events that connectors may send; those that could be taken now come first as declared."""
    if seen.state.status != "open":
        return
    for declared in seen.release.process.events.values():
        for source in declared.sources:
            yield OutsideTold(
                source=source,
                event=declared.name,
                title=seen.words.choose(declared.title) or declared.name,
                sample=_sample(declared),
            )


def _sample(declared: EventDecl) -> str:
    names = [*declared.data, *(name for name in declared.fields if name not in declared.data)]
    return dumps(dict.fromkeys(names)).decode() if names else ""


def _sent(game: Game, seen: Seen, fill: Fill) -> Iterator[SentTold]:
    yield from sent_told(seen, game.stage.leaving, game.walk, {}, fill)


def _title(game: Game, of: str) -> str:
    seen = game.seen(of)
    if seen is None:
        return of
    return f"{seen.number} · {of}" if of else seen.number
