"""Activities (language 3.6): told apart, started by somebody, undone by what is there."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.platform.definitions.checks.context import Context, meant
from orderloom.platform.definitions.checks.plain import body, text
from orderloom.platform.definitions.checks.process_view import ActivityView, ProcessView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.checks.targets import together
from orderloom.platform.definitions.finding import Finding


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
                message = (
                    f"The activity '{activity.id}' can run at the same time as the one "
                    f"of the same id in line {line}."
                )
                hint = "Give one of them an id of its own."
                yield view.document.finding(activity.path, "activity.duplicate", message, hint=hint)


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
            if task or manual:
                what = "do" if task else "start"
                message = f"Nobody may {what} '{activity.id}'."
                hint = "Write by: with the role of those who may."
                yield view.document.finding(activity.path, "activity.nobody", message, hint=hint)


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
                message = f"Undoes the stage '{scope}', which does not exist."
                hint = meant(scope, ["all", *view.stages]) or "Name a stage, or all."
                yield view.document.finding(path, "stage.unknown", message, hint=hint)


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
                    message = f"Stops the stage '{stage}', which does not exist."
                    hint = meant(stage, view.stages) or "Name a stage of the process."
                    yield view.document.finding(path, "stage.unknown", message, hint=hint)
        for action in view.actions:
            name = text(action.body.get(action.kind or ""))
            if action.own and action.kind in ("hold", "unhold") and name not in (None, *holds):
                path = (*action.path, action.kind)
                message = f"There is no hold '{name}'."
                hint = meant(str(name), holds) or f"Declare it: holds: {{{name}: {{…}}}}."
                yield view.document.finding(path, "hold.unknown", message, hint=hint)
