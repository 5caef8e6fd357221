"""Templates to pages: one environment, strict about names, escaping everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orderloom.platform.app.application import Application
from orderloom.platform.app.span_words import span_words
from orderloom.platform.codec import dumps
from orderloom.platform.engine.commands import Actor
from orderloom.platform.web.assets import assets, is_vendored
from orderloom.platform.web.deadlines import deadline
from orderloom.platform.web.file_size import file_size
from orderloom.platform.web.icons import icon, icons
from orderloom.platform.web.security import CSRF_FIELD
from orderloom.platform.web.static_files import module_url, static_url
from orderloom.platform.web.viewer import Viewer
from orderloom.platform.words import LANGUAGES

TEMPLATES: Final = Path(__file__).parent / "templates"
# Nearer than this a moment is told by its distance, else by day and hour.
NEAR: Final = timedelta(hours=12)
NOW: Final = timedelta(minutes=1)
STYLE: Final = Markup('<link rel="stylesheet" href="{}" integrity="{}" crossorigin="anonymous">')
MODULE: Final = Markup('<script type="module" src="{}"></script>')
DATA: Final = Markup('<script type="application/json" id="{}">{}</script>')
SCRIPT: Final = Markup('<script defer src="{}" integrity="{}" crossorigin="anonymous"></script>')
CURRENT: Final = Markup(' aria-current="page"')
LANGUAGE_NAMES: Final = {"en": "English", "pl": "Polski", "sk": "Slovenčina"}


def render(viewer: Viewer, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page from a template, for one viewer."""
    html = environment().get_template(template).render(**_surroundings(viewer), **values)
    return HTMLResponse(html, status_code=status, headers={"Vary": "Cookie, HX-Request"})


@cache
def environment() -> Environment:
    """The environment of all templates; a name that does not exist is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        # A look at each file for every page; a changed template needs a new start.
        auto_reload=False,
        lstrip_blocks=True,
    )
    made.globals.update(icon=icon, icons=icons, static=static_url, language_names=LANGUAGE_NAMES)
    made.globals.update(module=lambda name: MODULE.format(module_url(name)), json_data=json_data)
    made.filters.update(segment=lambda value: quote(str(value), safe="~"))
    return made


def json_data(id_: str, value: Any) -> Markup:
    """A value for scripts of the page, which no parser of HTML takes for markup."""
    text = dumps(value).decode("utf-8").replace("<", "\\u003c")
    return DATA.format(id_, Markup(text))  # noqa: S704 - JSON without a single <


def _surroundings(viewer: Viewer) -> dict[str, Any]:
    app, words, session = viewer.app, viewer.words, viewer.session
    local = app.settings.assets == "local"
    now, path = app.clock.now(), viewer.request.url.path
    zone = session.actor.zone if session else app.settings.zone

    def moment(at: datetime) -> str:
        return words.moment(at, zone)

    def near(at: datetime) -> str:
        if abs(at - now) < NOW:
            return words.text("web.just_now")
        return words.relative(at, now) if abs(at - now) <= NEAR else moment(at)

    def word(area: str, key: str, **params: Any) -> str:
        full = f"{area}.{key}"
        return words.text(full, **params) if words.has(full) else key

    def at(target: str) -> Markup:
        inside = path == target or path.startswith(f"{target}/")
        is_new = target == "/orders" and path.startswith("/orders/new")
        return CURRENT if inside and not is_new else Markup("")

    return {
        "t": words.text,
        "word": word,
        "at": at,
        "words": words,
        "area_words": words.area,
        "language": words.language,
        "languages": LANGUAGES,
        "theme": viewer.theme,
        "viewer": session.actor if session else None,
        "csrf": _csrf_field(session.csrf) if session else Markup(""),
        "csrf_token": session.csrf if session else "",
        "path": path,
        "here": _here(viewer),
        "query": _query(viewer),
        "moment": moment,
        "zone": zone,
        "near": near,
        "deadline": lambda due: deadline(words, due, now, zone),
        "span": lambda text: span_words(text, words),
        "day": lambda at: words.date(at.date()),
        "file_size": lambda size: file_size(words, size),
        "upload_limit": app.settings.attachment_limit,
        "asset": _asset_tag(local),
        "pinned": lambda *names: _pinned(names, local),
        "fonts": is_vendored(assets()["inter-latin"]),
        "waiting": app.views.count_tasks(session.actor) if session else 0,
        "starts": app.views.may_start_any(session.actor) if session else False,
        "unread": app.notices.unread(session.actor) if session else 0,
        "still": _still(app, session.actor) if session else 0,
        "undelivered": app.mailroom.tickets.count(session.actor) if session else 0,
        "demo": app.settings.demo,
        # Only the auditor's desk asks.
        "seal_trouble": lambda: _seal_trouble(app, session.actor if session else None),
    }


def _still(app: Application, actor: Actor) -> int:
    """How many messages and watches stand still for this person to see to."""
    return app.inbound_reads.count(actor) + len(app.watches.stopped(actor))


def _seal_trouble(app: Application, actor: Actor | None) -> str:
    """What stands against sealing, for who may read the audit."""
    if actor is None or "audit.read" not in actor.permissions:
        return ""
    return app.audit_standing.trouble(app.clock.now())


def _csrf_field(token: str) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, token)


def _here(viewer: Viewer) -> str:
    url = viewer.request.url
    if viewer.request.method != "GET":
        return "/"
    return f"{url.path}?{url.query}" if url.query else url.path


def _query(viewer: Viewer) -> Callable[..., str]:
    """`query(cursor="x", status=None)`: the address of this page with some values changed."""

    def changed(**values: str | None) -> str:
        kept: dict[str, str | None] = {**viewer.request.query_params, **values}
        pairs: Iterable[tuple[str, str]] = ((k, v) for k, v in kept.items() if v)
        encoded = urlencode(list(pairs))
        return f"{viewer.request.url.path}?{encoded}" if encoded else viewer.request.url.path

    return changed


def _pinned(names: Iterable[str], local: bool) -> dict[str, dict[str, str]]:
    """Address and integrity of assets, for scripts that load them themselves."""
    known = assets()
    return {
        name: {"url": known[name].url(local=local), "integrity": known[name].integrity}
        for name in names
    }


def _asset_tag(local: bool) -> Callable[[str], Markup]:
    def tag(name: str) -> Markup:
        found = assets()[name]
        pattern = STYLE if found.file.endswith(".css") else SCRIPT
        return pattern.format(found.url(local=local), found.integrity)

    return tag
