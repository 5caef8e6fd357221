"""What the language has and this release does not run yet: told, never passed over."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import body, listed
from orderloom.platform.definitions.checks.process_view import LATER_ACTIONS, LATER_ACTIVITIES
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.finding import Finding


@checks
def later_actions(context: Context) -> Iterator[Finding]:
    """Stock moves and generated documents."""
    for view in context.processes:
        for action in view.actions:
            if action.own and action.kind in LATER_ACTIONS and action.balance is None:
                path = (*action.path, action.kind)
                yield view.document.finding(path, "action.unavailable", name=action.kind)
        for activity in view.activities:
            if activity.own and activity.kind in LATER_ACTIVITIES:
                path = (*activity.path, activity.kind)
                yield view.document.finding(
                    path, "action.unavailable", "activity", name=activity.kind
                )


@checks
def stock_in_scenarios(context: Context) -> Iterator[Finding]:
    """Scenarios give or expect no stock."""
    for document in context.scenarios:
        if "stock" in body(document.value.get("given")):
            yield document.finding(("given", "stock"), "action.unavailable", "stock")
        for path, step in listed(document.value.get("steps"), ("steps",)):
            if "stock" in body(body(step).get("expect")):
                place = (*path, "expect", "stock")
                yield document.finding(place, "action.unavailable", "stock")
