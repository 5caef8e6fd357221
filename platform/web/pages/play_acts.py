"""What the form of a walk asks for, as a step of a scenario, and how it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from orderloom.forms import Form, Submission
from orderloom.platform.app.playing import Game
from orderloom.platform.app.playing_walk import Walk, malformed, walk_of
from orderloom.platform.app.view_forms import problems_of
from orderloom.platform.app.view_models import OrderView, StartView, TaskAsked, Typed
from orderloom.platform.codec import CodecError, dumps, loads_strict
from orderloom.platform.problem import Rejection
from orderloom.platform.web.fields import Fields

# What the page's own fields begin with; all others are those of the form that is open.
OWN: Final = "play."
# What changes the walk itself, or nothing.
QUIET: Final = ("", "back", "anew", "answer", "fail", "refused", "sample")
FAILS: Final = ("declined", "unreachable", "timeout", "invalid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`do`: what was pressed (`event:cancel`, `back`, empty to look again). `who`, `of`: of whom
    and of which order the page speaks; `open`: what is being filled in."""

    do: str = ""
    who: str = ""
    of: str = ""
    open: str = ""
    comment: str = ""
    json: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """`walk`: to be played anew from its beginning. `typed`: what stays in the open form.
    `step`: what was refused, as a step that says so."""

    walk: Walk | None = None
    refused: Rejection | None = None
    typed: Typed | None = None
    open: str = ""
    step: str = ""


def asked_of(fields: Fields) -> Asked:
    """What the form asks for."""
    names = ("do", "who", "of", "open", "comment", "json", "title")
    return Asked(**{name: fields.get(f"{OWN}{name}").strip()[:100_000] for name in names})


def changed(walk: Walk, asked: Asked, fields: Fields) -> Walk | Rejection:
    """The walk with another beginning, other answers, or fewer steps."""
    kind, _, rest = asked.do.partition(":")
    if kind == "back":
        count = int(rest) if rest.isdecimal() and len(rest) < 9 else len(walk.steps) - 1
        if count < 0:
            return replace(walk, steps=(), given=_without(walk.given, "order"))
        return walk.upto(count)
    if kind == "anew":
        return replace(walk, steps=(), given=_without(walk.given, "order"))
    if kind == "answer":
        value = _json(fields.get(f"{OWN}answer:{rest}") or "null")
        return value if isinstance(value, Rejection) else _answered(walk, rest, {"return": value})
    if kind == "refused":
        step = _json(fields.get(f"{OWN}step"))
        return step if isinstance(step, Rejection) else _longer(walk, step)
    if kind == "fail":
        place, _, why = rest.rpartition(":")
        return _answered(walk, place, {"fail": {"kind": why}}) if why in FAILS else walk
    if "order" in walk.given:
        return walk
    return _beginning(walk, fields)


def tried(game: Game, asked: Asked, fields: Fields) -> Tried:
    """Does in the game what was asked for."""
    if not game.begun and game.stopped is None:
        return _create(game, asked, fields)
    kind, _, _ = asked.do.partition(":")
    if kind in QUIET:
        read = _read(game, asked, fields) if asked.open else None
        return Tried(open=asked.open, typed=Typed(read.data) if read is not None else None)
    make: Callable[[Game, Asked, Fields], Any] = _TIME.get(kind, _deed)
    step = make(game, asked, fields)
    if isinstance(step, Tried):
        return step
    if isinstance(step, Rejection):
        return Tried(refused=step, open=asked.open)
    refused = game.take(step)
    if refused is None:
        return Tried()
    read = _read(game, asked, fields) if asked.open else None
    typed = Typed(read.data, problems_of(refused)) if read is not None else None
    kept = dumps({**step, "refused": refused.code}).decode()
    return Tried(refused=refused, typed=typed, open=asked.open, step=kept)


# ── the beginning ────────────────────────────────────────────────────────────────────────────


def _beginning(walk: Walk, fields: Fields) -> Walk | Rejection:
    """The clock and the collections, as the page of the beginning has them."""
    given = dict(walk.given)
    now = fields.get(f"{OWN}now").strip()
    if now:
        given["now"] = now if ":" in now[11:] else f"{now}T09:00"
    text = fields.get(f"{OWN}collections").strip()
    if text:
        rows = _json(text)
        if isinstance(rows, Rejection):
            return rows
        given["collections"] = rows
    return replace(walk, given=given)


