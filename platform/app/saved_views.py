"""Views of lists that people keep under a name: their own, and nobody else's."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from orderloom.platform.app.audit_query import audit_query
from orderloom.platform.app.task_query import task_query
from orderloom.platform.app.view_orders import order_query
from orderloom.platform.codec import dumps
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.saved_view_rows import SavedView as SavedView
from orderloom.platform.store.saved_view_rows import SavedViewTables

# Of one person and one page.
MOST: Final = 20
LONGEST_NAME: Final = 60
# Bytes of what is kept.
LARGEST: Final = 4_096
# The lists that can be kept, and what reads the words of their addresses.
PAGES: Final[Mapping[str, Callable[[Mapping[str, str]], Any]]] = {
    "tasks": task_query,
    "orders": order_query,
    "audit": audit_query,
}


class SavedViews:
    """Not audited: how somebody looks at a list changes nothing for anybody else."""

    def __init__(self, tables: SavedViewTables) -> None:
        self._tables = tables

    def of(self, actor: Actor, page: str) -> Sequence[SavedView]:
        """The actor's views of a page by name."""
        return self._tables.of(actor.organisation, actor.id, page)

    def one(self, actor: Actor, page: str, id: str) -> SavedView | Rejection:
        """`view.not_found` also for another's."""
        found = next((each for each in self.of(actor, page) if each.id == id), None)
        return found or Rejection("view.not_found", f"There is no view {id[:40]}.", {"id": id[:40]})

    def first(self, actor: Actor, page: str) -> SavedView | None:
        """With which the page begins."""
        return next((each for each in self.of(actor, page) if each.first), None)

    def add(
        self, actor: Actor, page: str, name: str, query: Mapping[str, Any], *, first: bool = False
    ) -> SavedView | Rejection:
        """A new view. Refused: a name that is there, empty or long, what the page does not know,
        more than `MOST`."""
        id_ = f"v_{secrets.token_hex(8)}"
        return self._keep(actor, SavedView(id=id_, page=page, name=name, query=query, first=first))

    def change(
        self,
        actor: Actor,
        page: str,
        id: str,
        *,
        name: str | None = None,
        query: Mapping[str, Any] | None = None,
        first: bool | None = None,
    ) -> SavedView | Rejection:
        """What is None stays as it is."""
        found = self.one(actor, page, id)
        if isinstance(found, Rejection):
            return found
        changed = replace(
            found,
            name=found.name if name is None else name,
            query=found.query if query is None else query,
            first=found.first if first is None else first,
        )
        return self._keep(actor, changed)

    def remove(self, actor: Actor, page: str, id: str) -> SavedView | Rejection:
        """The view as it was."""
        found = self.one(actor, page, id)
        if not isinstance(found, Rejection):
            self._tables.forget(actor.organisation, actor.id, found.id)
        return found

    def _keep(self, actor: Actor, view: SavedView) -> SavedView | Rejection:
        read = _read(view)
        if isinstance(read, Rejection):
            return read
        against = self._tables.keep(actor.organisation, actor.id, read, most=MOST)
        if against == "taken":
            message = f"There is a view {read.name} already."
            return Rejection("view.name_taken", message, {"name": read.name}, path="name")
        if against == "many":
            return Rejection("view.too_many", f"Expected {MOST} views at most.", {"most": MOST})
        return read


def _read(view: SavedView) -> SavedView | Rejection:
    name = " ".join(view.name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        message = f"Expected a name of 1 to {LONGEST_NAME} characters."
        return Rejection("view.name", message, {"most": LONGEST_NAME}, path="name")
    strange = [key for key, value in view.query.items() if not isinstance(value, str)]
    if strange:
        params = {"name": strange[0][:40]}
        message = f"Expected a text, as in the address, for {strange[0][:40]}."
        return Rejection("view.not_text", message, params, path=f"query.{strange[0][:40]}")
    if len(dumps(dict(view.query))) > LARGEST:
        message = f"Expected {LARGEST} bytes at most."
        return Rejection("view.too_large", message, {"most": LARGEST}, path="query")
    query = PAGES[view.page](view.query)
    if isinstance(query, Rejection):
        return replace(query, path=f"query.{query.path}")
    return replace(view, name=name, query=query.words())
