"""Lists of open tasks: mine, my teams', nobody's yet, those of whom I stand in for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.field_words import currency_field, field_value, is_money, value_at
from orderloom.platform.app.line_titles import line_title
from orderloom.platform.app.plain_text import shown_value
from orderloom.platform.app.projection import TAKEN, search_words
from orderloom.platform.app.reading import Desk, Seen, instant
from orderloom.platform.app.reasons import reason_of
from orderloom.platform.app.releases_now import current_releases
from orderloom.platform.app.task_query import TaskQuery, task_filter
from orderloom.platform.app.view_models import Page, TaskLine
from orderloom.platform.app.withheld import is_withheld, perhaps_withheld_from
from orderloom.platform.engine import Actor
from orderloom.platform.engine.standing_in import whose
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import TaskFilter, TaskRow
from orderloom.platform.store.search_words import words_of
from orderloom.platform.store.task_lists import is_beyond

# Reads per page: orders of tasks that nobody in this process may see are passed over.
MOST_READS: Final = 5
# A count goes up to here, and no further.
MOST_COUNTED: Final = 100
# People whose names a search may mean.
MOST_PEOPLE: Final = 20
COUNTED: Final = ("mine", "team", "unassigned", "substituted", "all")


def tasks(
    desk: Desk,
    actor: Actor,
    query: TaskQuery,
    cursor: str | None,
    limit: int,
    *,
    until: str | None = None,
    shown: Callable[[Seen], None],
) -> Page[TaskLine] | Rejection:
    """Open tasks in the order asked for. `mine`: offered to me, by name or by a role, or to one for
    whom I stand in, and not taken by another; `substituted`: of them those for whom I stand in;
    `unassigned`: offered to a role of mine and taken by nobody; `team`: offered to a role of mine,
    whoever took it; `all`: every one of these. A page may be short and still have a next one.
    `until`: the cursor after an earlier page, to read that page again as it is now. `shown` hears
    of the order of each."""
    after = read_cursor(cursor, str, int, int)
    if isinstance(after, Rejection):
        return after
    last = read_cursor(until, str, int, int)
    if isinstance(last, Rejection):
        return last
    chosen = task_filter(
        query, now=desk.now(), zone=actor.zone, people=lambda words: _called(desk, actor, words)
    )
    if query.sort == "amount" and _keeps_amounts(desk, actor):
        return Rejection("query.withheld", "Amounts are kept from the actor.", path="sort")
    principals = _principals(actor)[query.scope]
    found: list[tuple[TaskLine, TaskRow, Seen]] = []
    for _ in range(MOST_READS):
        page = desk.reads.found_tasks(
            actor.organisation, principals, chosen, after=after, limit=limit + 1
        )
        rows = [row for row in page.rows if last is None or not is_beyond(row.key, last, chosen)]
        found += _lines(desk, actor, query.scope, rows, chosen)
        after = page.further
        if after is None or len(found) > limit or len(rows) < len(page.rows):
            break
    kept = found[:limit]
    more = kept[-1][1].key if len(found) > limit else after
    for _, _, seen in kept:
        shown(seen)
    return Page(tuple(line for line, _, _ in kept), write_cursor(more))


def counts(desk: Desk, actor: Actor) -> Mapping[str, int]:
    """How many tasks wait, by scope, each at most `MOST_COUNTED`; found by one statement."""
    wanted = _principals(actor)
    names = {name for each in COUNTED for name in wanted[each]}
    offered = desk.reads.offered(actor.organisation, names, limit=MOST_COUNTED)
    found = {}
    for scope in COUNTED:
        of = {task for name in wanted[scope] for task in offered.get(name, ())}
        found[scope] = min(len(of), MOST_COUNTED)
    return found


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
        quick=other is not None and _quick(seen, task),
        in_place_of=seen.people([f"u:{other}"])[0] if other and other != seen.actor.id else None,
    )


def _quick(seen: Seen, task: Mapping[str, Any]) -> bool:
    """An approval without a field that still waits to be filled in."""
    fields = task.get("fields") or ()
    filled = all(value_at(seen.state.data, path) is not None for path in fields)
    return task["kind"] == "approval" and filled


def title_of(seen: Seen, task: Mapping[str, Any]) -> str:
    """What a task is called: by its definition, else by its kind; and which line it is about."""
    line = line_title(seen, task)
    return f"{_title_of(seen, task)}: {line}" if line else _title_of(seen, task)


def _title_of(seen: Seen, task: Mapping[str, Any]) -> str:
    words = seen.words
    title = words.choose(task.get("title"))
    if title:
        return str(seen.masked(title))
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
        value = value_at(seen.data, path)
        if isinstance(value, str) and value and path not in currencies:
            return value
    return ""


def amount_of(seen: Seen) -> str:
    """The first of the process's columns that is money, with its currency."""
    form, data = seen.release.form, seen.data
    for path in seen.release.process.columns:
        value = value_at(data, path)
        if is_money(form, path) and value is not None:
            return field_value(form, path, value, data, seen.words)
    return ""


