"""Why a decision of an order answered as it did, and why no other row did: from the values that its
entry recorded, by the version that the order keeps; nothing of it is stored. Checks
(`check_why.py`) and rulesets (`ruleset_why.py`) are told in the same shape."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from orderloom.audit.personal import SLOT
from orderloom.platform.app.narration import narrate
from orderloom.platform.app.plain_text import shown_value
from orderloom.platform.app.reading import Seen
from orderloom.platform.app.reasons import named_value
from orderloom.platform.app.view_models import OrderHead, Sentence
from orderloom.platform.app.withheld import without
from orderloom.platform.app.withheld_inputs import place_read, tells_hidden
from orderloom.platform.store.read_rows import EntryRow
from orderloom.rules import EvaluationError, FeelError
from orderloom.rules.columns import Row
from orderloom.rules.decision import Decision
from orderloom.rules.lifting import lifted_value
from orderloom.rules.table import Table

MOST_ROWS: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWhy:
    """A row of the table. `state`: `matched`; `beaten`: it fits too, but the hit policy takes
    another; `missed`: the first cell that does not fit stands in `column`, `cell`, `value`;
    `withheld`: that cell looks at a field that the viewer may not see; `erased`: what it looks at
    is erased; `unknown`: it cannot be told from what was recorded. `found`: of a check, the problem
    that the row told of."""

    row: str
    state: str
    column: str = ""
    cell: str = ""
    value: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWhy:
    """A rule of a ruleset fired: `because` of these facts it concluded `found`."""

    rule: str
    because: tuple[str, ...]
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionWhy:
    """A decision, check or ruleset of an order. `entry` tells it; `values`: what it looked at, as
    people call it; `other`: another version is in force for the order by now, so that rows cannot
    be told; `gone`: neither values nor rows can, since they are erased or kept from the viewer.
    `more`, `more_values`: how many rows or steps, and values, are left out."""

    head: OrderHead
    entry: Sentence
    hit: str
    values: tuple[tuple[str, str], ...]
    rows: tuple[RowWhy, ...] = ()
    steps: tuple[StepWhy, ...] = ()
    other: bool = False
    gone: bool = False
    more: int = 0
    more_values: int = 0


def decision_why(seen: Seen, entry: EntryRow) -> DecisionWhy:
    """Of an entry `decided` of an order before the eyes of its viewer."""
    id_, facts = str(entry.facts.get("decision")), entry.facts
    decision, same = seen.release.decisions.get(id_), is_pinned(seen, "decision", id_, facts)
    table = decision.table if decision is not None else None
    given = facts.get("in")
    recorded: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    rows: tuple[RowWhy, ...] = ()
    if decision is not None and table is not None and same:
        matched = {str(row) for row in facts.get("rows") or ()}
        rows = tuple(rows_why(seen, decision, table, entry, recorded, matched))
    (told,) = narrate(seen, [entry], quiet=False)
    return DecisionWhy(
        head=seen.head(),
        entry=told,
        hit=table.hit if table is not None else "",
        values=tuple(named_input(seen, id_, name, value) for name, value in recorded.items()),
        rows=rows[:MOST_ROWS],
        other=not same,
        more=max(0, len(rows) - MOST_ROWS),
    )


def is_pinned(seen: Seen, kind: str, id_: str, facts: Mapping[str, Any]) -> bool:
    """Whether the release has the version still by which the entry came about."""
    version = seen.release.versions.get((kind, id_))
    return version is not None and version.digest == facts.get("digest")


def rows_why(
    seen: Seen,
    decision: Decision,
    table: Table,
    entry: EntryRow,
    recorded: Mapping[str, Any],
    matched: Collection[str],
) -> Iterator[RowWhy]:
    """Each row of the table, for the inputs that were recorded. `matched`: known to have."""
    values = {
        one.name: lifted_value(recorded.get(one.name), one.type or "any") for one in table.inputs
    }
    today = entry.at.astimezone(seen.release.zone).date()
    scope = {**recorded, **values, "today": today}
    for row in table.rows:
        if row.id in matched:
            yield RowWhy(row=row.id, state="matched")
        else:
            yield _other(seen, decision, table, row, scope)


def _other(
    seen: Seen, decision: Decision, table: Table, row: Row, scope: Mapping[str, Any]
) -> RowWhy:
    """The first cell that does not fit."""
    for column, (one, cell) in enumerate(zip(table.inputs, row.cells, strict=True)):
        if cell is None:
            continue
        value = scope.get(one.name)
        label, shown = named_input(seen, decision.id, one.name, value)
        told = {"row": row.id, "column": label, "cell": cell.text, "value": shown}
        hidden = tells_hidden(seen.release, decision.id, one.name, seen.hidden)
        if isinstance(value, Mapping) and SLOT in value:
            return RowWhy(state="erased", **told)
        try:
            if not table.holds(row, column, value, scope):
                state = "withheld" if hidden else "missed"
                return RowWhy(state=state, **(told | {"cell": ""} if hidden else told))
        except (EvaluationError, FeelError):
            return RowWhy(state="unknown", **told)
    if table.valid(row, scope):
        return RowWhy(row=row.id, state="beaten")
    return RowWhy(row=row.id, state="missed", cell=f"{row.valid_from or ''}–{row.valid_to or ''}")


def named_input(seen: Seen, decision: str, name: str, value: Any) -> tuple[str, str]:
    """An input of the decision as people call it, and its value as the viewer may see it."""
    if isinstance(value, Mapping):
        label = named_value(name, None, seen, decision)[0]
        if tells_hidden(seen.release, decision, name, seen.hidden):
            return label, seen.left_out
        place = place_read(seen.release, decision, name)
        shown = without(value, seen.hidden, tuple(place.split(".")))
        return label, shown_value(seen.masked(shown), seen.words)
    label, shown = named_value(name, value, seen, decision)
    return label, shown or "–"
