"""Clocks that strike: stages, reminders, escalations, re-checks (language 3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.platform.definitions import model as m
from orderloom.platform.engine import commands as c
from orderloom.platform.engine import taking_back, tasks, timers, verifying, voting
from orderloom.platform.engine.failing import due_timer
from orderloom.platform.engine.keeping import drop_kept
from orderloom.platform.engine.settle import settle, take
from orderloom.platform.engine.step import Internal, Step, instant, iso
from orderloom.platform.problem import Rejection


def wake(step: Step, body: c.Wake) -> Rejection | None:
    n = due_timer(step)
    if n is None:
        return None
    timer = timers.fire(step, n)
    strike(step, timer)
    settle(step)
    return None


def strike(step: Step, timer: Mapping[str, Any]) -> None:
    """What a clock does when it strikes."""
    kind = timer["kind"]
    if kind in ("after", "at", "every"):
        record = {"name": f"timer.{kind}", "time": instant(timer["due"])}
        take(step, Internal(f"timer.{kind}", record, stage=timer["stage"], timer=timer))
    elif kind == "remind":
        tasks.remind(step, timer)
    elif kind == "escalate":
        tasks.escalate(step, timer)
    elif kind == "expire":
        voting.expire(step, timer)
    elif kind == "recheck":
        _recheck(step, timer)
    elif kind == "undo":
        if not taking_back.waits(step, str(timer["activity"])):
            voting.go_on(step, str(timer["activity"]))
    elif kind == "keep":
        drop_kept(step, timer["kept"])


def _recheck(step: Step, timer: Mapping[str, Any]) -> None:
    record = step.state.activities.get(str(timer["activity"]))
    if record is None or record["status"] != "running":
        return
    n = str(timer["activity"])
    what = step.release.process.stages[record["stage"]].do[record["i"]].what
    if isinstance(what, m.VerifyActivity) and what.recheck is not None:
        due = step.later(step.now, what.recheck)
        again = {**timer, "due": iso(due)}
        again.pop("n", None)
        step.emit("timers.changed", set={str(step.number()): again})
    with step.block(f"{record['stage']}.{record['id']}"):
        verifying.check(step, n)