def columns_of(seen: Seen) -> tuple[tuple[str, str], ...]:
    """The process's columns as name and text."""
    return tuple(
        (path, shown_value(value_at(seen.data, path), seen.words))
        for path in seen.release.process.columns
    )


def _keeps_amounts(desk: Desk, actor: Actor) -> bool:
    """Whether a list by amount would tell the order of amounts that the actor may not see."""
    return any(
        is_money(release.form, path) and is_withheld(path, hidden)
        for _, release in current_releases(desk, actor)
        if (hidden := perhaps_withheld_from(actor, release.form))
        for path in release.process.columns
    )


def _lines(
    desk: Desk, actor: Actor, scope: str, rows: Sequence[TaskRow], chosen: TaskFilter
) -> list[tuple[TaskLine, TaskRow, Seen]]:
    stored = desk.reads.orders_by_id(actor.organisation, {row.order for row in rows})
    seen = {id_: desk.seen(actor, order) for id_, order in stored.items()}
    found = []
    for row in rows:
        order = seen.get(row.order)
        task = order.state.tasks.get(str(row.n)) if order is not None else None
        if order is None or task is None or not _in_scope(actor, scope, task):
            continue
        if chosen.words and order.hidden and not _is_found(order, chosen):
            continue
        found.append((line(order, row.n, task), row, order))
    return found


def _is_found(seen: Seen, chosen: TaskFilter) -> bool:
    """Whether the order is also found by what the viewer may see of it."""
    if seen.state.requester in chosen.requesters:
        return True
    state = seen.state.but(data=seen.data)
    known = search_words(state, seen.release.process, seen.release.form)
    return all(any(one.startswith(word) for one in known) for word in chosen.words)


def _in_scope(actor: Actor, scope: str, task: Mapping[str, Any]) -> bool:
    if scope == "mine":
        return whose(task, actor) is not None
    if scope == "substituted":
        return whose(task, actor) not in (None, actor.id)
    return scope != "unassigned" or not task.get("assignee")


def _principals(actor: Actor) -> Mapping[str, frozenset[str]]:
    """The names under which the tasks of each scope are offered."""
    own = frozenset((f"u:{actor.id}",))
    shared = actor.principals() - own
    absent = frozenset(name for other in actor.in_place_of.values() for name in other.principals())
    taken = frozenset(f"{TAKEN}{name}" for name in shared)
    return {
        "mine": own | shared | absent,
        "team": shared | taken,
        "unassigned": shared,
        "substituted": absent - own - shared,
        "all": own | shared | absent | taken,
    }


def _called(desk: Desk, actor: Actor, words: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of people in whose names each of the words begins one."""
    home = actor.organisation
    people = desk.briefly.get(("everybody", home), lambda: desk.reads.everybody(home))
    found = (id_ for id_, name in people if _is_called(words_of(name), words))
    return tuple(found)[:MOST_PEOPLE]


def _is_called(names: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return all(any(name.startswith(word) for name in names) for word in words)
