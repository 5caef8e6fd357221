"""Lists of orders that the viewer may see, and the processes that may be started."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

from orderloom.platform.app.checked import CHECKS, stopping, warnings
from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.field_words import currency_field, field_value, is_money, value_at
from orderloom.platform.app.permissions import SEES_EVERY_ORDER, may_start
from orderloom.platform.app.reading import Desk, Seen, instant
from orderloom.platform.app.releases_now import current_releases
from orderloom.platform.app.task_query import LONGEST
from orderloom.platform.app.view_models import Choice, OrderLine, Page
from orderloom.platform.app.view_tasks import amount_of, columns_of, subject_of
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import OrderFilter
from orderloom.platform.words import Words

SCOPES: Final = ("all", "mine")
STATUSES: Final = ("draft", "open", "ended")
# As far as orders in need of something are counted.
MOST_COUNTED: Final = 100
# Reads per page: orders that the viewer may not see are passed over, page by page.
MOST_READS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuery:
    """What a list of orders is asked for. `scope`: `all` that I may see, or `mine`, which I
    started. `check`: `completion` or `ready`."""

    scope: str = "all"
    process: str | None = None
    status: str | None = None
    stage: str | None = None
    number: str | None = None
    check: str | None = None

    def words(self) -> dict[str, str]:
        """What stands in the address; what goes without saying does not."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in said.items() if value and value != "all"}


def order_query(given: Mapping[str, str]) -> OrderQuery | Rejection:
    """The query of an address. A word that is none of ours is refused with its place."""
    values = {name: value.strip() for name, value in given.items() if value.strip()}
    known = {each.name for each in fields(OrderQuery)}
    for name, value in values.items():
        if name not in known:
            message = f"There is no filter {name[:40]}."
            return Rejection("query.unknown_filter", message, {"name": name[:40]}, path=name[:40])
        if len(value) > LONGEST:
            message = f"Expected {LONGEST} characters at most."
            return Rejection("query.too_long", message, {"most": LONGEST}, path=name)
    query = OrderQuery(**values)
    return _refused(query) or query


def orders(
    desk: Desk,
    actor: Actor,
    query: OrderQuery,
    cursor: str | None,
    limit: int,
    *,
    shown: Callable[[Seen], None],
) -> Page[OrderLine] | Rejection:
    """Newest first. `shown` hears of each."""
    refused = _refused(query)
    if refused is not None:
        return refused
    key = read_cursor(cursor, int)
    if isinstance(key, Rejection):
        return key
    before: int | None = key[0] if key else None
    chosen = _filter(desk, actor, query)
    found: list[OrderLine] = []
    last = before
    for _ in range(MOST_READS):
        rows = desk.reads.orders(actor.organisation, chosen, before=last, limit=limit + 1)
        for row in rows:
            if len(found) == limit:
                return Page(tuple(found), write_cursor((last,)))
            last = row.id
            seen = desk.seen(actor, row)
            if seen is not None and not _thrown_away(seen):
                found.append(line(seen))
                shown(seen)
        if len(rows) <= limit:
            return Page(tuple(found))
    return Page(tuple(found), write_cursor((last,)))


def counts(desk: Desk, actor: Actor, query: OrderQuery) -> dict[str, int]:
    """How many orders of the query are ready, and how many need completion, each at most
    `MOST_COUNTED`: found by their keys, and counted as far as the viewer may see them."""
    found = {}
    for check in CHECKS:
        chosen = _filter(desk, actor, replace(query, check=check))
        rows = desk.reads.orders(actor.organisation, chosen, before=None, limit=MOST_COUNTED)
        found[check] = sum(1 for row in rows if desk.seen(actor, row) is not None)
    return found


def _thrown_away(seen: Seen) -> bool:
    """A draft that is no more never had a number and is no order."""
    return seen.state.status == "ended" and not seen.state.number


