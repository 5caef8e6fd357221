"""`/drafts` and `/bundles`: definitions as they are changed, compared, checked and published."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Response

from orderloom.platform.app.bundles import finding_json, refused_by
from orderloom.platform.app.drafting import DraftView
from orderloom.platform.app.publish import NotPublished, PublishOptions
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.api.bodies import NewVersions, WrittenDraft, given, read_body
from orderloom.platform.web.api.dependencies import App, Caller, Raw, accepted
from orderloom.platform.web.api.described import answers, listed, ref, takes
from orderloom.platform.web.api.route import ApiRoute
from orderloom.platform.words import Words

router = APIRouter(route_class=ApiRoute, tags=["definitions"])
DraftId = Annotated[
    str,
    Path(
        max_length=240,
        pattern=r"^[a-z]+\..+$",
        description="Kind and id of the definition, as in `process.b2b-order`",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=80, description="The tag of the text it was made of"),
]
DIFFERENCES: Final = answers(listed("Difference"), refusals=(403, 404))


@router.get("/drafts", summary="List drafts", responses=answers(listed("Draft"), refusals=(403,)))
def list_drafts(app: App, actor: Caller) -> Response:
    """Every definition that has a saved draft, without its text."""
    found = accepted(app.drafting.all(actor))
    return json_answer({"items": [_line(each) for each in found]})


@router.get(
    "/drafts/{id}", summary="Read a draft", responses=answers(ref("DraftText"), refusals=(403, 404))
)
def read_draft(app: App, actor: Caller, id: DraftId) -> Response:
    """The text of a draft, its tag as `ETag`; without a draft that of the newest version, to begin
    with."""
    return _draft(accepted(app.drafting.one(actor, *_named(id))))


@router.put(
    "/drafts/{id}",
    summary="Save a draft",
    responses={
        **answers(ref("DraftText"), refusals=(400, 403, 404, 412, 413, 428)),
        **answers(ref("DraftText"), status=201),
    },
    openapi_extra=takes("NewText"),
)
def save_draft(
    app: App, actor: Caller, id: DraftId, raw: Raw, if_match: IfMatch = None
) -> Response:
    """Its `text`, or else its `value`, which is written into the text that is there. Without
    If-Match it must be new, in a `bundle`; else If-Match has the tag that was read. Where another
    text stands there meanwhile: 412 `draft.changed_meanwhile`, `errors` are what differs."""
    kind, id_ = _named(id)
    sent = read_body(raw, WrittenDraft, limit=app.settings.body_limit)
    there = app.drafting.one(actor, kind, id_)
    if if_match is None and isinstance(there, DraftView):
        raise Refused(_needed())
    tag = _tag(if_match)
    text, value = given(sent.text), given(sent.value)
    if text is None and value is None:
        message = "Expected text or value"
        raise Refused(Rejection("request.invalid", message, {"problem": message}))
    if text is None and tag is not None:
        saved = accepted(app.drafting.change(actor, kind, id_, value, tag=tag))
    else:
        written = text if text is not None else app.drafting.laid_out(value)
        saved = accepted(
            app.drafting.save(actor, kind, id_, written, tag=tag, bundle=given(sent.bundle) or "")
        )
    return _draft(saved, status=200 if if_match is not None else 201)


@router.delete(
    "/drafts/{id}",
    summary="Discard a draft",
    responses=answers(ref("Done"), refusals=(403, 404, 412, 428)),
)
def discard_draft(app: App, actor: Caller, id: DraftId, if_match: IfMatch = None) -> Response:
    """The published version stays as it is."""
    accepted(app.drafting.one(actor, *_named(id)))
    tag = _tag(if_match)
    if tag is None:
        raise Refused(_needed())
    accepted(app.drafting.discard(actor, *_named(id), tag=tag))
    return json_answer({"done": True})


@router.post(
    "/drafts/{id}/check",
    summary="Check a draft",
    responses=answers(listed("Finding"), refusals=(400, 403, 404, 413)),
    openapi_extra=takes("WrittenDraft"),
)
def check_draft(app: App, actor: Caller, id: DraftId, raw: Raw) -> Response:
    """What is wrong with it among the definitions of its bundle. A `text` or `value` of the body
    stands for what is saved; nothing is kept."""
    kind, id_ = _named(id)
    sent = read_body(raw, WrittenDraft, limit=app.settings.body_limit)
    text = given(sent.text)
    if text is None and given(sent.value) is not None:
        text = accepted(app.drafting.written(actor, kind, id_, given(sent.value)))
    found = accepted(app.drafting.findings(actor, kind, id_, text))
    words = Words(actor.language)
    return json_answer({"items": [finding_json(each, words) for each in found]})


@router.get("/drafts/{id}/differences", summary="Compare a draft", responses=DIFFERENCES)
def compare_draft(
    app: App,
    actor: Caller,
    id: DraftId,
    version: Annotated[int | None, Query(ge=1, le=2**31)] = None,
) -> Response:
    """What it changes of a version, by default of the newest, each as a sentence."""
    found = accepted(app.drafting.differences(actor, *_named(id), version))
    return _differences(found, actor.language)


@router.get("/bundles/{bundle}/changes", summary="Changes of a bundle", responses=DIFFERENCES)
def changes(app: App, actor: Caller, bundle: Annotated[str, Path(max_length=200)]) -> Response:
    """What publishing all drafts of a bundle would change."""
    return _differences(accepted(app.drafting.changes(actor, bundle)), actor.language)


@router.post(
    "/bundles/{bundle}/publish",
    summary="Publish a bundle",
    responses=answers(ref("PublishedVersions"), refusals=(400, 403, 404, 409, 413)),
    openapi_extra=takes("NewVersions"),
)
def publish(
    app: App, actor: Caller, bundle: Annotated[str, Path(max_length=200)], raw: Raw
) -> Response:
    """Checks the drafts of a bundle, runs its tests and scenarios and makes versions of them, all
    or none. Whoever saved a draft may not publish it alone."""
    sent = read_body(raw, NewVersions, limit=app.settings.body_limit)
    moment = given(sent.effective_from)
    options = PublishOptions(
        comment=sent.comment,
        effective_from=moment if isinstance(moment, datetime) else None,
        second_person=app.settings.second_person,
        channel="api",
    )
    done = app.drafting.publish(actor, bundle, options)
    if isinstance(done, NotPublished):
        raise Refused(_why(done))
    return json_answer(
        {
            "published": [
                {"kind": each.kind, "id": each.id, "version": each.number} for each in done.versions
            ]
        }
    )


def _why(done: NotPublished) -> Rejection:
    if done.refused is not None:
        return done.refused
    if done.findings:
        return refused_by(done.findings)
    failed = ", ".join(each.scenario for each in done.failures)
    return Rejection("bundle.scenarios", f"Scenarios fail: {failed}", {"failed": failed})


def _named(id_: str) -> tuple[str, str]:
    kind, _, name = id_.partition(".")
    return kind, name


def _tag(if_match: str | None) -> str | None:
    return None if if_match is None else if_match.strip().removeprefix("W/").strip('"')


def _needed() -> Rejection:
    message = "Expected the header If-Match with the draft's tag"
    return Rejection("request.if_match_missing", message)


def _line(view: DraftView) -> dict[str, Any]:
    return {
        "id": view.name,
        "kind": view.kind,
        "definition": view.id,
        "bundle": view.bundle,
        "version": view.version,
        "saved": view.saved,
        "saved_by": view.saved_by,
        "saved_at": None if view.saved_at is None else view.saved_at.isoformat(),
        "tag": view.tag,
    }


def _draft(view: DraftView, *, status: int = 200) -> Response:
    body = {**_line(view), "text": view.text, "value": view.value}
    return json_answer(body, status=status, headers={"ETag": f'"{view.tag}"'})


def _differences(found: Any, language: str) -> Response:
    words = Words(language)
    return json_answer({"items": [each.to_json(words) for each in found]})
