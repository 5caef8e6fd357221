"""`/audit/entries`: what the auditor's desk finds, by the words of its address; `/audit/readings`:
who has read whose personal data."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from orderloom.platform.app import order_json as shapes
from orderloom.platform.app.audit_query import MOST_VALUES, WHAT, audit_query
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.reading_lists import ReadingLine, ReadingQuery
from orderloom.platform.app.view_desk import DeskLine, DeskPage
from orderloom.platform.app.view_models import Page
from orderloom.platform.problem import Refused
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.api.dependencies import App, Caller, Cursor, Limit, accepted
from orderloom.platform.web.api.described import answers, page_of, ref
from orderloom.platform.web.api.route import ApiRoute

router = APIRouter(route_class=ApiRoute, tags=["audit"])
CHANNEL = "api"
_PEOPLE = "Ids or names, with commas: one of them"
_WHAT = f"Types such as `approval.verdict/approve`, or {', '.join(WHAT)}; with commas"
_VALUE = (
    "`in total gt 50000`: input `in`, output `out` or the order's `data`; its name; eq ne lt le gt"
    f" ge of; a value, after `of` several with `;`. Also `v2` to `v{MOST_VALUES}`: all must hold"
)
_ALSO = "The same of another entry of the same order; `o_v1` likewise"


def _word(description: str, **more: Any) -> Any:
    return Query(max_length=400, description=description, **more)


Word = Annotated[str | None, _word("Exactly so")]
People = Annotated[str | None, _word(_PEOPLE)]
What = Annotated[str | None, _word(_WHAT)]
Also = Annotated[str | None, _word(_ALSO)]
Value = Annotated[str | None, _word(_VALUE)]
Day = Annotated[str | None, _word("A day, or a moment in RFC 3339; both counted in")]


@router.get(
    "/audit/entries",
    summary="Search the audit",
    responses=answers(ref("FoundEntries"), refusals=(400, 403)),
)
def find_entries(
    request: Request,
    app: App,
    actor: Caller,
    who: People = None,
    behalf: People = None,
    what: What = None,
    definition: Annotated[str | None, _word("`id` or `id@version`")] = None,
    row: Annotated[str | None, _word("Id of a row of a decision")] = None,
    order: Word = None,
    process: Word = None,
    channel: Word = None,
    stage: Annotated[str | None, _word("Entered or left")] = None,
    about: Annotated[str | None, _word("Whom it is about, by id or name")] = None,
    since: Day = None,
    until: Day = None,
    v1: Value = None,
    o_who: Also = None,
    o_behalf: Also = None,
    o_what: Also = None,
    o_definition: Also = None,
    o_row: Also = None,
    o_v1: Also = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Entries of all orders and of the security streams, newest first, for `audit.read`. The
    search is an entry itself."""
    refused = needs(actor, "audit.read")
    if refused is not None:
        raise Refused(refused)
    sent = dict(request.query_params)
    query = accepted(audit_query({k: v for k, v in sent.items() if k not in ("cursor", "limit")}))
    page: DeskPage = accepted(app.audit_desk.search(actor, query, cursor, limit, channel=CHANNEL))
    return json_answer(
        {
            "items": [_line(line) for line in page.lines],
            "next": page.next,
            "question": page.question.sentence,
            "count": page.count,
            "whole": page.whole,
            "back": shapes.instant(page.back),
        }
    )


@router.get(
    "/audit/readings",
    summary="Who has read whose data",
    responses=answers(page_of("Reading"), refusals=(400, 403)),
)
def find_readings(
    app: App,
    actor: Caller,
    reader: Annotated[str, _word("Who has read, by id or name")] = "",
    order: Annotated[str, _word("The order's number")] = "",
    person: Annotated[str, _word("Whose data, by the id that data call them by")] = "",
    since: Annotated[str, _word("A day, or a moment in RFC 3339; counted in")] = "",
    until: Annotated[str, _word("A day, or a moment in RFC 3339; counted in")] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Entries of reading and taking out personal data of others, newest first, for
    `privacy.erase`. A page may be short, or empty, and still have a next one."""
    query = ReadingQuery(reader=reader, order=order, person=person, since=since, until=until)
    page: Page[ReadingLine] = accepted(app.reading_lists.of(actor, query, cursor, limit))
    return json_answer({"items": [_reading(each) for each in page.items], "next": page.next})


def _reading(line: ReadingLine) -> dict[str, Any]:
    entry = line.entry
    return {
        "at": shapes.instant(entry.at),
        "type": entry.type,
        "text": entry.text,
        "reader": shapes.person_json(entry.actor) if entry.actor else None,
        "what": line.what or None,
        "person": line.person or None,
        "orders": list(line.orders),
        "count": line.count,
        "channel": entry.channel,
        "hash": entry.hash,
    }


def _line(line: DeskLine) -> dict[str, Any]:
    return {
        **shapes.entry_json(line.entry),
        "order": line.order or None,
        "process": line.process or None,
        "body": line.entry.body,
    }
