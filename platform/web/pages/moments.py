"""An order as of a moment, and two moments compared."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path
from fastapi.responses import Response

from orderloom.platform.app.moment_models import ComparedView, MomentView
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.errors import sentence, status_of
from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import SignedInViewer

router = APIRouter(route_class=ThreadedRoute)
OURS: Final = "moment."
MOST: Final = 999_999_999


@router.get("/orders/{number:path}/why/{seq}")
def why(viewer: SignedInViewer, number: str, seq: Annotated[int, Path(ge=1, le=MOST)]) -> Response:
    """A decision's rows: which matched, and what stopped each of the others."""
    found = given(viewer.app.moments.why(viewer.actor, number, seq))
    return render(viewer, "decision_why.html", why=found)


@router.get("/orders/{number:path}/as-of")
def as_of(
    viewer: SignedInViewer,
    number: str,
    entry: str = "",
    at: str = "",
    b: str = "",
    all: str = "",
) -> Response:
    """`entry` or `at`: the moment; `b`: another one to compare it with; `all`: with what is the
    same."""
    moments, wrong = viewer.app.moments, None
    found: MomentView | ComparedView | Rejection
    if b:
        found = moments.compared(viewer.actor, number, at or entry, b)
    else:
        found = moments.as_of(viewer.actor, number, at or entry)
    if isinstance(found, Rejection):
        if not found.code.startswith(OURS):
            raise Refused(found)
        wrong = found
        found = given(moments.as_of(viewer.actor, number, ""))
    two = found if isinstance(found, ComparedView) else None
    return render(
        viewer,
        "moments.html",
        status=status_of(wrong.code) if wrong else 200,
        wrong=sentence(wrong, viewer.words) if wrong else "",
        two=two,
        one=two.first if two else found,
        all=bool(all),
    )
