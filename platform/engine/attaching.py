"""Files of an order: named by a command, or by a field of its data; never by hash alone.

Bytes are kept before anything names them. Which file a command may name is asked: one that the
order has already, or one that the actor has brought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from orderloom.forms import FieldProblem, Form
from orderloom.forms.files import LONGEST_NAME, MOST
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.outcome import Files, KeepFile
from orderloom.platform.engine.people import may
from orderloom.platform.engine.standing_in import whose
from orderloom.platform.engine.step import Step
from orderloom.platform.problem import Rejection

File = Mapping[str, Any]
SETTLES: Final = "order.settle"


def attach(step: Step, body: c.Attach) -> Rejection | None:
    """Who takes part in the order may add a file that they have brought."""
    if not (step.trusted or takes_part(step)):
        message = f"{step.context.actor.id} takes no part in this order"
        return Rejection("attachment.not_allowed", message)
    files = step.state.attachments.values()
    there = next((file for file in files if file["sha256"] == body.sha256), None)
    if there is not None:
        return Rejection("attachment.there", "the order has this file", {"name": there["name"]})
    if len(files) >= MOST:
        return Rejection("attachment.many", f"an order has at most {MOST} files", {"limit": MOST})
    if not 0 < len(body.name) <= LONGEST_NAME:
        return Rejection("attachment.name", "the file has no name that can be kept", path="name")
    file: dict[str, Any] = {"size": body.size, "type": body.type, "sha256": body.sha256}
    if not _known(step, [file]):
        return Rejection("attachment.unknown", "there is no such file", path="sha256")
    step.effects.append(KeepFile(body.sha256))
    n, by = step.number(), step.context.actor.id
    step.emit("file.attached", n=n, filename=body.name, by=by, **file)
    return None


def detach(step: Step, body: c.Detach) -> Rejection | None:
    """Whoever added a file may hide it, and who settles orders."""
    found = [(n, f) for n, f in step.state.attachments.items() if f["sha256"] == body.sha256]
    if not found:
        return Rejection("attachment.not_found", "the order has no such file")
    (n, file), actor = found[0], step.context.actor
    if not (step.trusted or file["by"] == actor.id or SETTLES in actor.permissions):
        return Rejection("attachment.not_yours", "somebody else added this file")
    step.emit(
        "file.detached",
        n=int(n),
        filename=file["name"],
        sha256=body.sha256,
        by=actor.id,
        reason=body.reason,
    )
    return None


def takes_part(step: Step) -> bool:
    """Whether the actor acts in the order, rather than only sees it: its requester, whoever has a
    task in it, may send one of its events, or may change one of its fields where it stands."""
    state, actor, process = step.state, step.context.actor, step.release.process
    if actor.kind != "person":
        return False
    if actor.id == state.requester:
        return True
    if state.status == "draft":
        return may(step, process.start_by, actor)
    if any(whose(task, actor) is not None for task in state.tasks.values()):
        return True
    if any(may(step, event.by, actor) for event in process.events.values()):
        return True
    form, stages, roles = step.release.form, set(state.stages), set(actor.roles)
    return any(
        form.editable((name,), stages=stages, draft=False, roles=roles)
        for name in form.root.properties
    )


def own_problems(step: Step, form: Form, data: Mapping[str, Any]) -> Sequence[FieldProblem]:
    """What does not fit in what a task or an event asks for by a form of its own."""
    return form.validate(dict(data)) or strange_files(step, form, {}, data)


def strange_files(
    step: Step, form: Form, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Sequence[FieldProblem]:
    """Files that the new data name and the actor may not: a hash alone opens nothing. Those that
    they may are kept with the order from now on."""
    named = form.files(after)
    if not named or step.trusted:
        return ()
    there = {_facts(file) for _, file in form.files(before)}
    there |= {_facts(file) for file in step.state.attachments.values()}
    fresh = [(place, file) for place, file in named if _facts(file) not in there]
    known = _known(step, [file for _, file in fresh])
    strange = tuple(
        FieldProblem(".".join(map(str, place)), "file_unknown", "there is no such file")
        for place, file in fresh
        if file["sha256"] not in known
    )
    if not strange:
        step.effects += [KeepFile(digest) for digest in sorted(known)]
    return strange


def _known(step: Step, files: Sequence[File]) -> frozenset[str]:
    """Digests of those files that the command may name."""
    if not files:
        return frozenset()
    asked = tuple(sorted({_facts(file) for file in files}))
    state = step.state
    order = state.order if state.last_at else step.sender
    question = Files(asked, step.context.actor.id, order)
    return frozenset(step.ask(question))


def _facts(file: File) -> tuple[str, int, str]:
    size = file.get("size")
    return str(file["sha256"]), size if isinstance(size, int) else 0, str(file.get("type"))
