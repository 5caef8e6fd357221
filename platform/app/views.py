"""The one way in for pages and the API to read: every answer is for one viewer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app import (
    view_approvers,
    view_audit,
    view_comments,
    view_definitions,
    view_done,
    view_forms,
    view_order,
    view_orders,
    view_task,
    view_tasks,
)
from orderloom.platform.app.accounts import Accounts
from orderloom.platform.app.audit_models import AuditView, Why
from orderloom.platform.app.definition_models import DefinitionLine, DefinitionView
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.reading import Desk, Releases, Seen
from orderloom.platform.app.seeing import Seeing
from orderloom.platform.app.task_query import TaskQuery
from orderloom.platform.app.view_approvers import Preview
from orderloom.platform.app.view_comments import CommentView
from orderloom.platform.app.view_done import DoneLine
from orderloom.platform.app.view_models import (
    ApproverView,
    Choice,
    OrderHead,
    OrderLine,
    OrderView,
    Page,
    PersonView,
    StartView,
    TaskAsked,
    TaskLine,
    TaskView,
    Typed,
)
from orderloom.platform.app.view_orders import OrderQuery
from orderloom.platform.engine import Actor
from orderloom.platform.engine.outcome import Lookup, Question
from orderloom.platform.problem import Rejection
from orderloom.platform.store.collections import SqlCollections
from orderloom.platform.store.definition_rows import DefinitionTables
from orderloom.platform.store.read_rows import ReadTables
from orderloom.platform.words import Words

PAGE: Final = 50
MOST: Final = 200
Rows = list[tuple[str, Mapping[str, Any]]]


class Views:
    """`ask(question, organisation)` answers the engine's questions about people, collections and
    other orders; `now` is the clock's."""

    def __init__(
        self,
        reads: ReadTables,
        definitions: DefinitionTables,
        registry: Releases,
        accounts: Accounts,
        *,
        ask: Callable[[Question, int], Any],
        now: Callable[[], datetime],
        collections: SqlCollections,
        seeing: Seeing,
    ) -> None:
        def search(organisation: int, collection: str, text: str, limit: int) -> Rows:
            found = collections.search(organisation, collection, text, None, limit)
            return [(one.key, one.body) for one in found]

        self._desk = Desk(reads, registry, accounts, ask, now, search)
        self._definitions = definitions
        self._seeing = seeing

    @property
    def desk(self) -> Desk:
        """What readers of other things for one viewer start from."""
        return self._desk

    def tasks(
        self,
        actor: Actor,
        query: TaskQuery | str = "mine",
        cursor: str | None = None,
        limit: int = PAGE,
        *,
        until: str | None = None,
    ) -> Page[TaskLine] | Rejection:
        """Open tasks, by a query or by its `scope` alone, not for what is `done`; `until` a
        cursor."""
        asked = TaskQuery(scope=query) if isinstance(query, str) else query
        shown: list[Seen] = []
        page = view_tasks.tasks(
            self._desk, actor, asked, cursor, _bounded(limit), until=until, shown=shown.append
        )
        self._seeing.listed(actor, shown)
        return page

    def done(
        self, actor: Actor, cursor: str | None = None, limit: int = PAGE
    ) -> Page[DoneLine] | Rejection:
        """What the actor has decided or completed, newest first."""
        return view_done.done(self._desk, actor, cursor, _bounded(limit))

    def count_tasks(self, actor: Actor, scope: str = "mine") -> int:
        """How many wait, at most a hundred."""
        return self.task_counts(actor)[scope]

    def task_counts(self, actor: Actor) -> Mapping[str, int]:
        """The same of every scope of what is open."""
        return view_tasks.counts(self._desk, actor)

    def task(self, actor: Actor, id: str, *, typed: Typed | None = None) -> TaskView | Rejection:
        """One open task by `<order>.<n>`."""
        view = view_task.task(self._desk, actor, id, typed=typed)
        if isinstance(view, TaskView):
            order = int(view.line.id.partition(".")[0])
            self._seeing.order_id(self._desk, actor, order)
        return view

    def question(self, actor: Actor, id: str) -> TaskAsked | Rejection:
        """What an answer to the task is read by."""
        return view_task.question(self._desk, actor, id)

    def orders(
        self,
        actor: Actor,
        query: OrderQuery | None = None,
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> Page[OrderLine] | Rejection:
        """Orders that the actor may see, newest first."""
        shown: list[Seen] = []
        page = view_orders.orders(
            self._desk, actor, query or OrderQuery(), cursor, _bounded(limit), shown=shown.append
        )
        self._seeing.listed(actor, shown)
        return page

    def record(self, actor: Actor, collection: str, key: str) -> Mapping[str, Any] | None:
        """The record of a collection that a form's field may become; None where there is none."""
        found = self._desk.ask(Lookup(collection, key), actor.organisation)
        return found if isinstance(found, Mapping) else None

    def rows(self, actor: Actor, collection: str) -> Any:
        """All rows of a collection as a decision reads them, for who may read its records; else a
        `Rejection`."""
        refused = needs(actor, "collections.read")
        return refused or self._desk.ask(Lookup(collection, None), actor.organisation)

    def order_counts(self, actor: Actor, query: OrderQuery | None = None) -> dict[str, int]:
        """How many orders of the query are ready, and how many need completion."""
        return view_orders.counts(self._desk, actor, query or OrderQuery())

    def sees(self, actor: Actor, number: str) -> bool:
        """Whether the actor may know of the order."""
        return not isinstance(view_order.find(self._desk, actor, number), Rejection)

    def place(self, actor: Actor, number: str) -> tuple[int, int] | Rejection:
        """The order's id and how many entries it has."""
        seen = view_order.find(self._desk, actor, number)
        if isinstance(seen, Rejection):
            return seen
        return seen.state.order, seen.stored.entries

    def head(self, actor: Actor, number: str) -> OrderHead | Rejection:
        """Only what stands above an order; `~<id>` finds any order by its id."""
        seen = view_order.find(self._desk, actor, number)
        return seen if isinstance(seen, Rejection) else seen.head()

    def order(
        self,
        actor: Actor,
        number: str,
        *,
        typed: Typed | None = None,
        event: tuple[str, Typed] | None = None,
        cursor: str | None = None,
        approvers: bool = False,
    ) -> OrderView | Rejection:
        """One order; 404 `order.not_found` also for what the actor may not see. `approvers`: with
        who approves it, which takes a little longer."""
        view = view_order.order(
            self._desk,
            actor,
            number,
            typed=typed,
            event=event,
            cursor=cursor,
            approvers=approvers,
        )
        if isinstance(view, OrderView):
            self._seeing.order_id(self._desk, actor, view.head.id)
        return view

    def start(
        self, actor: Actor, process: str, *, typed: Typed | None = None
    ) -> StartView | Rejection:
        """The form of a new order."""
        return view_forms.start(self._desk, actor, process, typed=typed)

    def startable(self, actor: Actor) -> tuple[Choice, ...]:
        """Processes of which the actor may create orders."""
        return view_orders.startable(self._desk, actor)

    def may_start_any(self, actor: Actor) -> bool:
        """Whether there is anything that the actor may start."""
        return view_orders.may_start_any(self._desk, actor)

    def processes(self, actor: Actor) -> tuple[Choice, ...]:
        """All processes, for filters."""
        return view_orders.processes(self._desk, actor)

    def stages(self, actor: Actor, process: str) -> tuple[Choice, ...]:
        """The stages of a process as it is now, for filters; none of one that is not there."""
        return view_orders.stages(self._desk, actor, process)

    def audit(
        self, actor: Actor, number: str, cursor: str | None = None, limit: int = PAGE
    ) -> AuditView | Rejection:
        """An order's entries, newest first, and why what is open lies with whom it lies."""
        view = view_audit.audit(self._desk, actor, number, cursor, _bounded(limit))
        if isinstance(view, AuditView):
            self._seeing.order_id(self._desk, actor, view.head.id)
        return view

    def why(self, actor: Actor, number: str) -> tuple[Why, ...] | Rejection:
        """Why the order is or was with whom: rule, values and limits as they were."""
        return view_audit.why(self._desk, actor, number)

    def comments(
        self, actor: Actor, number: str, cursor: str | None = None, limit: int = PAGE
    ) -> Page[CommentView] | Rejection:
        """What people said about an order: the newest page first, on it the newest last."""
        seen = view_order.find(self._desk, actor, number)
        if isinstance(seen, Rejection):
            return seen
        page = view_comments.comments(seen, cursor, _bounded(limit))
        if isinstance(page, Page) and any(each.text is not None for each in page.items):
            self._seeing.texts(seen)
        return page

    def approvers(self, actor: Actor, number: str) -> tuple[ApproverView, ...] | Rejection:
        """Who is asked, was asked, and may still be asked to approve, and why."""
        seen = view_order.find(self._desk, actor, number)
        return seen if isinstance(seen, Rejection) else view_approvers.of_order(seen)

    def preview(self, actor: Actor, process: str, data: Mapping[str, Any]) -> Preview | Rejection:
        """Who would have to approve an order that is not created yet, and why."""
        return view_approvers.preview(self._desk, actor, process, data)

    def people(self, ids: Iterable[str], actor: Actor) -> tuple[PersonView, ...]:
        """People by their ids, in the order given."""
        return self._desk.people([f"u:{id_}" for id_ in ids], actor, Words(actor.language))

    def definitions(self, actor: Actor) -> tuple[DefinitionLine, ...] | Rejection:
        """What is published."""
        return view_definitions.definitions(self._definitions, actor)

    def definition(
        self, actor: Actor, kind: str, id: str, version: int | None = None
    ) -> DefinitionView | Rejection:
        """One version of a definition, the newest by default."""
        return view_definitions.definition(self._definitions, self._desk, actor, kind, id, version)


def _bounded(limit: int) -> int:
    return max(1, min(limit, MOST))
