"""How approvals end (language 6): outcomes, lines joined, what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from orderloom.approvals import Policy
from orderloom.platform.codec import digest
from orderloom.platform.definitions import model as m
from orderloom.platform.engine.finish import announce_done, end_activity
from orderloom.platform.engine.step import Internal, Step

# One line that ends so ends the approval of all.
_FOR_ALL = ("returned", "withdrawn", "unassignable")


def policy_of(step: Step, n: str) -> tuple[Policy, m.Activity]:
    """The approval's definition and the activity it stands in."""
    record = step.state.activities[n]
    activity = step.release.process.stages[record["stage"]].do[record["i"]]
    what = cast(m.ApprovalActivity, activity.what)
    return step.release.approvals[what.approval], activity


def slot(record: Mapping[str, Any]) -> str | None:
    """Under what an approval's verdicts are kept beside others of its name: the line that it is
    about, the element of `for_each`, or both; None: it is the only one."""
    if "line" in record:
        return line_slot(str(record["line"]), record.get("of"))
    return element_slot(record["item"]) if "index" in record else None


def element_slot(item: Any) -> str:
    """What tells the approvals of an activity's elements apart (JSON values)."""
    return digest(item)[:16]


def line_slot(line: str, of: str | None) -> str:
    """`of`: the slot of the element whose lines they are, where there are several."""
    return f"{line}/{of}" if of else line


def kept(step: Step, id_: str, line: str | None) -> Mapping[str, Any] | None:
    """What is kept of the last round: outcome, content, verdicts."""
    found = step.state.approvals.get(id_)
    if found is None or line is None:
        return found
    return (found.get("lines") or {}).get(line)


def withdraw(step: Step, n: str) -> None:
    """The requester takes the request back, whole."""
    record = step.state.activities[n]
    tasks = [int(key) for key, task in step.state.tasks.items() if str(task.get("activity")) == n]
    close(step, n, "withdrawn", record["round"]["content"], withdrawn=tasks)


def close(
    step: Step,
    n: str,
    outcome: str,
    content: str,
    *,
    standing: bool = False,
    step_id: str | None = None,
    withdrawn: Sequence[int] = (),
) -> None:
    """The round has its outcome; that of a line waits for the other lines. `withdrawn`: the tasks
    that were open when the request was taken back."""
    record = step.state.activities[n]
    reason = _last_comment(record)
    facts = {"content": content, "line": slot(record), "step": step_id}
    more = {"standing": standing or None, "withdrawn": list(withdrawn) or None}
    _closed(step, n, outcome, {**facts, **more})
    if "head" in record:
        status = "done" if outcome == "approved" else "failed"
        end_activity(step, n, status, quiet=True)
        join(step, str(record["head"]), outcome, reason)
    else:
        _tell(step, n, outcome, {"reason": reason, "item": record.get("item")})


def join(step: Step, head: str, last: str, reason: str | None = None) -> None:
    """Ends an approval per line: at once where one line ends it for all, else with the last."""
    lines = {
        n: record
        for n, record in step.state.activities.items()
        if str(record.get("head")) == head and record["status"] != "cancelled"
    }
    running = [n for n, record in lines.items() if record["status"] == "running"]
    if running and last not in _FOR_ALL:
        return
    for n in running:
        end_activity(step, n, "cancelled", quiet=True)
    approved = [record["key"] for record in lines.values() if record["status"] == "done"]
    rejected = [record["key"] for record in lines.values() if record["status"] == "failed"]
    outcome = last
    if last not in _FOR_ALL:
        outcome = "partial" if approved and rejected else "rejected" if rejected else "approved"
    _closed(step, head, outcome, {"approved": approved, "rejected": rejected})
    _tell(step, head, outcome, {"reason": reason, "approved": approved, "rejected": rejected})


def _closed(step: Step, n: str, outcome: str, facts: Mapping[str, Any]) -> None:
    policy, activity = policy_of(step, n)
    named = {"n": int(n), "id": activity.id, "approval": policy.id, "outcome": outcome}
    step.emit("approval.closed", {**named, **facts})


def _tell(step: Step, n: str, outcome: str, more: Mapping[str, Any]) -> None:
    record = step.state.activities[n]
    name = f"approval.{outcome}.{record['id']}"
    event = {"name": name, "time": step.now, "outcome": outcome, "activity": int(n), **more}
    end_activity(step, n, "done" if outcome == "approved" else "failed", record=event, quiet=True)
    step.queue.append(Internal(name, event))
    if outcome == "approved":
        announce_done(step, record["stage"], event)


def _last_comment(record: Mapping[str, Any]) -> str | None:
    steps: Sequence[Mapping[str, Any]] = (record.get("round") or {}).get("steps", ())
    votes = [vote for one in steps for vote in one["verdicts"]]
    return max(votes, key=lambda vote: str(vote.get("at"))).get("comment") if votes else None
