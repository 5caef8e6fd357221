"""`/collections`: reference data, their history, files with them, duplicates."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Header, Path, Query, Response

from orderloom.platform.app import collection_json as shapes
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.api.bodies import MergeRecords, read_body, read_object
from orderloom.platform.web.api.dependencies import App, Caller, Cursor, Limit, Raw, accepted
from orderloom.platform.web.api.described import answers, listed, page_of, ref, takes
from orderloom.platform.web.api.route import ApiRoute
from orderloom.platform.words import Words

router = APIRouter(prefix="/collections", route_class=ApiRoute, tags=["collections"])
CHANNEL: Final = "api"
Id = Annotated[str, Path(max_length=200, description="The collection")]
Key = Annotated[str, Path(max_length=200, description="The record's key")]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=40, description="The version the change is based on"),
]
MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
CHANGES = answers(ref("Record"), refusals=(400, 403, 404, 409, 413, 428))
# A workbook is known by how it begins, whatever it is called.
FILE: Final = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}
}


@router.get(
    "", summary="List collections", responses=answers(listed("Collection"), refusals=(403,))
)
def list_collections(app: App, actor: Caller) -> Response:
    """Every collection that is published, by id."""
    found = accepted(app.collections.listed(actor))
    words = Words(actor.language)
    return json_answer({"items": [shapes.collection_json(each, words) for each in found]})


@router.get(
    "/{id}/records",
    summary="List records",
    responses=answers(page_of("Record"), refusals=(403, 404)),
)
def list_records(
    app: App,
    actor: Caller,
    id: Id,
    search: Annotated[str, Query(max_length=200, description="Beginnings of words")] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Records by key; with `search` those that have a word beginning so for each of its words,
    without regard to case and accents."""
    page = accepted(app.collections.records(actor, id, search, cursor, limit))
    items = [shapes.record_json(each) for each in page.items]
    return json_answer({"items": items, "next": page.next})


