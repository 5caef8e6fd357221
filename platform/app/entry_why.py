"""Why an entry says what a rule found: a decision, a check or a ruleset of an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from orderloom.platform.app.check_why import check_why
from orderloom.platform.app.decision_why import DecisionWhy, decision_why
from orderloom.platform.app.reading import Seen
from orderloom.platform.app.ruleset_why import ruleset_why
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import EntryRow

# By the type of an entry.
TOLD: Final[Mapping[str, Callable[[Seen, EntryRow], DecisionWhy]]] = {
    "decided": decision_why,
    "checked": check_why,
    "inferred": ruleset_why,
}


def entry_why(seen: Seen, seq: int) -> DecisionWhy | Rejection:
    """Of an order before the eyes of its viewer; `moment.no_decision` where the entry is none."""
    reads, organisation = seen.desk.reads, seen.actor.organisation
    entries = reads.entries_after(organisation, seen.state.order, after=seq - 1, limit=1)
    if not entries or entries[0].seq != seq or entries[0].type not in TOLD:
        return Rejection("moment.no_decision", f"Entry {seq} is no decision.", {"entry": seq})
    return TOLD[entries[0].type](seen, entries[0].told[0])
