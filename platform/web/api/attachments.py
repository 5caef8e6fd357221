"""`/orders/{number}/attachments`: the files of an order."""

from __future__ import annotations

from dataclasses import replace
from email.message import Message
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Request, Response

from orderloom.platform.app import attachment_json as shapes
from orderloom.platform.app.addressed import addressed
from orderloom.platform.app.attachments import Taken
from orderloom.platform.app.reading import not_found
from orderloom.platform.app.reply import Reply
from orderloom.platform.engine.commands import Actor, Attach, Body, Detach
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web import multipart
from orderloom.platform.web.api.answering import changed, json_answer
from orderloom.platform.web.api.dependencies import App, Caller, Key, accepted, command_of
from orderloom.platform.web.api.described import answers, listed, ref
from orderloom.platform.web.api.order import Number
from orderloom.platform.web.api.route import ApiRoute
from orderloom.platform.web.file_answers import file_answer
from orderloom.platform.web.refused import carried_out
from orderloom.platform.web.spooled_parts import read_spooled
from orderloom.platform.web.spooling import ApiUploadRoute, spooled

PREFIX: Final = "/orders/{number:path}/attachments"
router = APIRouter(prefix=PREFIX, route_class=ApiRoute, tags=["attachments"])
bringing = APIRouter(prefix=PREFIX, route_class=ApiUploadRoute, tags=["attachments"])
Digest = Annotated[
    str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the content, hexadecimal")
]
Named = Annotated[
    str | None,
    Header(
        alias="Content-Disposition",
        max_length=1000,
        description='What the file of a plain body is called: `attachment; filename="a.pdf"`,'
        " or `filename*=UTF-8''…`",
    ),
]
_BYTES: Final = {"schema": {"type": "string", "format": "binary"}}
_FORM: Final = {
    "schema": {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    }
}
FILE: Final = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": _FORM, "application/octet-stream": _BYTES},
    }
}


@bringing.post(
    "",
    status_code=201,
    summary="Attach a file",
    responses=answers(ref("Attachment"), status=201, refusals=(400, 403, 404, 409, 413)),
    openapi_extra=FILE,
)
def attach(
    request: Request, app: App, actor: Caller, number: Number, key: Key = None, named: Named = None
) -> Response:
    """A file of one of the kinds that orders take, as the part `file` of a form or as the whole
    body. What it is, is told by its content."""
    order = addressed(app, actor, number)
    if order is None or not app.views.sees(actor, number):
        raise Refused(not_found(number))
    taken = _taken(request, app, actor, named)
    body = Attach(taken.name, taken.size, taken.type, taken.sha256)
    _send(request, app, actor, number, body, key=key, marks=taken.sha256 + taken.name)
    headers = {"Location": f"{request.url.path}/{taken.sha256}"}
    return json_answer(taken.value(), status=201, headers=headers)


@router.get(
    "",
    summary="List files",
    responses=answers(listed("Document"), refusals=(404,)),
)
def list_attachments(app: App, actor: Caller, number: Number) -> Response:
    """Files that were added, then those in fields of the data."""
    found = accepted(app.attachments.listed(actor, number))
    return json_answer({"items": [shapes.document_json(each) for each in found.files]})


@router.get(
    "/{sha256}",
    summary="Read a file",
    responses={
        **answers({}, refusals=(404,)),
        200: {
            "description": "The bytes; `ETag` is their SHA-256",
            "content": {"application/octet-stream": _BYTES},
        },
    },
)
def read_attachment(
    request: Request, app: App, actor: Caller, number: Number, sha256: Digest
) -> Response:
    """For whoever may see the order; what it does not name is not there, whoever knows its hash."""
    opened = accepted(app.attachments.read(actor, number, sha256))
    app.seeing.file(app.views.desk, actor, number, channel="api")
    return file_answer(request, opened)


@router.delete(
    "/{sha256}",
    summary="Hide a file",
    responses=answers(ref("Standing"), refusals=(403, 404, 409)),
)
def detach(
    request: Request, app: App, actor: Caller, number: Number, sha256: Digest, key: Key = None
) -> Response:
    """The order names it no more; entries of the audit that did stay. For whoever added it."""
    reply = _send(request, app, actor, number, Detach(sha256), key=key, marks=sha256)
    return changed(request, reply)


def _send(
    request: Request,
    app: App,
    actor: Actor,
    number: str,
    body: Body,
    *,
    key: str | None,
    marks: str,
) -> Reply:
    order = addressed(app, actor, number)
    if order is None:
        raise Refused(not_found(number))
    command = command_of(request, actor, body, order=order.id, raw=marks.encode(), key=key)
    answer = app.handle(replace(command, order=order.id))
    if isinstance(answer, Rejection) and answer.code == "order.not_found":
        answer = not_found(number)
    reply: Reply = carried_out(answer)
    return reply


def _taken(request: Request, app: App, actor: Actor, named: str | None) -> Taken:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    source: Any = spooled(request)
    name = _filename(named or "")
    if media == multipart.MEDIA_TYPE:
        found = accepted(read_spooled(source, request.headers["content-type"]))
        files = [each for each in found[1] if each.name == "file"]
        if len(files) != 1:
            message = "Expected one part `file`"
            raise Refused(Rejection("request.invalid", message, {"problem": message}, path="file"))
        name, source = files[0].filename, files[0].source
    taken: Taken = accepted(app.attachments.take(actor, name, source))
    return taken


def _filename(told: str) -> str:
    """The name in a header `Content-Disposition` (RFC 6266); empty where there is none."""
    message = Message()
    message["content-disposition"] = told.replace("\r", " ").replace("\n", " ")
    return message.get_filename() or ""
