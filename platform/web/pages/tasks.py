"""The list of tasks: whose, which, in which order; its rows alone; many verdicts at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from orderloom.platform.app.task_query import (
    DUES,
    KINDS,
    PAUSED,
    PLAIN,
    SCOPES,
    SORTS,
    TaskQuery,
    task_query,
)
from orderloom.platform.app.view_done import DoneLine
from orderloom.platform.app.view_models import Page, TaskLine
from orderloom.platform.engine.commands import CastVerdict, Command
from orderloom.platform.problem import Rejection
from orderloom.platform.web.errors import sentence, sentences, status_of
from orderloom.platform.web.pages.sending import (
    CHANNEL,
    given,
    number_of,
    order_of,
    order_path,
)
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
PAGE: Final = 50
MOST: Final = 200
LIST: Final = "tasks"


@router.get("/")
def home(viewer: SignedInViewer) -> Response:
    return RedirectResponse("/tasks", status_code=303)


@router.get("/tasks")
def tasks(viewer: SignedInViewer, cursor: str = "", done: str = "") -> Response:
    """The page; without a word about what to show it begins with the view that comes first."""
    if not viewer.request.query_params:
        first = viewer.app.saved_views.first(viewer.actor, LIST)
        if first is not None:
            return RedirectResponse(address(first.query), status_code=303)
    asked = _asked(viewer)
    if viewer.request.headers.get("HX-Request") == "true" and cursor:
        page = _page(viewer, asked, cursor, PAGE)
        template = "tasks_done_rows.html" if asked.scope == "done" else "tasks_rows.html"
        return render(viewer, template, asked=asked, page=page, **_places(asked, page, cursor))
    return shown(viewer, asked, cursor=cursor, done=done)


@router.get("/tasks/rows")
def rows(viewer: SignedInViewer, cursor: str = "", until: str = "") -> Response:
    """The rows that a page shows, as they are now; for who has it open while others work."""
    asked = _asked(viewer)
    page = _page(viewer, asked, cursor, MOST, until)
    return render(viewer, "tasks_only_rows.html", asked=asked, page=page, further="", rows_at="")


@router.get("/tasks/{id}/summary")
def summary(viewer: SignedInViewer, id: str) -> Response:
    """What an unfolded row says: enough to decide by. 404 as for the task's own page."""
    view = given(viewer.app.views.task(viewer.actor, id))
    documents = viewer.app.attachments.beside(viewer.actor, view.order.number)
    return render(viewer, "tasks_summary.html", task=view, documents=documents)


@router.post("/tasks/verdicts")
def verdicts(sender: FormSender) -> Response:
    """One verdict on many tasks; each has its own result, told on top of the list."""
    fields, words = sender.fields, sender.viewer.words
    verdict = fields.get("verdict")
    ids = [value for name, value in fields.pairs if name == "task"][:MOST]
    lines = {task.id: task for task in _known(sender, ids)}
    commands = [
        Command(
            body=CastVerdict(number_of(id), verdict, fields.text("comment")),
            actor=sender.actor,
            order=order_of(id),
            channel=CHANNEL,
        )
        for id in ids
    ]
    results = []
    for id, reply in zip(ids, sender.app.handle_many(commands), strict=True):
        line = lines.get(id)
        ok = not isinstance(reply, Rejection)
        said = (
            words.text(f"web.done.verdict_{verdict}") if ok else sentence(_masked(reply, id), words)
        )
        title = f"{line.order} {line.subject}" if line is not None else id
        path = order_path(line.order) if line is not None else "/tasks"
        results.append({"ok": ok, "title": title, "path": path, "text": said})
    asked = task_query(dict(parse_qsl(fields.get("back"))))
    return shown(
        sender.viewer, TaskQuery() if isinstance(asked, Rejection) else asked, results=results
    )


def address(words: Mapping[str, str], **more: str) -> str:
    """The address of the list with these words."""
    pairs = {name: word for name, word in {**words, **more}.items() if word}
    # Not the bare address, which begins with the view that comes first.
    return f"/tasks?{urlencode(pairs or {'scope': 'mine'})}"


def _asked(viewer: Viewer) -> TaskQuery:
    """The query of the address; raises `Refused` for a word that is none of ours."""
    sent = viewer.request.query_params
    found: TaskQuery = given(task_query({name: sent[name] for name in PLAIN if name in sent}))
    return found


def _known(sender: Sender, ids: list[str]) -> list[TaskLine]:
    """The tasks that the sender may see, as they were before."""
    found = (sender.app.views.task(sender.actor, id) for id in ids)
    return [each.line for each in found if not isinstance(each, Rejection)]


def _masked(refused: Any, id: str) -> Rejection:
    """What the sender may not see is not there."""
    if refused.code == "order.not_found":
        return Rejection("task.not_found", f"There is no task {id}.", {"task": id})
    rejection: Rejection = refused
    return rejection


def _page(
    viewer: Viewer, asked: TaskQuery, cursor: str, limit: int, until: str = ""
) -> Page[TaskLine] | Page[DoneLine]:
    views, actor = viewer.app.views, viewer.actor
    if asked.scope == "done":
        done: Page[DoneLine] = given(views.done(actor, cursor or None, limit))
        return done
    found: Page[TaskLine] = given(
        views.tasks(actor, asked, cursor or None, limit, until=until or None)
    )
    return found


def _places(asked: TaskQuery, page: Page[Any], cursor: str) -> dict[str, Any]:
    """Where to go on after a page, and where to read it again."""
    words = asked.words()
    places = {**words, "cursor": cursor, "until": page.next or ""}
    again = urlencode({name: word for name, word in places.items() if word})
    return {
        "further": address(words, cursor=page.next) if page.next else "",
        "rows_at": f"/tasks/rows?{again}",
    }


def shown(
    viewer: Viewer,
    asked: TaskQuery,
    *,
    cursor: str = "",
    done: str = "",
    results: Sequence[Mapping[str, Any]] = (),
    refused: Rejection | None = None,
    typed: str = "",
) -> Response:
    """The whole page. `refused`: a view that could not be kept, and its name as `typed`."""
    app, actor = viewer.app, viewer.actor
    page = _page(viewer, asked, cursor, PAGE)
    words = asked.words()
    saved = app.saved_views.of(actor, LIST)
    plain = not asked.filtered and not page.items
    return render(
        viewer,
        "tasks.html",
        status=status_of(refused.code) if refused else 200,
        refused=sentences(refused, viewer.words) if refused else (),
        typed=typed,
        asked=asked,
        page=page,
        **_places(asked, page, cursor),
        address=address,
        words_of=words,
        back=urlencode(words),
        counts=app.views.task_counts(actor),
        scopes=SCOPES,
        choices={"kind": KINDS, "due": DUES, "paused": PAUSED, "sort": SORTS},
        processes=app.views.processes(actor),
        stages=app.views.stages(actor, asked.process) if asked.process else (),
        saved=saved,
        current=next((each for each in saved if dict(each.query) == words), None),
        done=done,
        results=results,
        stands_in=", ".join(each.name for each in actor.in_place_of.values()),
        late=sum(task.late for task in page.items if isinstance(task, TaskLine)),
        startable=app.views.startable(actor) if plain else (),
    )
