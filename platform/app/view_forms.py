"""Forms before the eyes of a viewer: the order's, a task's, an event's, a new order's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orderloom.forms import FieldProblem, Form, FormView
from orderloom.platform.app.lookups import with_suggestions
from orderloom.platform.app.permissions import may_start
from orderloom.platform.app.reading import Desk, Seen
from orderloom.platform.app.view_models import StartView, Typed
from orderloom.platform.app.withheld import form_actor
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor
from orderloom.platform.engine.defaulting import with_defaults
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.words import Words


def order_form(
    seen: Seen,
    *,
    typed: Typed | None = None,
    only: Sequence[str] | None = None,
    prefix: str = "",
) -> FormView:
    """The order's own form with its data, or with what was typed."""
    form = seen.release.form
    view = form.view(
        typed.data if typed else seen.state.data,
        stages=set(seen.state.stages),
        draft=seen.state.status == "draft",
        actor=form_actor(seen.actor, requester=seen.state.requester),
        language=seen.words.language,
        words=seen.words,
        problems=typed.problems if typed else (),
        only=only,
        prefix=prefix,
    )
    return with_suggestions(view, form, seen.desk, seen.actor, _keys(seen.release))


def blank_data(form: Form, release: Release, desk: Desk, actor: Actor) -> dict[str, Any]:
    """What a form to be filled in from nothing begins with, now."""
    return with_defaults(form, {}, release=release, now=desk.now(), actor=actor)


def blank_form(
    form: Form,
    release: Release,
    desk: Desk,
    actor: Actor,
    *,
    typed: Typed | None = None,
    prefix: str = "",
) -> FormView:
    """A form to be filled in from nothing: of a new order, a task's own, an event's own."""
    words = Words(actor.language)
    view = form.view(
        typed.data if typed else blank_data(form, release, desk, actor),
        stages=set(),
        draft=True,
        actor=form_actor(actor, requester=actor.id),
        language=words.language,
        words=words,
        problems=typed.problems if typed else (),
        only=None,
        prefix=prefix,
    )
    return with_suggestions(view, form, desk, actor, _keys(release))


def start(
    desk: Desk, actor: Actor, process: str, *, typed: Typed | None = None
) -> StartView | Rejection:
    """The empty form of a new order; `process.unknown` for what the actor may not start."""
    unknown = Rejection(
        "process.unknown", f"There is no process {process}.", {"process": process}, path="process"
    )
    try:
        release = desk.registry.current(process, actor.organisation, desk.now())
    except Refused as refused:
        return refused.rejection
    if not may_start(actor, release, now=desk.now(), answer=desk.answer(actor)):
        return unknown
    words = Words(actor.language)
    return StartView(
        process=process,
        title=words.choose(release.process.title) or process,
        form=blank_form(release.form, release, desk, actor, typed=typed),
        submit=release.form,
        base=blank_data(release.form, release, desk, actor),
        drafts=release.process.start_draft,
    )


def _keys(release: Release) -> dict[str, str]:
    """By collection, the field of its key."""
    return {id_: str(one.get("key") or "") for id_, one in release.collections.items()}


def problems_of(rejection: Rejection) -> tuple[FieldProblem, ...]:
    """What a refused command says about fields, to be shown at each."""
    details = rejection.details or (rejection,)
    return tuple(
        FieldProblem(
            detail.path or "", detail.code.removeprefix("form."), detail.message, detail.params
        )
        for detail in details
        if detail.code.startswith("form.")
    )