def _create(game: Game, asked: Asked, fields: Fields) -> Tried:
    view = start_of(game, asked.who)
    if view is None:
        return Tried()
    read = _submitted(view.submit, fields, view.base, game)
    draft = asked.do == "draft" and view.drafts
    if asked.do not in ("create", "draft"):
        return Tried(typed=Typed(read.data))
    data: Any = _json(asked.json) if asked.json else read.data
    if isinstance(data, Rejection):
        return Tried(refused=data, typed=Typed(read.data))
    if not asked.json and (read.again or read.strange or (read.problems and not draft)):
        return Tried(typed=Typed(read.data, read.problems))
    order = {"by": asked.who, "data": dict(data), **({"draft": True} if draft else {})}
    return Tried(walk=replace(game.whole, given={**game.whole.given, "order": order}))


def start_of(game: Game, who: str, typed: Typed | None = None) -> StartView | None:
    """The form of a new order, as somebody of the cast sees it."""
    actor = game.person(who)
    if actor is None:
        return None
    view = game.stage.views.start(actor, game.whole.process, typed=typed)
    return None if isinstance(view, Rejection) else view


# ── steps ────────────────────────────────────────────────────────────────────────────────────


def _deed(game: Game, asked: Asked, fields: Fields) -> Mapping[str, Any] | Rejection | Tried:
    kind, _, rest = asked.do.partition(":")
    make = _DEEDS.get(kind)
    if make is None:
        return malformed(f"there is no way to {kind}")
    read = _read(game, asked, fields) if asked.open else None
    wrong = read is not None and (read.problems or read.again or read.strange)
    if read is not None and wrong and not asked.json and _is_filled_in(kind, rest):
        return Tried(typed=Typed(read.data, read.problems), open=asked.open)
    data: Any = _outer(fields) if kind == "outside" else _data(game, asked, read)
    if isinstance(data, Rejection):
        return data
    step = make(game, asked, rest, data)
    if isinstance(step, Rejection):
        return step
    who = {} if "from" in step else {"as": asked.who}
    of = {"of": asked.of} if asked.of else {}
    return {**of, **who, **{key: value for key, value in step.items() if value not in (None, {})}}


def _is_filled_in(kind: str, rest: str) -> bool:
    """Whether the fields of the open form are sent with it."""
    return kind not in ("waive", "withdraw", "verdict") or rest.startswith("approve")


def _outer(fields: Fields) -> Mapping[str, Any] | Rejection:
    text = fields.get(f"{OWN}outside").strip()
    value = _json(text) if text else {}
    return value if isinstance(value, Mapping | Rejection) else malformed("a map is expected")


def _data(game: Game, asked: Asked, read: Submission | None) -> Mapping[str, Any] | Rejection:
    """What the step brings: as JSON where that is given, else what the form says."""
    if asked.json:
        value = _json(asked.json)
        return value if isinstance(value, Mapping | Rejection) else malformed("a map is expected")
    if read is None:
        return {}
    whole = _is_whole(game, asked)
    return dict(read.data if whole else read.patch)


def _event(game: Game, asked: Asked, rest: str, data: Any) -> Any:
    return {"do": rest, "with": data, "reason": asked.comment or None}


def _outside(game: Game, asked: Asked, rest: str, data: Any) -> Any:
    source, _, event = rest.partition(":")
    return {"from": source, "do": event, "with": data}


def _verdict(game: Game, asked: Asked, rest: str, data: Any) -> Any:
    word, _, n = rest.partition(":")
    task = _task(game, asked, n)
    if task is None or word not in ("approve", "reject", "return", "ask", "abstain"):
        return _gone(n)
    changes = data if word == "approve" else None
    return {
        word: task["id"],
        "key": task.get("key"),
        "comment": asked.comment or None,
        "with": changes,
    }


def _complete(game: Game, asked: Asked, rest: str, data: Any) -> Any:
    n, _, outcome = rest.partition(":")
    task = _task(game, asked, n)
    if task is None:
        return _gone(n)
    told = {"task": task["id"], "outcome": outcome or None, "with": data}
    return {**told, "comment": asked.comment or None}


def _on_task(word: str, said: str) -> Callable[[Game, Asked, str, Any], Any]:
    def make(game: Game, asked: Asked, rest: str, data: Any) -> Any:
        task = _task(game, asked, rest)
        if task is None:
            return _gone(rest)
        return {word: task["id"], said: asked.comment or None}

    return make


def _settle(game: Game, asked: Asked, rest: str, data: Any) -> Any:
    way, _, stage = rest.partition(":")
    return {"settle": way, "stage": stage or None, "reason": asked.comment or None}


def _edit(game: Game, asked: Asked, rest: str, data: Any) -> Any:
    return {"edit": data, "reason": asked.comment or None} if data else malformed("no change")


def _named(word: str) -> Callable[[Game, Asked, str, Any], Any]:
    return lambda game, asked, rest, data: {word: rest, "reason": asked.comment or None}


def _draft(word: str) -> Callable[[Game, Asked, str, Any], Any]:
    return lambda game, asked, rest, data: {"do": word}


