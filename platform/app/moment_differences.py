"""Two moments of an order beside each other: what changed, by whom, by which entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from orderloom.platform.app.moment_approvals import steps_of
from orderloom.platform.app.moment_course import Stood
from orderloom.platform.app.moment_form import at_path
from orderloom.platform.app.moment_models import Difference, MomentView
from orderloom.platform.app.plain_text import shown_value
from orderloom.platform.app.reading import Seen
from orderloom.platform.app.result_words import result_label, result_value
from orderloom.platform.app.view_models import ApproverView
from orderloom.platform.engine import OrderState

Key = tuple[str, str]
NOTHING: Final = "–"


def differences(
    seen: Seen, stood: Sequence[Stood], before: MomentView, after: MomentView
) -> tuple[Difference, ...]:
    """Fields in the form's order, then where the order stood, with whom it was, and the rest.
    `stood`: from the first moment to the second, both included."""
    first, last = _told(seen, before, stood[0].state), _told(seen, after, stood[-1].state)
    found = []
    for key in dict.fromkeys((*first, *last)):
        cause = _cause(key, stood)
        if cause is None:
            continue
        there = [each[key] for each in (first, last) if key in each]
        found.append(
            Difference(
                kind=key[0],
                key=key[1],
                label=there[-1].label,
                before=first[key].text if key in first else NOTHING,
                after=last[key].text if key in last else NOTHING,
                seq=cause.entry.seq,
                at=cause.entry.at,
                by=seen.people([f"u:{cause.entry.actor}"])[0].name,
                computed=any(one.computed for one in there),
            )
        )
    return tuple(found)


def same(before: MomentView, after: MomentView) -> tuple[tuple[str, str], ...]:
    """Fields that both moments show alike."""
    then = {one.path: one for one in before.fields}
    return tuple(
        (one.label, one.text)
        for one in after.fields
        if (earlier := then.get(one.path)) is not None and earlier.value == one.value
    )


class _Told(NamedTuple):
    label: str
    text: str
    computed: bool = False


def _told(seen: Seen, view: MomentView, state: OrderState) -> dict[Key, _Told]:
    """What there is to say of a moment, as far as the viewer may see it."""
    words, found = seen.words, dict[Key, _Told]()
    for field in view.fields:
        found["field", field.path] = _Told(field.label, field.text, field.computed)
    stages = ", ".join(stage.title for stage in view.head.stages) or NOTHING
    found["stages", ""] = _Told(words.text("moments.stages"), stages)
    status = words.text(f"web.status.{state.status}")
    found["status", ""] = _Told(words.text("moments.status"), status)
    if state.outcome is not None:
        outcome = f"web.outcome.{state.outcome}"
        shown = words.text(outcome) if words.has(outcome) else state.outcome
        found["outcome", ""] = _Told(words.text("moments.outcome"), shown)
    for one, step in zip(steps_of(state), view.approvals, strict=True):
        found["step", _step(one)] = _Told(_step_label(seen, step), _standing(seen, step))
    for task in view.tasks:
        if task.kind != "approval":
            who = task.assignee.name if task.assignee else _names(task.people)
            label = words.text("moments.task", title=task.title)
            found["task", task.n] = _Told(label, words.text("moments.with", who=who))
    return {**found, **_marks(seen, view, state)}


def _marks(seen: Seen, view: MomentView, state: OrderState) -> dict[Key, _Told]:
    words, found = seen.words, dict[Key, _Told]()
    on = words.text("moments.there")
    for hold in view.holds:
        found["hold", hold.id] = _Told(words.text("moments.hold", title=hold.title), on)
    for tag, title in zip(state.tags, view.tags, strict=True):
        found["tag", tag] = _Told(words.text("moments.tag", title=title), on)
    for n, name in zip(state.attachments, view.files, strict=True):
        found["file", n] = _Told(words.text("moments.file", title=name), on)
    for name, value in state.results.items():
        if label := result_label(seen.release, name, words):
            shown = result_value(seen.release, name, value, words) or shown_value(
                seen.masked(value), words
            )
            found["result", name] = _Told(label, shown or NOTHING)
    return found


def _standing(seen: Seen, step: ApproverView) -> str:
    words = seen.words
    said = [
        words.text(key, name=person.name) if words.has(key) else f"{person.name}: {verdict}"
        for person, verdict, _, _ in step.verdicts
        for key in [f"moments.voted.{verdict}"]
    ]
    if step.status == "open":
        said.append(words.text("moments.waits", who=step.name))
    elif step.status == "waiting":
        said.append(words.text("moments.ahead"))
    if step.state == "voided":
        said.append(words.text("moments.voided"))
    return "; ".join(said) or words.text(f"web.task.step.{step.status}")


def _step_label(seen: Seen, step: ApproverView) -> str:
    line = f" {step.key}" if step.key else ""
    named = step.called or _names(step.people) or step.step
    return seen.words.text("moments.of_step", approval=f"{step.title}{line}", step=named)


def _names(people: Sequence[Any]) -> str:
    return ", ".join(person.name for person in people) or NOTHING


def _step(one: Mapping[str, Any]) -> str:
    return "/".join((one["activity"], one["key"] or "", one["step"]["id"]))


# ── which entry changed it ───────────────────────────────────────────────────────────────────


def _cause(key: Key, stood: Sequence[Stood]) -> Stood | None:
    """The last entry by which the thing became what it is at the end; None: it is as it was."""
    kind, name = key
    parts, value = _KINDS[kind]
    if value(stood[0].state, name) == value(stood[-1].state, name):
        return None
    for earlier, later in zip(reversed(stood[:-1]), reversed(stood[1:]), strict=True):
        # Most entries leave most parts of a state as the very same object.
        touched = any(
            getattr(earlier.state, part) is not getattr(later.state, part) for part in parts
        )
        if touched and value(earlier.state, name) != value(later.state, name):
            return later
    return None


def _standing_of(state: OrderState, key: str) -> Any:
    found = [
        (one["state"], one["step"]["status"], one["step"].get("verdicts"), one["step"].get("also"))
        for one in steps_of(state)
        if _step(one) == key
    ]
    return found[-1:]


def _with_whom(state: OrderState, n: str) -> Any:
    task = state.tasks.get(n)
    return None if task is None else (task.get("for"), task.get("assignee"))


# By kind: the parts of the state that the thing stands in, and how it is found there.
_KINDS: Final[Mapping[str, tuple[tuple[str, ...], Callable[[OrderState, str], Any]]]] = {
    "field": (("data",), lambda state, path: at_path(state.data, path)),
    "stages": (("stages",), lambda state, _: sorted(state.stages)),
    "status": (("status",), lambda state, _: state.status),
    "outcome": (("outcome",), lambda state, _: state.outcome),
    "step": (("activities", "approvals"), _standing_of),
    "task": (("tasks",), _with_whom),
    "hold": (("holds",), lambda state, id_: id_ in state.holds),
    "tag": (("tags",), lambda state, tag: tag in state.tags),
    "file": (("attachments",), lambda state, n: state.attachments.get(n)),
    "result": (("results",), lambda state, name: state.results.get(name)),
}
