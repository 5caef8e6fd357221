"""Why a decision of an order answered as it did, and why no other row did: from the values that its
entry recorded, by the version that the order keeps; nothing of it is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from orderloom.platform.problem import Rejection
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
    is erased; `unknown`: it cannot be told from what was recorded."""

    row: str
    state: str
    column: str = ""
    cell: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionWhy:
    """A decision of an order. `entry` tells it; `values`: what it looked at, as people call it;
    `other`: another version is in force for the order by now, so that rows cannot be told."""

    head: OrderHead
    entry: Sentence
    hit: str
    values: tuple[tuple[str, str], ...]
    rows: tuple[RowWhy, ...]
    other: bool = False
    more: int = 0


def decision_why(seen: Seen, seq: int) -> DecisionWhy | Rejection:
    """Of an order before the eyes of its viewer; `moment.no_decision` where the entry is none."""
    reads, organisation = seen.desk.reads, seen.actor.organisation
    entries = reads.entries_after(organisation, seen.state.order, after=seq - 1, limit=1)
    if not entries or entries[0].seq != seq or entries[0].type != "decided":
        return Rejection("moment.no_decision", f"Entry {seq} is no decision.", {"entry": seq})
    entry = entries[0]
    id_, facts = str(entry.facts.get("decision")), entry.facts
    decision = seen.release.decisions.get(id_)
    same = _is_pinned(seen, id_, facts)
    rows: Sequence[RowWhy] = ()
    if decision is not None and decision.table is not None and same:
        rows = tuple(_rows(seen, decision, decision.table, entry))
    given = facts.get("in")
    (told,) = narrate(seen, [entry], quiet=False)
    return DecisionWhy(
        head=seen.head(),
        entry=told,
        hit=decision.table.hit if decision is not None and decision.table is not None else "",
        values=tuple(
            _named(seen, id_, name, value)
            for name, value in (given.items() if isinstance(given, Mapping) else ())
        ),
        rows=tuple(rows[:MOST_ROWS]),
        other=not same,
        more=max(0, len(rows) - MOST_ROWS),
    )


def _is_pinned(seen: Seen, decision: str, facts: Mapping[str, Any]) -> bool:
    version = seen.release.versions.get(("decision", decision))
    return version is not None and version.digest == facts.get("digest")


def _rows(seen: Seen, decision: Decision, table: Table, entry: EntryRow) -> Iterator[RowWhy]:
    given = entry.facts.get("in")
    recorded: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    values = {
        one.name: lifted_value(recorded.get(one.name), one.type or "any") for one in table.inputs
    }
    today = entry.at.astimezone(seen.release.zone).date()
    scope = {**recorded, **values, "today": today}
    matched = {str(row) for row in entry.facts.get("rows") or ()}
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
        label, shown = _named(seen, decision.id, one.name, value)
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


def _named(seen: Seen, decision: str, name: str, value: Any) -> tuple[str, str]:
    if isinstance(value, Mapping):
        label = named_value(name, None, seen, decision)[0]
        if tells_hidden(seen.release, decision, name, seen.hidden):
            return label, seen.left_out
        place = place_read(seen.release, decision, name)
        shown = without(value, seen.hidden, tuple(place.split(".")))
        return label, shown_value(seen.masked(shown), seen.words)
    label, shown = named_value(name, value, seen, decision)
    return label, shown or "–"
