"""Questions about an approval (language 6 `ask`): its clocks stop until somebody has answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom import approvals
from orderloom.approvals import Round
from orderloom.platform.engine.approval_ends import policy_of
from orderloom.platform.engine.outcome import Person
from orderloom.platform.engine.spans import resumed
from orderloom.platform.engine.step import Step, instant, iso
from orderloom.platform.engine.tasks import offer
from orderloom.platform.engine.voting import given_for, voter
from orderloom.platform.problem import Rejection


def ask(step: Step, key: str, *, question: str | None, to: str | None) -> Rejection | None:
    """A question instead of a verdict: a task `answer-<step>` for `to`, else for the requester."""
    task = step.state.tasks[key]
    n = str(task["activity"])
    policy, activity = policy_of(step, n)
    round_ = Round.from_json(step.state.activities[n]["round"])
    given = given_for(step, round_, task["id"])
    refused = approvals.judged(
        policy,
        round_,
        step=task["id"],
        by=voter(step),
        verdict="ask",
        comment=question,
        for_=given,
    )
    if refused is not None:
        return refused
    whom = to or step.state.requester
    if step.ask(Person(whom)) is None:
        return Rejection("task.unknown_person", f"there is no user {whom}", {"user": whom}, "to")
    number = step.number()
    tasks = {str(number): _answer(step, task, int(key), whom, question)}
    about = {key: {**task, "stopped": task.get("stopped", step.at)}} if task.get("due") else {}
    step.emit(
        "approval.verdict",
        {"for": given},
        n=int(n),
        id=activity.id,
        step=task["id"],
        task=int(key),
        by=step.context.actor.id,
        verdict="ask",
        comment=question,
        to=whom,
        tasks={**about, **tasks},
        timers=_stopped(step, key) or None,
    )
    offer(step, tasks)
    return None


def _answer(
    step: Step, task: Mapping[str, Any], about: int, whom: str, question: str | None
) -> dict[str, Any]:
    return {
        "kind": "answer",
        "id": f"answer-{task['id']}",
        "activity": task["activity"],
        "step": task["id"],
        "about": about,
        "title": task["title"],
        "reason": question,
        "asked_by": step.context.actor.id,
        "for": [f"u:{whom}"],
        "opened": step.at,
    }


def _stopped(step: Step, key: str) -> dict[str, Any]:
    """The task's clocks, standing still since now."""
    return {
        n: {**timer, "due": None, "was_due": timer["due"], "stopped": step.at}
        for n, timer in step.state.timers.items()
        if str(timer.get("task")) == key and timer["due"] is not None
    }


def answer(step: Step, key: str, text: str | None) -> Rejection | None:
    """The answer: whoever asked sees it at their task, whose clocks go on."""
    task = step.state.tasks[key]
    said = (text or "").strip()
    if not said:
        message = "the question needs an answer"
        return Rejection("task.answer_required", message, path="answer")
    about = str(task["about"])
    asked = step.state.tasks.get(about)
    tasks, timers = {}, {}
    if asked is not None:
        more = [other for n, other in step.state.tasks.items() if n != key and _about(other, about)]
        exchange = {"reason": task.get("reason"), "by": step.context.actor.id}
        talk = [*asked.get("answers", ()), {**exchange, "comment": said}]
        tasks[about] = {**asked, "answers": talk}
        if not more:
            timers = _going_on(step, about)
            if "stopped" in asked:
                tasks[about] = _resumed(step, tasks[about], "due")
    step.emit(
        "task.done",
        n=int(key),
        id=task["id"],
        title=task.get("title"),
        by=step.context.actor.id,
        comment=said,
        tasks=tasks or None,
        timers=timers or None,
    )
    return None


def _about(task: Mapping[str, Any], about: str) -> bool:
    return task["kind"] == "answer" and str(task["about"]) == about


def _going_on(step: Step, about: str) -> dict[str, Any]:
    """Clocks go on for as long as they still had when they stopped."""
    return {
        n: _resumed(step, timer, "was_due")
        for n, timer in step.state.timers.items()
        if str(timer.get("task")) == about and "stopped" in timer
    }


def _resumed(step: Step, record: Mapping[str, Any], was_due: str) -> dict[str, Any]:
    """A task or clock that goes on; working time is counted by the calendar."""
    calendar = step.release.calendar if record.get("by") == "calendar" else None
    due = resumed(instant(record[was_due]), instant(record["stopped"]), step.now, calendar)
    rest = {k: v for k, v in record.items() if k not in ("stopped", "was_due")}
    return {**rest, "due": iso(due)}
