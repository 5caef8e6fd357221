"""A draft played through: what is possible now, what each step did. Nothing leaves.

The walk itself travels in the page; each request plays it from its beginning (decision 0034).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.bundles import finding_json
from orderloom.platform.app.coverage import kept_coverage
from orderloom.platform.app.playing import Game, Playable, Playing
from orderloom.platform.app.playing_models import NowTold
from orderloom.platform.app.playing_now import deeds, starters
from orderloom.platform.app.playing_saving import save_walk
from orderloom.platform.app.playing_walk import Walk, read_walk, walk_of
from orderloom.platform.app.view_models import Choice, OrderView, TaskView, Typed
from orderloom.platform.codec import dump_yaml, dumps
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.errors import sentences, status_of
from orderloom.platform.web.fields import Fields
from orderloom.platform.web.pages.play_acts import Asked, Tried, asked_of, changed, start_of, tried
from orderloom.platform.web.pages.sending import CHANNEL, given
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)


@router.get("/definitions/process/{id}/play")
def play(
    viewer: SignedInViewer, id: str, scenario: str = "", steps: str = "", order: str = ""
) -> Response:
    """The beginning of a walk: anew, with the data of an order that the viewer may see, or a
    scenario of the draft (`steps=0`: only what it begins with)."""
    draft = _draft(viewer, id)
    if isinstance(draft, Rejection):
        return _broken(viewer, id, draft)
    if scenario:
        found = draft.scenario(scenario)
        if found is None:
            message = f"There is no scenario {scenario}."
            raise Refused(Rejection("scenario.not_found", message, {"id": scenario}))
        walk: Walk = given(walk_of(found))
        walk = walk.upto(0) if steps == "0" else walk
        asked = Asked(title=scenario)
        return _page(Frame(viewer=viewer, draft=draft, asked=asked), walk)
    data = _sample(viewer, id, order) if order else None
    frame = Frame(viewer=viewer, draft=draft, asked=Asked(), sample=data)
    return _page(frame, draft.beginning())


@router.post("/definitions/process/{id}/play")
def act(sender: FormSender, id: str) -> Response:
    """One step more, one less, another answer, or only another look at the same walk."""
    viewer, fields = sender.viewer, sender.fields
    draft = _draft(viewer, id)
    if isinstance(draft, Rejection):
        return _broken(viewer, id, draft)
    walk = given(read_walk(fields.get("play.walk"), id))
    asked = asked_of(fields)
    if asked.do == "save":
        return _save(sender, id, draft, walk, asked)
    frame = Frame(viewer=viewer, draft=draft, asked=asked)
    if asked.do == "sample":
        frame = replace(frame, sample=_sample(viewer, id, fields.get("play.order").strip()))
    return _page(frame, walk, fields)


@router.get("/bundles/{bundle}/coverage")
def covered(viewer: SignedInViewer, bundle: str) -> Response:
    """What no scenario of the draft uses."""
    draft = given(viewer.app.drafting.bundle(viewer.actor, bundle))
    try:
        found = kept_coverage(draft, viewer.app.simulate)
    except Refused as refused:
        return render(
            viewer, "play_coverage.html", bundle=bundle, found=None, findings=_told(viewer, refused)
        )
    return render(viewer, "play_coverage.html", bundle=bundle, found=found, findings=())


def _draft(viewer: Viewer, process: str) -> Playable | Rejection:
    playing = Playing(viewer.app.drafting, viewer.app.rendering.render)
    draft = playing.draft(viewer.actor, process)
    if isinstance(draft, Rejection) and draft.code != "bundle.findings":
        raise Refused(draft)
    return draft


def _sample(viewer: Viewer, process: str, number: str) -> Typed:
    """The data of an order that the viewer may see; 404 of all others."""
    view = given(viewer.app.views.order(viewer.actor, number))
    if view.head.process != process:
        raise Refused(Rejection("order.not_found", f"There is no {number}.", {"number": number}))
    return Typed(view.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What surrounds a walk on its page."""

    viewer: Viewer
    draft: Playable
    asked: Asked
    sample: Typed | None = None
    refused: tuple[str, ...] = ()
    saved: str = ""
    status: int = 200


def _page(frame: Frame, walk: Walk, fields: Fields | None = None) -> Response:
    """Plays the walk, does what the fields ask for, and shows where it stands then."""
    viewer, app = frame.viewer, frame.viewer.app
    playing, done = Playing(app.drafting, app.rendering.render), Tried()
    if fields is not None:
        other = changed(walk, frame.asked, fields)
        if isinstance(other, Rejection):
            frame = replace(frame, refused=sentences(other, viewer.words), status=422)
        else:
            walk = other
    with playing.game(viewer.actor, frame.draft, walk) as game:
        game.begin()
        if fields is not None:
            done = tried(game, frame.asked, fields)
        if done.walk is None:
            return _shown(frame, game, done)
    with playing.game(viewer.actor, frame.draft, done.walk) as game:
        game.begin()
        return _shown(frame, game, Tried())


