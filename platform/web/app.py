"""The FastAPI application: pages, the REST interface, static files, and what surrounds them."""

from __future__ import annotations

import logging
from typing import Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from orderloom.platform.app.application import Application
from orderloom.platform.app.noting import Noting
from orderloom.platform.app.readiness import FAULTS, unavailable
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.api import router as api
from orderloom.platform.web.api.addresses import methods_of
from orderloom.platform.web.api.problems import language_of, problem
from orderloom.platform.web.errors import status_of
from orderloom.platform.web.middleware import Surroundings, TooLarge
from orderloom.platform.web.pages import routers
from orderloom.platform.web.pages.refusal import refusal_page
from orderloom.platform.web.refused import RefusedByRunner, note
from orderloom.platform.web.security import headers
from orderloom.platform.web.spooling import upload_limit
from orderloom.platform.web.static_files import OwnFiles
from orderloom.platform.web.viewer import viewer_of
from orderloom.platform.words import Words

LOG: Final = logging.getLogger("orderloom.web")
API: Final = "/api/"


def create_app(application: Application) -> FastAPI:
    """The web application of one `Application`. It opens and closes nothing."""
    settings = application.settings
    local = settings.assets == "local"
    app = FastAPI(
        title="Orderloom",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.application = application
    app.state.noting = Noting(application.runner, application.clock.now)
    app.add_middleware(
        Surroundings,
        headers=headers(local_assets=local, secure=settings.secure_cookies),
        body_limit=settings.body_limit,
        most=upload_limit(settings),
        metrics=application.metrics,
    )
    app.include_router(api)
    for router in routers:
        app.include_router(router, include_in_schema=False)
    app.mount("/static", OwnFiles(local_assets=local), name="static")
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    for fault in FAULTS:
        app.add_exception_handler(fault, _away)
    app.add_exception_handler(Exception, _bug)
    return app


def _refused(request: Request, error: Exception) -> Response:
    rejection = error.rejection if isinstance(error, Refused) else _internal()
    if not isinstance(error, RefusedByRunner):
        note(request, rejection, channel="web")
    return _answer(request, rejection)


def _away(request: Request, error: Exception) -> Response:
    LOG.error("database", exc_info=error)
    if request.url.path.startswith(API):
        return _answer(request, unavailable(error))
    # A page would ask the database who looks at it.
    sentence = Words(language_of(request)).text("problems.unavailable")
    return PlainTextResponse(f"{sentence}\n", status_code=503)


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    codes = {404: "page.not_found", 405: "request.method", 400: "request.malformed"}
    code = codes.get(status, "request.malformed" if status < 500 else "internal")
    answer = _answer(request, Rejection(code, f"HTTP {status}."), status)
    given = error.headers if isinstance(error, HTTPException) else None
    if status == 405:
        # RFC 9110, section 15.5.6: what it does take.
        allowed = ", ".join(methods_of(request.url.path))
        answer.headers["Allow"] = allowed or dict(given or {}).get("Allow", "")
    return answer


def _invalid(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    details = tuple(
        Rejection(
            "request.invalid",
            str(each.get("msg", "")),
            path=".".join(str(part) for part in each.get("loc", ())),
        )
        for each in found
    )
    first = details[0].message if details else "The request does not fit."
    return _answer(request, Rejection("request.invalid", first, details=details))


def _bug(request: Request, error: Exception) -> Response:
    if isinstance(error, TooLarge):
        return _answer(request, Rejection("request.too_large", "The request is too large."))
    LOG.error("bug", exc_info=error)
    return _answer(request, _internal())


def _answer(request: Request, rejection: Rejection, status: int | None = None) -> Response:
    number = status or status_of(rejection.code)
    if request.url.path.startswith(API):
        return problem(rejection, language_of(request), status=number)
    viewer = viewer_of(request)
    if rejection.code == "sign_in.needed":
        target = quote(_wanted(request), safe="")
        return RedirectResponse(f"/sign-in?next={target}", status_code=303)
    return refusal_page(viewer, rejection, number)


def _wanted(request: Request) -> str:
    if request.method != "GET":
        return "/"
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _internal() -> Rejection:
    return Rejection("internal", "Something is broken on our side.")
