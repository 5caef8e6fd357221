"""Why a check (`verify`) found what it did: what it looked at stands in the entry's trace, once, or
for each element of a list; where that is gone, its tickets say what they were opened for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from orderloom.platform.app.decision_why import (
    MOST_ROWS,
    DecisionWhy,
    RowWhy,
    is_pinned,
    named_input,
    rows_why,
)
from orderloom.platform.app.field_words import value_at
from orderloom.platform.app.moment_course import course
from orderloom.platform.app.narration import narrate
from orderloom.platform.app.reading import Seen
from orderloom.platform.app.reasons import reason
from orderloom.platform.definitions import model as m
from orderloom.platform.engine.found_rows import element_list, keyed
from orderloom.platform.engine.step import BlockError
from orderloom.platform.store.read_rows import EntryRow
from orderloom.platform.words.erased import is_erased
from orderloom.rules.decision import Decision
from orderloom.rules.table import Table

MOST_VALUES: Final = 200
Json = Mapping[str, Any]
# What tells an element apart in the keys of tickets (nothing of a check of the order itself), what
# was read of it.
Element = tuple[str, Json]


def check_why(seen: Seen, entry: EntryRow) -> DecisionWhy:
    """Of an entry `checked`. All rows that fit are found, whatever the hit policy."""
    id_ = str(entry.facts.get("def") or "").partition("@")[0]
    tickets, elements = _tickets(entry), _elements(seen, entry)
    said = {
        str(each.get("key")): str(seen.masked(seen.words.choose(each.get("title"))))
        for each in tickets
    }
    same = is_pinned(seen, "decision", id_, entry.facts)
    decision = seen.release.decisions.get(id_) if same else None
    (told,) = narrate(seen, [entry], quiet=False)
    why = DecisionWhy(
        head=seen.head(),
        entry=told,
        hit=decision.table.hit if decision is not None and decision.table is not None else "",
        values=(),
        other=not same,
    )
    if elements is None:
        return _by_tickets(seen, why, tickets, said)
    values = (
        (f"{key}: {label}" if key else label, shown)
        for key, read in elements
        for label, shown in (named_input(seen, id_, name, value) for name, value in read.items())
    )
    count = sum(len(read) for _, read in elements)
    why = replace(
        why,
        values=tuple(islice(values, MOST_VALUES)),
        more_values=max(0, count - MOST_VALUES),
    )
    if decision is None or decision.table is None:
        return why
    rows = _rows(seen, decision, decision.table, entry, elements, said)
    left = len(elements) * len(decision.table.rows) - MOST_ROWS
    return replace(why, rows=tuple(islice(rows, MOST_ROWS)), more=max(0, left))


def _rows(
    seen: Seen,
    decision: Decision,
    table: Table,
    entry: EntryRow,
    elements: Sequence[Element],
    said: Mapping[str, str],
) -> Iterator[RowWhy]:
    kept = seen.words.text("looking.why.kept")
    for key, read in elements:
        suffix = f"/{key}" if key else ""
        fit = {row.id for row in table.rows if row.id + suffix in said}
        for row in rows_why(seen, decision, table, entry, read, fit):
            name, fits = row.row + suffix, row.state in ("matched", "beaten")
            found = said.get(name, kept) if fits else ""
            yield replace(row, row=name, state="matched" if fits else row.state, found=found)


def _by_tickets(
    seen: Seen, why: DecisionWhy, tickets: Sequence[Json], said: Mapping[str, str]
) -> DecisionWhy:
    """The rows alone that this entry has tickets of. Which input a value of theirs was, the entry
    does not say: whom the form keeps anything from is shown none."""
    pairs = (pair for each in tickets for pair in reason(each.get("why") or {}, seen).values)
    told = () if seen.hidden else tuple(dict.fromkeys(pairs))
    values = tuple((label, shown or "–") for label, shown in told)
    # A key may have what tells an element apart, and that may be hidden.
    rows = tuple(
        RowWhy(row=key.partition("/")[0] if seen.hidden else key, state="matched", found=text)
        for key, text in said.items()
    )
    return replace(
        why,
        values=values[:MOST_VALUES],
        more_values=max(0, len(values) - MOST_VALUES),
        rows=rows[:MOST_ROWS],
        more=max(0, len(rows) - MOST_ROWS),
        gone=True,
    )


def _elements(seen: Seen, entry: EntryRow) -> list[Element] | None:
    """What was looked at; None where it cannot be told to the viewer."""
    trace = entry.told_trace
    if isinstance(trace.get("inputs"), Mapping):
        return [("", trace["inputs"])]
    traces = trace.get("elements")
    # What is read of an element goes by the loop's variable, of which no form says who may see it.
    if seen.hidden or not isinstance(traces, list | tuple):
        return None
    keys = _keys(seen, entry, len(traces))
    if keys is None:
        return None
    return [(key, each.get("inputs") or {}) for key, each in zip(keys, traces, strict=True)]


def _keys(seen: Seen, entry: EntryRow, count: int) -> Sequence[str] | None:
    """What told the elements apart then, by the order's data as they were."""
    stood = course(seen.desk.reads, seen.actor.organisation, seen.state.order)[entry.seq - 1].state
    record = stood.activities.get(str(entry.facts.get("activity"))) or {}
    stage = seen.release.process.stages.get(str(record.get("stage")))
    activities = stage.do[record["i"] : record["i"] + 1] if stage is not None else ()
    definition = next((one for one in activities if one.id == entry.facts.get("id")), None)
    if definition is None or not isinstance(definition.what, m.VerifyActivity):
        return None
    if definition.what.key is None:
        return [str(at) for at in range(count)]
    rows = value_at(stood.data, ".".join(element_list(definition)))
    if not isinstance(rows, list | tuple) or len(rows) != count:
        return None
    if any(is_erased(row) or is_erased(row.get(definition.what.key)) for row in rows):
        return None
    try:
        return list(keyed(definition, rows))
    except BlockError:  # the list is another one by now
        return None


def _tickets(entry: EntryRow) -> list[Json]:
    """The tickets that the entry opened or told anew, the first first."""
    tasks = entry.facts.get("tasks")
    if not isinstance(tasks, Mapping):
        return []
    return [tasks[n] for n in sorted(tasks, key=int)]