def _shown(frame: Frame, game: Game, done: Tried) -> Response:
    viewer, asked = frame.viewer, frame.asked
    words, fill, begun = viewer.words, viewer.app.rendering.render, game.begun
    now = game.now(fill) if begun else None
    first = () if begun else starters(game)
    who = _who(asked, game, now, first)
    of = asked.of if asked.of in game.world.orders() else ""
    may = deeds(game, who, of) if begun else ()
    opened = done.open if any(each.id == done.open for each in may) else ""
    done = replace(done, open=opened)
    wrong = bool(done.refused or (done.typed and done.typed.problems))
    return render(
        viewer,
        "play.html",
        status=frame.status if frame.status != 200 else 422 if wrong else 200,
        draft=given(viewer.app.drafting.one(viewer.actor, "process", frame.draft.process)),
        walk=game.whole if game.stopped else game.walk,
        begun=begun,
        told=game.told(fill) if game.snapshots else (),
        stopped=sentences(game.stopped, words) if game.stopped else (),
        now=now,
        starters=first,
        start=None if begun else start_of(game, who, frame.sample or done.typed),
        who=who,
        of=of,
        deeds=may,
        open=opened,
        deed=next((each for each in may if each.id == opened), None),
        task=_task(game, who, of, done),
        order=_order(game, who, of, done),
        whole=game.view(of),
        comment=asked.comment if wrong else "",
        json_text=asked.json if wrong else "",
        collections=dumps(game.whole.given.get("collections") or {}).decode(),
        data_text=dump_yaml(dict(now.data)) if now is not None else "",
        scenarios=frame.draft.scenarios,
        refused=(*frame.refused, *(sentences(done.refused, words) if done.refused else ())),
        saved=frame.saved,
        step=done.step,
        bundle=frame.draft.name,
        name=asked.title,
        may_write="definition.write" in viewer.actor.permissions,
        may_publish="definition.publish" in viewer.actor.permissions,
    )


def _who(asked: Asked, game: Game, now: NowTold | None, first: tuple[Choice, ...]) -> str:
    """Whoever was chosen; else somebody who can do something."""
    if asked.who in game.stage.cast:
        return asked.who
    if now is None:
        return first[0].id if first else ""
    return next((each.login for each in now.people if each.deeds), next(iter(game.stage.cast), ""))


def _task(game: Game, who: str, of: str, done: Tried) -> TaskView | None:
    actor, (kind, _, n) = game.person(who), done.open.partition(":")
    orders = game.world.orders()
    if actor is None or kind != "task" or of not in orders:
        return None
    view = game.stage.views.task(actor, f"{orders[of]}.{n}", typed=done.typed)
    return None if isinstance(view, Rejection) else view


def _order(game: Game, who: str, of: str, done: Tried) -> OrderView | None:
    actor, (kind, _, name) = game.person(who), done.open.partition(":")
    orders = game.world.orders()
    if actor is None or kind not in ("event", "edit") or of not in orders:
        return None
    typed = done.typed if kind == "edit" else None
    event = (name, done.typed) if kind == "event" and done.typed else None
    view = game.stage.views.order(actor, f"~{orders[of]}", event=event, typed=typed)
    return None if isinstance(view, Rejection) else view


def _save(sender: FormSender, id: str, draft: Playable, walk: Walk, asked: Asked) -> Response:
    viewer, app = sender.viewer, sender.app
    frame = Frame(viewer=viewer, draft=draft, asked=asked)
    playing = Playing(app.drafting, app.rendering.render)
    saved = sender.fields.get("play.id").strip()
    done = save_walk(
        playing,
        app.drafting,
        sender.actor,
        draft,
        walk,
        id_=saved,
        title=sender.fields.get("play.title").strip()[:200],
    )
    if done is not None:
        note(viewer.request, done, channel=CHANNEL)
        said, status = tuple(sentences(done, viewer.words)), status_of(done.code)
        return _page(replace(frame, refused=said, status=status), walk)
    # The draft of the bundle has one scenario more now.
    again = _draft(viewer, id)
    shown = draft if isinstance(again, Rejection) else again
    return _page(replace(frame, draft=shown, saved=saved), walk)


def _broken(viewer: Viewer, id: str, refused: Rejection) -> Response:
    return render(
        viewer,
        "play_broken.html",
        draft=given(viewer.app.drafting.one(viewer.actor, "process", id)),
        findings=_told(viewer, Refused(refused)),
        may_publish="definition.publish" in viewer.actor.permissions,
    )


def _told(viewer: Viewer, refused: Refused) -> list[dict[str, Any]]:
    found = (getattr(each, "finding", None) for each in refused.rejection.details)
    return [finding_json(each, viewer.words) for each in found if each is not None]