@router.get(
    "/{id}/history/{key:path}",
    summary="What happened to a record",
    responses=answers(page_of("RecordChange"), refusals=(403, 404, 409)),
)
def read_history(
    app: App, actor: Caller, id: Id, key: Key, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Every change with what it made of each field, the last first; also of a record that is
    gone."""
    page = accepted(app.collections.history(actor, id, key, cursor, limit))
    items = [shapes.change_json(each) for each in page.items]
    return json_answer({"items": items, "next": page.next})


@router.get(
    "/{id}/balances",
    summary="List balances",
    responses=answers(page_of("Balance"), refusals=(403, 404)),
)
def list_balances(
    app: App, actor: Caller, id: Id, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """What there is, is reserved and is free, where anything ever was moved; by key and field."""
    page = accepted(app.balances.of_collection(actor, id, cursor, limit))
    items = [shapes.balance_json(each) for each in page.items]
    return json_answer({"items": items, "next": page.next})


@router.get(
    "/{id}/balances/{key:path}",
    summary="Read the balances of a record",
    responses=answers(listed("HeldBalance"), refusals=(403, 404, 409)),
)
def read_balances(app: App, actor: Caller, id: Id, key: Key) -> Response:
    """Every balance of the record, and the orders that hold of it and that one may see."""
    found = accepted(app.balances.of_record(actor, id, key))
    return json_answer({"items": [shapes.held_json(each) for each in found]})


@router.get(
    "/{id}/moves/{key:path}",
    summary="What orders moved of a record",
    responses=answers(page_of("BalanceMove"), refusals=(403, 404, 409)),
)
def list_moves(
    app: App, actor: Caller, id: Id, key: Key, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Every move of a balance, the last first, with the order if one may see it."""
    page = accepted(app.balances.moves(actor, id, key, cursor, limit))
    items = [shapes.move_json(each) for each in page.items]
    return json_answer({"items": items, "next": page.next})


@router.get(
    "/{id}/records/{key:path}",
    summary="Read a record",
    responses=answers(ref("Record"), refusals=(403, 404, 409)),
)
def read_record(app: App, actor: Caller, id: Id, key: Key) -> Response:
    """A record with its version as `ETag`. One that was merged is 409 `record.merged`, whose
    `params` name the kept one."""
    return _record(app, actor, id, key)


@router.put(
    "/{id}/records/{key:path}",
    summary="Write a record",
    responses={**CHANGES, **answers(ref("Record"), status=201)},
    openapi_extra=takes(""),
)
def write_record(
    app: App, actor: Caller, id: Id, key: Key, raw: Raw, if_match: IfMatch = None
) -> Response:
    """The record becomes the body. Without If-Match it must be new; else If-Match has the version
    that it was made of."""
    accepted(app.collections.to_edit(actor, id))
    data = read_object(raw, limit=app.settings.body_limit)
    expected = _version(if_match) or 0
    if not expected and not isinstance(app.collections.record(actor, id, key), Rejection):
        raise Refused(_needed())
    record = accepted(app.collections.put(actor, id, key, data, expected=expected, channel=CHANNEL))
    headers = {"ETag": f'"{record.version}"'}
    status = 200 if expected else 201
    return json_answer(shapes.record_json(record), status=status, headers=headers)


@router.delete(
    "/{id}/records/{key:path}",
    summary="Delete a record",
    responses=answers(ref("Version"), refusals=(403, 404, 409, 428)),
)
def delete_record(app: App, actor: Caller, id: Id, key: Key, if_match: IfMatch = None) -> Response:
    """The record goes, its history stays."""
    accepted(app.collections.to_edit(actor, id))
    expected = _version(if_match)
    if expected is None:
        raise Refused(_needed())
    done = accepted(app.collections.delete(actor, id, key, expected=expected, channel=CHANNEL))
    return json_answer({"key": key, "version": done.version})


@router.post(
    "/{id}/import",
    summary="Bring records from a file",
    responses=answers(ref("Comparison"), refusals=(403, 404, 409, 413)),
    openapi_extra=FILE,
)
def import_records(
    app: App,
    actor: Caller,
    id: Id,
    raw: Raw,
    accept: Annotated[bool, Query(description="Do it; without it only tell")] = False,
    digest: Annotated[
        str | None, Query(max_length=64, description="Of the comparison that was looked at")
    ] = None,
) -> Response:
    """CSV or a workbook (XLSX) beside the records that are there. With `accept` every row is taken
    or, where one is rejected, none (`accepted` tells)."""
    if not accept:
        made = accepted(app.collection_import.compare(actor, id, raw))
    else:
        made = accepted(
            app.collection_import.accept(actor, id, raw, channel=CHANNEL, expected=digest)
        )
    return json_answer(shapes.comparison_json(made))


@router.get(
    "/{id}/export",
    summary="Write records to a file",
    responses={
        **answers({}, refusals=(403, 404)),
        200: {"description": "The file", "content": {media: {} for media in MEDIA.values()}},
    },
)
def export_records(
    app: App, actor: Caller, id: Id, format: Literal["csv", "xlsx"] = "csv"
) -> Response:
    """All records; what the import finds unchanged."""
    data = accepted(app.collection_import.export(actor, id, format))
    headers = {"Content-Disposition": f'attachment; filename="records.{format}"'}
    return Response(data, media_type=MEDIA[format], headers=headers)


@router.get(
    "/{id}/duplicates",
    summary="Likely duplicates",
    responses=answers(listed("Duplicates"), refusals=(403, 404)),
)
def list_duplicates(app: App, actor: Caller, id: Id) -> Response:
    """Groups of records that share a tax number, an e-mail or a name, as they are compared."""
    found = accepted(app.merging.proposed(actor, id))
    return json_answer({"items": [shapes.duplicates_json(each) for each in found]})


@router.post(
    "/{id}/merges",
    summary="Merge two records",
    responses=answers(ref("Record"), refusals=(400, 403, 404, 409, 413)),
    openapi_extra=takes("MergeRecords"),
)
def merge_records(app: App, actor: Caller, id: Id, raw: Raw) -> Response:
    """`merge` goes and its key leads to `keep`, which takes over the fields that it lacks."""
    sent = read_body(raw, MergeRecords, limit=app.settings.body_limit)
    keep = accepted(app.collections.record(actor, id, sent.keep))
    other = accepted(app.collections.record(actor, id, sent.merge))
    accepted(app.merging.merge(actor, id, keep, other, channel=CHANNEL))
    return _record(app, actor, id, sent.keep)


@router.delete(
    "/{id}/merges/{key:path}",
    summary="Take a merge back",
    responses=answers(ref("Record"), refusals=(403, 404, 409)),
)
def split_record(app: App, actor: Caller, id: Id, key: Key) -> Response:
    """The record is again as it was before it was merged."""
    accepted(app.merging.split(actor, id, key, channel=CHANNEL))
    return _record(app, actor, id, key)


def _record(app: App, actor: Caller, id: str, key: str) -> Response:
    record = accepted(app.collections.record(actor, id, key))
    headers = {"ETag": f'"{record.version}"'}
    return json_answer(shapes.record_json(record), headers=headers)


def _needed() -> Rejection:
    message = "Expected the header If-Match with the record's version"
    return Rejection("request.if_match_missing", message)


def _version(if_match: str | None) -> int | None:
    if if_match is None:
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 19 and int(text) > 0):
        message = "Expected If-Match to be a version"
        raise Refused(Rejection("request.invalid", message, {"problem": message}, path="If-Match"))
    return int(text)