def line(seen: Seen) -> OrderLine:
    """A row of the list."""
    state, process = seen.state, seen.release.process
    return OrderLine(
        number=seen.number,
        process=process.id,
        process_title=seen.words.choose(process.title) or process.id,
        status=state.status,
        attention=state.in_attention,
        stages=tuple(stage.title for stage in seen.stage_titles()),
        columns=columns_of(seen),
        created=instant(state.created) or seen.now,
        requester=seen.people([f"u:{state.requester}"])[0],
        revision=seen.stored.revision,
        subject=subject_of(seen),
        amount=amount_of(seen),
        details=_details(seen),
        problems=sum(1 for _ in stopping(state)),
        warnings=sum(1 for _ in warnings(state)),
    )


def _details(seen: Seen) -> tuple[str, ...]:
    """The columns that neither subject nor amount show; an amount has its currency with it."""
    form, data, columns = seen.release.form, seen.data, seen.release.process.columns
    said = {subject_of(seen), amount_of(seen), ""}
    currencies = {currency_field(form, path) for path in columns if is_money(form, path)}
    shown = (
        field_value(form, path, value_at(data, path), data, seen.words)
        for path in columns
        if path not in currencies
    )
    return tuple(text for text in shown if text not in said)


def startable(desk: Desk, actor: Actor) -> tuple[Choice, ...]:
    """The processes of which the actor may create orders, by title."""
    words = Words(actor.language)
    found = [
        Choice(id=id_, title=words.choose(release.process.title) or id_)
        for id_, release in current_releases(desk, actor)
        if may_start(actor, release, now=desk.now(), answer=desk.answer(actor))
    ]
    return tuple(sorted(found, key=lambda each: each.title.casefold()))


def may_start_any(desk: Desk, actor: Actor) -> bool:
    """Whether the actor may create orders at all."""
    return any(
        may_start(actor, release, now=desk.now(), answer=desk.answer(actor))
        for _, release in current_releases(desk, actor)
    )


def processes(desk: Desk, actor: Actor) -> tuple[Choice, ...]:
    """All processes, for filters and headings."""
    words = Words(actor.language)
    return tuple(
        Choice(id=id_, title=words.choose(release.process.title) or id_)
        for id_, release in current_releases(desk, actor)
    )


def stages(desk: Desk, actor: Actor, process: str) -> tuple[Choice, ...]:
    """The stages of a process by document order, those that have none inside."""
    words = Words(actor.language)
    release = next((one for id_, one in current_releases(desk, actor) if id_ == process), None)
    found = release.process.stages if release is not None else {}
    outer = {name for stage in found.values() for name in stage.ancestors}
    return tuple(
        Choice(id=id_, title=words.choose(stage.title) or id_)
        for id_, stage in found.items()
        if id_ not in outer
    )


def _filter(desk: Desk, actor: Actor, query: OrderQuery) -> OrderFilter:
    chosen = OrderFilter(
        process=query.process,
        status=query.status,
        stage=query.stage,
        number=query.number,
        check=query.check,
    )
    if query.scope == "mine":
        return replace(chosen, requester=actor.id)
    if actor.permissions & SEES_EVERY_ORDER or query.number:
        return chosen
    # Without a role that any process's `access` names, only one's own orders can be seen here;
    # orders where one has a task are found by the task.
    if any(_may_be_named(release, actor) for _, release in current_releases(desk, actor)):
        return chosen
    return replace(chosen, requester=actor.id)


def _may_be_named(release: Release, actor: Actor) -> bool:
    return any(
        people.role in actor.roles or people.users is not None or people.manager_of is not None
        for people in release.process.access
    )


def _refused(query: OrderQuery) -> Rejection | None:
    if query.scope not in SCOPES:
        return Rejection(
            "query.unknown_scope", f"Expected all or mine, not {query.scope}.", path="scope"
        )
    if query.status is not None and query.status not in STATUSES:
        message = f"Expected draft, open or ended, not {query.status}."
        return Rejection("query.unknown_status", message, path="status")
    if query.check is not None and query.check not in CHECKS:
        message = f"Expected completion or ready, not {query.check}."
        return Rejection("query.unknown_check", message, {"check": query.check}, path="check")
    return None
