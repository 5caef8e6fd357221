"""When an order rests: work begins, what depends on the data is looked at again, orders end."""

from __future__ import annotations

from orderloom.platform.definitions.model import Stage
from orderloom.platform.engine import timers, verifying, voiding
from orderloom.platform.engine.activities import start_stage, wait
from orderloom.platform.engine.balances import release_held
from orderloom.platform.engine.configuration import in_order
from orderloom.platform.engine.keeping import take_kept
from orderloom.platform.engine.leaving import leave_work
from orderloom.platform.engine.orders import tell_parent
from orderloom.platform.engine.step import Step
from orderloom.rules import to_json


def look_again(step: Step) -> bool:
    """Starts pending work and follows changed data. False: nothing moved, the order rests."""
    return _start_pending(step) or _follow_data(step) or _waits(step) or _kept(step)


def _start_pending(step: Step) -> bool:
    stopped = step.state.stopped
    ready = [id_ for id_ in step.state.pending if id_ not in stopped]
    if not ready:
        return False
    start_stage(step, in_order(step.release.process, ready)[0])
    return True


def _follow_data(step: Step) -> bool:
    if step.checked_data is step.state.data:
        return False
    step.checked_data = step.state.data
    stopped = step.state.stopped
    moved = False
    with step.block("approvals"):
        moved |= voiding.follow_data(step)
    with step.block("timers"):
        moved |= timers.follow_data(step)
    for n, record in list(step.state.activities.items()):
        running = record["status"] == "running" and record["stage"] not in stopped
        if record["kind"] == "verify" and running and n in step.state.activities:
            with step.block(f"{record['stage']}.{record['id']}"):
                moved |= verifying.check(step, n)
    return moved or bool(step.errors or step.queue)


def _waits(step: Step) -> bool:
    """Conditions of `wait` are looked at again when anything they can read has changed."""
    state = step.state
    seen = (state.data, state.stages, state.children, state.results, state.holds)
    if step.tried_waits is not None and all(
        a is b for a, b in zip(step.tried_waits, seen, strict=True)
    ):
        return False
    step.tried_waits = seen
    for n, record in list(state.activities.items()):
        if record["kind"] != "wait" or record["status"] != "running":
            continue
        if record["stage"] in state.stopped:
            continue
        done = False
        with step.block(f"{record['stage']}.{record['id']}"):
            done = wait(step, n)
        if done or step.errors:
            step.tried_waits = None
            return True
    return False


def _kept(step: Step) -> bool:
    """Events that wait are tried again when stages or holds have changed since they came."""
    seen = (step.state.stages, step.state.holds)
    if not step.state.kept:
        return False
    if step.tried_kept is not None and all(
        a is b for a, b in zip(step.tried_kept, seen, strict=True)
    ):
        return False
    step.tried_kept = seen
    return take_kept(step)


def end_order(step: Step, stage: Stage) -> None:
    """A final stage at the top: the order ends, with all that runs."""
    result = {}
    with step.block(stage.path):
        scope = step.scope(None, stage.id)
        result = {name: to_json(step.value(code, scope)) for name, code in stage.result}
    if step.errors:
        return
    leave_work(step, set(step.state.stages))
    release_held(step, "end")
    step.emit("order.ended", outcome=stage.outcome, failed=stage.failed, result=result or None)
    step.queue.clear()
    tell_parent(
        step, "child.ended", outcome=stage.outcome, failed=stage.failed, result=result or None
    )
