"""Mending what a ticket names (language 3.6): whoever holds it changes its fields as far as the
form's `edit` allows in this stage, then the check looks again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from orderloom.forms import Form
from orderloom.forms.nodes import Node, find, walk
from orderloom.platform.codec import merge_patch
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import verifying
from orderloom.platform.engine.changes import sent_paths
from orderloom.platform.engine.commands import Actor, CompleteTask
from orderloom.platform.engine.editing import several, unknown_fields, write
from orderloom.platform.engine.found_rows import element_list, element_place
from orderloom.platform.engine.open_tasks import acting_for
from orderloom.platform.engine.settle import settle
from orderloom.platform.engine.state import OrderState
from orderloom.platform.engine.step import Step
from orderloom.platform.problem import Rejection
from orderloom.platform.record import record

Path = tuple[str, ...]
Json = Mapping[str, Any]


@record
class Mendable:
    """What of a ticket's fields one person may change now. `fields`: these; `shut`: those that are
    named and that the form's `edit` keeps from them here. `rows`: the list, and the only place in
    it, that a ticket of one element is about."""

    fields: tuple[str, ...]
    shut: tuple[str, ...]
    rows: tuple[str, int] | None = None


def mendable(release: Release, state: OrderState, task: Json, actor: Actor) -> Mendable:
    """What the holder of a ticket may mend."""
    form, roles = release.form, roles_of(state, task, actor)
    stages, draft = set(state.stages), state.status == "draft"
    open_: list[str] = []
    shut: list[str] = []
    for name in task.get("fields") or ():
        path = tuple(str(name).split("."))
        for one, may in _parts(form, path, stages=stages, draft=draft, roles=roles):
            (open_ if may else shut).append(".".join(one))
    return Mendable(tuple(dict.fromkeys(open_)), tuple(shut), _rows(release, state, task))


def roles_of(state: OrderState, task: Json, actor: Actor) -> set[str]:
    """The roles that count: the holder's own, and the one that the row asks for."""
    roles = {*actor.roles, *([task["role"]] if task.get("role") else [])}
    return roles | {"requester"} if actor.id == state.requester else roles


def mend(step: Step, task: Json, body: CompleteTask) -> Rejection | None:
    """A ticket is answered by mending its fields; it closes by the re-check."""
    if not body.data:
        verifying.check(step, str(task["activity"]))
        settle(step)
        return None
    refused = unknown_fields(step, body.data) or _kept_off(step, task, body.data)
    return refused if refused is not None else write(step, body.data, "ticket")


def _kept_off(step: Step, task: Json, patch: Json) -> Rejection | None:
    """What the ticket does not name, what `edit` does not allow, what belongs to another row."""
    if step.trusted:
        return None
    form, state = step.release.form, step.state
    roles = roles_of(state, task, acting_for(step) or step.context.actor)
    named = [tuple(str(name).split(".")) for name in task.get("fields") or ()]
    draft, stages = state.status == "draft", set(state.stages)
    after = merge_patch(state.data, patch)
    details = []
    for path in sent_paths(form, state.data, after):
        shown = ".".join(path)
        if not any(path[: len(one)] == one for one in named):
            message = f"the ticket does not ask for {shown}"
        elif not form.editable(path, stages=stages, draft=draft, roles=roles):
            message = f"{shown} cannot be changed here by {step.context.actor.id}"
        else:
            continue
        details.append(Rejection("form.not_editable", message, {"field": shown}, path=shown))
    return several(details) or _other_rows(step, task, named, after)


def _other_rows(step: Step, task: Json, named: Sequence[Path], after: Json) -> Rejection | None:
    """A ticket of one element that names fields of it leaves all other elements alone."""
    rows = _rows(step.release, step.state, task)
    if rows is None or tuple(rows[0].split(".")) in named:
        return None
    path, place = rows
    before, now = (_at(data, path.split(".")) for data in (step.state.data, after))
    if _same_but(before, now, place, path=tuple(path.split(".")), form=step.release.form):
        return None
    message = f"the ticket asks for row {place + 1} of {path} alone"
    params = {"field": path, "row": place + 1}
    return Rejection("ticket.other_row", message, params, path=path)


def _same_but(before: Any, now: Any, place: int, *, path: Path, form: Form) -> bool:
    """Whether all rows but the one at `place` are the same, as the sender means them."""
    if before == now:
        return True
    if not (isinstance(before, list) and isinstance(now, list)) or len(before) != len(now):
        return False
    pairs = enumerate(zip(before, now, strict=True))
    others = [(one, new) for at, (one, new) in pairs if at != place and one != new]
    return not any(sent_paths(form, _under(path, [a]), _under(path, [b])) for a, b in others)


def _under(path: Path, value: Any) -> Any:
    """The value as data that have it at the path."""
    for part in reversed(path):
        value = {part: value}
    return value


def _rows(release: Release, state: OrderState, task: Json) -> tuple[str, int] | None:
    activity = state.activities.get(str(task.get("activity")))
    if activity is None:
        return None
    definition = release.process.stages[activity["stage"]].do[activity["i"]]
    path = element_list(definition)
    listed = _at(state.data, path) if path else None
    if not isinstance(listed, list):
        return None
    place = element_place(definition, listed, str(task.get("key")))
    return None if place is None else (".".join(path), place)


def _parts(
    form: Form, path: Path, *, stages: set[str], draft: bool, roles: set[str]
) -> Iterator[tuple[Path, bool]]:
    """A field, or where `edit` allows parts of it alone, these; whether each may be changed."""
    below = list(_leaves(form, path))

    def may(one: Path) -> bool:
        return form.editable(one, stages=stages, draft=draft, roles=roles)

    kept = [one for one in below if not (form.is_computed(one) or form.is_read_only(one))]
    if all(may(one) for one in (kept or [path])) and (may(path) or not _listed(form, path)):
        yield path, True
        return
    for one in kept or [path]:
        yield one, may(one)


def _leaves(form: Form, path: Path) -> Iterable[Path]:
    node = find(form.root, path)
    if node is None:
        return ()
    found = [(*path, *below) for below, inner in walk(node) if not inner.properties]
    return [one for one in found if not _is_list(find(form.root, one))] or [path]


def _listed(form: Form, path: Path) -> bool:
    return _is_list(find(form.root, path))


def _is_list(node: Node | None) -> bool:
    return node is not None and node.item is not None


def _at(data: Any, path: Sequence[str]) -> Any:
    for part in path:
        data = data.get(part) if isinstance(data, Mapping) else None
    return data
