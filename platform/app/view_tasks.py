"""Lists of open tasks: mine, my teams', everybody's that I may see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.field_words import currency_field, field_value, is_money, value_at
from orderloom.platform.app.plain_text import shown_value
from orderloom.platform.app.reading import Desk, Seen, instant
from orderloom.platform.app.reasons import reason_of
from orderloom.platform.app.view_models import Page, TaskLine
from orderloom.platform.engine import Actor
from orderloom.platform.engine.standing_in import whose
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import TaskRow

SCOPES: Final = ("mine", "team", "all")
# Reads per page: orders of tasks that nobody in this process may see are passed over.
MOST_READS: Final = 5


def tasks(
    desk: Desk, actor: Actor, scope: str, cursor: str | None, limit: int
) -> Page[TaskLine] | Rejection:
    """Open tasks by due date. `mine`: offered to me, by name or by a role, and not taken by
    another; `team`: offered to one of my roles, whoever took it; `all`: both."""
    if scope not in SCOPES:
        return Rejection(
            "query.unknown_scope", f"Expected mine, team or all, not {scope}.", path="scope"
        )
    after = read_cursor(cursor, str, int, int)
    if isinstance(after, Rejection):
        return after
    found: list[tuple[TaskLine, TaskRow]] = []
    for _ in range(MOST_READS):
        rows = desk.reads.tasks(
            actor.organisation, _principals(actor, scope), after=after, limit=limit + 1
        )
        found += _lines(desk, actor, scope, rows)
        if len(rows) <= limit:
            after = None
            break
        after = _key(rows[-1])
        if len(found) > limit:
            break
    kept = found[:limit]
    more = _key(kept[-1][1]) if len(found) > limit and kept else after
    return Page(tuple(line for line, _ in kept), write_cursor(more))


def count(desk: Desk, actor: Actor, scope: str = "all", limit: int = 100) -> int:
    """How many tasks wait for the actor, at most `limit`."""
    return desk.reads.count_tasks(actor.organisation, _principals(actor, scope), limit=limit)


def line(seen: Seen, n: int, task: Mapping[str, Any]) -> TaskLine:
    """A row for one open task of an order."""
    words, state, process = seen.words, seen.state, seen.release.process
    due, paused = instant(task.get("due")), "stopped" in task
    assignee = task.get("assignee")
    other = whose(task, seen.actor)
    return TaskLine(
        id=f"{state.order}.{n}",
        kind=task["kind"],
        title=title_of(seen, task),
        order=seen.number,
        process=process.id,
        process_title=words.choose(process.title) or process.id,
        subject=subject_of(seen),
        amount=amount_of(seen),
        stages=tuple(stage.title for stage in seen.stage_titles()),
        reason=reason_of(seen, task).text,
        due=due,
        late=due is not None and due < seen.now and not paused,
        paused=paused,
        assignee=seen.people([assignee])[0] if assignee else None,
        opened=instant(task.get("opened")),
        in_place_of=seen.people([f"u:{other}"])[0] if other and other != seen.actor.id else None,
    )


def title_of(seen: Seen, task: Mapping[str, Any]) -> str:
    """What a task is called: by its definition, else by its kind."""
    words = seen.words
    title = words.choose(task.get("title"))
    if title:
        return title
    if task["kind"] == "approval":
        policy = seen.release.approvals.get(task.get("approval", ""))
        named = words.choose(getattr(policy, "title", None))
        return named or words.text("web.task.untitled.approval")
    return words.text(f"web.task.untitled.{task['kind']}")


def subject_of(seen: Seen) -> str:
    """The first of the process's columns that is text: most often the customer."""
    form, columns = seen.release.form, seen.release.process.columns
    currencies = {currency_field(form, path) for path in columns}
    for path in columns:
        value = value_at(seen.state.data, path)
        if isinstance(value, str) and value and path not in currencies:
            return value
    return ""


def amount_of(seen: Seen) -> str:
    """The first of the process's columns that is money, with its currency."""
    form, data = seen.release.form, seen.state.data
    for path in seen.release.process.columns:
        value = value_at(data, path)
        if is_money(form, path) and value is not None:
            return field_value(form, path, value, data, seen.words)
    return ""


def columns_of(seen: Seen) -> tuple[tuple[str, str], ...]:
    """The process's columns as name and text."""
    return tuple(
        (path, shown_value(value_at(seen.state.data, path), seen.words))
        for path in seen.release.process.columns
    )


def _lines(desk: Desk, actor: Actor, scope: str, rows: Any) -> list[tuple[TaskLine, TaskRow]]:
    stored = desk.reads.orders_by_id(actor.organisation, {row.order for row in rows})
    seen = {id_: desk.seen(actor, order) for id_, order in stored.items()}
    found = []
    for row in rows:
        order = seen.get(row.order)
        task = order.state.tasks.get(str(row.n)) if order is not None else None
        if order is None or task is None or not _in_scope(actor, scope, task):
            continue
        found.append((line(order, row.n, task), row))
    return found


def _in_scope(actor: Actor, scope: str, task: Mapping[str, Any]) -> bool:
    return scope != "mine" or whose(task, actor) is not None


def _principals(actor: Actor, scope: str) -> tuple[str, ...]:
    own = f"u:{actor.id}"
    names = sorted(actor.principals())
    if scope != "team":
        absent = (other.principals() for other in actor.in_place_of.values())
        names = sorted({*names, *(name for each in absent for name in each)})
    if scope == "team":
        return tuple(name for name in names if name != own)
    return tuple(names)


def _key(row: TaskRow) -> tuple[str, int, int]:
    return (_text(row.due), row.order, row.n)


def _text(due: datetime | None) -> str:
    return due.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if due is not None else "~"