def _activity(game: Game, asked: Asked, rest: str, data: Any) -> Any:
    return {"start": rest}


_DEEDS: Final[Mapping[str, Callable[[Game, Asked, str, Any], Any]]] = {
    "event": _event,
    "outside": _outside,
    "verdict": _verdict,
    "complete": _complete,
    "waive": _on_task("waive", "reason"),
    "withdraw": _on_task("withdraw", "comment"),
    "settle": _settle,
    "edit": _edit,
    "hold": _named("hold"),
    "unhold": _named("unhold"),
    "undo": _named("undo"),
    "start": _draft("start"),
    "discard": _draft("discard"),
    "activity": _activity,
}


def _pass(game: Game, asked: Asked, fields: Fields) -> Any:
    return {"pass": fields.get(f"{OWN}span").strip()}


def _until(game: Game, asked: Asked, fields: Fields) -> Any:
    return {"until": fields.get(f"{OWN}until").strip()}


def _next(game: Game, asked: Asked, fields: Fields) -> Any:
    wake = game.stage.next_wake()
    if wake is None:
        return Rejection("play.no_clock", "No clock runs.")
    return {"until": max(wake, game.stage.clock.now()).isoformat()}


_TIME: Final[Mapping[str, Callable[[Game, Asked, Fields], Any]]] = {
    "pass": _pass,
    "until": _until,
    "next": _next,
}


# ── forms ────────────────────────────────────────────────────────────────────────────────────


def _read(game: Game, asked: Asked, fields: Fields) -> Submission | None:
    """What the open form says; None where nothing is open that has one."""
    actor, order = game.person(asked.who), game.world.orders().get(asked.of)
    kind, _, name = asked.open.partition(":")
    if actor is None or order is None:
        return None
    if kind == "task":
        found = game.stage.views.question(actor, f"{order}.{name}")
        return None if isinstance(found, Rejection) else _of_task(found, fields, game)
    if kind not in ("event", "edit"):
        return None
    view = game.stage.views.order(actor, f"~{order}")
    if isinstance(view, Rejection):
        return None
    if kind == "edit":
        return _submitted(view.submit, fields, view.data, game)
    return _of_event(view, name, fields, game)


def _of_task(task: TaskAsked, fields: Fields, game: Game) -> Submission | None:
    if task.submit is None:
        return None
    return _submitted(task.submit, fields, task.base, game, only=task.only, prefix=task.prefix)


def _of_event(view: OrderView, name: str, fields: Fields, game: Game) -> Submission | None:
    button = next((each for each in view.buttons if each.name == name), None)
    if button is None or button.submit is None:
        return None
    base = view.data if button.only is not None else button.base
    return _submitted(button.submit, fields, base, game, only=button.only, prefix=f"{name}.")


def _submitted(
    form: Form,
    fields: Fields,
    base: Any,
    game: Game,
    *,
    only: Any = None,
    prefix: str = "",
) -> Submission:
    pairs = [(name, value) for name, value in fields.pairs if not name.startswith(OWN)]
    own = [(name.removeprefix(prefix), value) for name, value in pairs if name.startswith(prefix)]
    return form.submit(
        own, base, language=game.words.language, records=game.stage.record, only=only
    )


def _is_whole(game: Game, asked: Asked) -> bool:
    """A form of a task's or event's own is sent whole, the order's as what changed."""
    actor, order = game.person(asked.who), game.world.orders().get(asked.of)
    kind, _, name = asked.open.partition(":")
    if actor is None or order is None or kind == "edit":
        return False
    if kind == "task":
        found = game.stage.views.question(actor, f"{order}.{name}")
        return not isinstance(found, Rejection) and found.only is None
    view = game.stage.views.order(actor, f"~{order}")
    buttons = () if isinstance(view, Rejection) else view.buttons
    return any(each.name == name and each.only is None for each in buttons)


def _task(game: Game, asked: Asked, n: str) -> Mapping[str, Any] | None:
    seen = game.seen(asked.of)
    return seen.state.tasks.get(n) if seen is not None else None


def _gone(n: str) -> Rejection:
    return Rejection("task.not_found", f"There is no task {n[:20]}.", {"id": n[:20]})


def _answered(walk: Walk, place: str, answer: Mapping[str, Any]) -> Walk | Rejection:
    operation, _, nth = place.rpartition(":")
    if not nth.isdecimal() or int(nth) > 1000:
        return malformed("there is no such call")
    return walk.answered(operation, int(nth), answer)


def _longer(walk: Walk, step: Any) -> Walk | Rejection:
    """One step more, judged like a whole walk that somebody sent."""
    return walk_of({**walk.scenario(), "steps": [*walk.steps, step]})


def _without(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}


def _json(text: str) -> Any:
    try:
        return loads_strict(text)
    except CodecError as error:
        return malformed(error.message)
