"""For machines: is it alive, is it ready, how is it doing."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from orderloom.platform.app.application import Application
from orderloom.platform.app.metrics import CONTENT_TYPE
from orderloom.platform.app.readiness import not_ready, warning
from orderloom.platform.web.threaded_route import ThreadedRoute

router = APIRouter(route_class=ThreadedRoute)


@router.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
def readyz(request: Request) -> Response:
    """The database answers, and requests may come; while it does not, the answer is a 503. A second
    line warns of what works and ought to be otherwise."""
    application: Application = request.app.state.application
    if not_ready(application) is not None:
        return PlainTextResponse("the database does not answer\n", status_code=503)
    warned = warning(application)
    return PlainTextResponse(f"ready\nwarning: {warned}\n" if warned else "ready\n")


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Prometheus's exposition format."""
    application: Application = request.app.state.application
    return Response(application.metrics.page(), media_type=CONTENT_TYPE)
