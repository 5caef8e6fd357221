"""Activities (language 3.6): told apart, started by somebody, undone by what is there."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import body, text
from orderloom.platform.definitions.checks.process_view import ActivityView, ProcessView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.checks.targets import together
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import meant


@checks
def told_apart(context: Context) -> Iterator[Finding]:
    """Two activities that can run at once have different ids."""
    for view in context.processes:
        for index, activity in enumerate(view.activities):
            if not activity.own or activity.kind is None:
                continue
            clash = next((o for o in view.activities[:index] if _clash(view, activity, o)), None)
            if clash is not None:
                line = view.document.line_of(clash.path)
                yield view.document.finding(
                    activity.path, "activity.duplicate", id=activity.id, line=line
                )


def _clash(view: ProcessView, one: ActivityView, other: ActivityView) -> bool:
    if one.id != other.id or other.kind is None:
        return False
    nested = one.stage in view.above(other.stage) or other.stage in view.above(one.stage)
    return nested or together(view, one.stage, other.stage)


@checks
def somebody_does_it(context: Context) -> Iterator[Finding]:
    """A task, and an activity that a person starts, says by whom."""
    for view in context.processes:
        for activity in view.activities:
            if not activity.own or "by" in activity.body:
                continue
            task, manual = activity.kind == "task", activity.body.get("start") == "manual"
            if task:
                yield view.document.finding(activity.path, "activity.nobody", "do", id=activity.id)
            elif manual:
                yield view.document.finding(
                    activity.path, "activity.nobody", "start", id=activity.id
                )


@checks
def compensated(context: Context) -> Iterator[Finding]:
    """`compensate` names a stage, or `all`."""
    for view in context.processes:
        for activity in view.activities:
            scope = text(activity.body.get("compensate"))
            if activity.kind != "compensate" or not activity.own or scope is None:
                continue
            if scope != "all" and scope not in view.stages:
                path = (*activity.path, "compensate")
                hint = meant(scope, ["all", *view.stages])
                yield view.document.finding(
                    path, "stage.unknown", "compensate", name=scope, hint=hint
                )


@checks
def held(context: Context) -> Iterator[Finding]:
    """Holds stop stages that exist; `hold` and `unhold` name holds."""
    for view in context.processes:
        holds = body(view.document.value.get("holds"))
        for id_, hold in holds.items():
            stops = body(hold).get("stops")
            listed = stops if isinstance(stops, list | tuple) else [stops]
            for index, stage in enumerate(listed):
                if isinstance(stage, str) and stage not in view.stages:
                    single = not isinstance(stops, list | tuple)
                    path = ("holds", id_, "stops", *(() if single else (index,)))
                    hint = meant(stage, view.stages)
                    yield view.document.finding(
                        path, "stage.unknown", "stops", name=stage, hint=hint
                    )
        for action in view.actions:
            name = text(action.body.get(action.kind or ""))
            if action.own and action.kind in ("hold", "unhold") and name not in (None, *holds):
                path = (*action.path, action.kind)
                hint = meant(name, holds)
                yield view.document.finding(path, "hold.unknown", name=name, hint=hint)
