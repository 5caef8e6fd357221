"""The process map of the auditor's desk, and the orders behind its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from markupsafe import Markup

from orderloom.platform.app.length_words import length_words
from orderloom.platform.app.mining import instant
from orderloom.platform.app.process_map_models import MapLine, MapQuery
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.pages.audit_tabs import tabs_of
from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
PAGE = 50
# Rows of a table at first, and at most when all were asked for.
ROWS = 20
MOST_ROWS = 1_000
TABLES = frozenset(("stages", "edges", "variants", "people", "rework", "deviations"))


async def _asked(
    process: str = "",
    version: str = "",
    since: str = "",
    until: str = "",
    outcome: str = "",
    working: str = "",
) -> MapQuery:
    """What the address asks for. Raises `Refused` for a day that is none."""
    known = version.isascii() and version.isdigit() and len(version) < 10
    return MapQuery(
        process=process,
        version=int(version) if known else None,
        since=_day("since", since),
        until=_day("until", until),
        outcome=outcome,
        working=bool(working),
    )


Asked = Annotated[MapQuery, Depends(_asked)]


@router.get("/audit/map")
def process_map(
    viewer: SignedInViewer,
    asked: Asked,
    whole: Annotated[list[str] | None, Query(alias="all")] = None,
) -> Response:
    """`all`: names of tables that are shown whole."""
    found = viewer.app.process_maps.view(viewer.actor, asked)
    view = None if found is None else given(found)
    kept = _kept(view.query if view is not None else asked)
    return render(
        viewer,
        "process_map.html",
        shown_tabs=tabs_of(viewer.actor.permissions),
        view=view,
        # Its texts are escaped where it is drawn.
        picture=Markup(view.picture) if view is not None else "",  # noqa: S704
        **_bounded(kept, TABLES.intersection(whole or ())),
        **_words(viewer, kept),
    )


@router.get("/audit/map/orders")
def behind(
    viewer: SignedInViewer,
    asked: Asked,
    of: Annotated[list[str] | None, Query()] = None,
    cursor: str = "",
) -> Response:
    figure = of or ["all"]
    page = given(
        viewer.app.process_maps.orders(
            viewer.actor, asked, figure, cursor=cursor or None, limit=PAGE
        )
    )
    kept = _kept(asked)
    more = _address("/audit/map/orders", kept, of=figure, cursor=page.next)
    return render(
        viewer,
        "process_map_orders.html",
        shown_tabs=tabs_of(viewer.actor.permissions),
        page=page,
        more=more if page.next else "",
        back=_address("/audit/map", kept),
        **_words(viewer, kept),
    )


def _day(name: str, text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        params = {"name": name, "word": text[:20], "known": "2026-05-31"}
        message = f"{text[:20]} is no day."
        raise Refused(Rejection("query.unknown_word", message, params, path=name)) from None


def _kept(asked: MapQuery) -> dict[str, str]:
    """What stands in the address."""
    values: Mapping[str, Any] = {
        "process": asked.process,
        "version": asked.version,
        "since": asked.since,
        "until": asked.until,
        "outcome": asked.outcome,
        "working": "1" if asked.working else "",
    }
    return {name: str(value) for name, value in values.items() if value}


def _address(path: str, kept: Mapping[str, str], **more: Any) -> str:
    pairs = {**kept, **{name: value for name, value in more.items() if value}}
    return f"{path}?{urlencode(pairs, doseq=True)}" if pairs else path


def _bounded(kept: Mapping[str, str], whole: AbstractSet[str]) -> dict[str, Any]:
    """The rows of a table that are shown, and the address that shows all of them, or fewer."""

    def shown(table: str, rows: Sequence[MapLine]) -> Sequence[MapLine]:
        return rows[: MOST_ROWS if table in whole else ROWS]

    def other(table: str) -> str:
        return f"{_address('/audit/map', kept, all=sorted(whole ^ {table}))}#h-{table}"

    return {"shown": shown, "other": other, "whole": whole, "rows_at_first": ROWS}


def _words(viewer: Viewer, kept: Mapping[str, str]) -> dict[str, Any]:
    return {
        "length": lambda micros: length_words(micros, viewer.words),
        "at_instant": instant,
        "thousandths": lambda value: (
            f"{viewer.words.number(value // 10)}.{value % 10} %"
            if viewer.words.language == "en"
            else f"{viewer.words.number(value // 10)},{value % 10} %"
        ),
        "behind": lambda *of: _address("/audit/map/orders", kept, of=list(of)),
    }
