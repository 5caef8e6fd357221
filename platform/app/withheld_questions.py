"""Questions about fields that are kept from whoever asks: their answers would tell the values."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.platform.app.audit_query import AuditQuery, ValueTest
from orderloom.platform.app.reading import Releases
from orderloom.platform.app.withheld import SEES_WHOLE, Paths, is_withheld, perhaps_withheld_from
from orderloom.platform.app.withheld_inputs import result_tells_hidden, tells_hidden
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.store.definition_rows import DefinitionTables


class WithheldQuestions:
    """Judged by every release that orders may run by, so that the same question of the same person
    is refused whatever the orders hold."""

    def __init__(self, definitions: DefinitionTables, registry: Releases) -> None:
        self._definitions = definitions
        self._registry = registry
        # Releases whose forms keep nothing from anybody: most of them.
        self._open: set[int] = set()

    def refused(self, actor: Actor, query: AuditQuery) -> Rejection | None:
        """`audit.withheld` at the first value that the actor may not ask for."""
        asked = dict(_asked(query))
        if not asked or SEES_WHOLE in actor.permissions:
            return None
        for release, hidden in self._keeping(actor):
            for word, test in asked.items():
                if _tells(release, test, hidden):
                    message = f"{test.name} is kept from {actor.id} by a form."
                    return Rejection("audit.withheld", message, {"name": test.name}, path=word)
        return None

    def _keeping(self, actor: Actor) -> Iterator[tuple[Release, Paths]]:
        for row in self._definitions.every_release():
            if row.organisation != actor.organisation or row.no in self._open:
                continue
            try:
                release = self._registry.by_no(row.no)
            except Refused:
                # What cannot be compiled any more runs no order.
                continue
            if not release.form.guards:
                self._open.add(row.no)
            elif hidden := perhaps_withheld_from(actor, release.form):
                yield release, hidden


def _asked(query: AuditQuery) -> Iterator[tuple[str, ValueTest]]:
    """Word of the address → the value that it asks for."""
    for place, test in enumerate((*query.entry.values, *query.data), start=1):
        yield f"v{place}", test
    for place, test in enumerate(query.also.values, start=1):
        yield f"o_v{place}", test


def _tells(release: Release, test: ValueTest, hidden: Paths) -> bool:
    if test.place == "out":
        return result_tells_hidden(release, test.name, hidden)
    if is_withheld(test.name, hidden):
        return True
    return test.place == "in" and any(
        tells_hidden(release, table, test.name, hidden) for table in release.decisions
    )
