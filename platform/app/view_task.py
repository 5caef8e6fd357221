"""One open task's page: what is asked, why, on which order, and what the answers are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast

from orderloom.approvals.policy import Policy, Step
from orderloom.forms import FieldView, Form, FormView
from orderloom.platform.app.field_words import field_label, field_value, value_at
from orderloom.platform.app.naming import voters_of
from orderloom.platform.app.reading import Desk, Seen, instant
from orderloom.platform.app.reasons import reason, reason_of
from orderloom.platform.app.result_words import step_label
from orderloom.platform.app.view_audit import decided_before
from orderloom.platform.app.view_forms import blank_data, blank_form, order_form
from orderloom.platform.app.view_models import (
    Choice,
    PersonView,
    Reason,
    StepView,
    TaskAsked,
    TaskView,
    Typed,
)
from orderloom.platform.app.view_stages import targets
from orderloom.platform.app.view_tasks import line
from orderloom.platform.app.view_tickets import (
    closed,
    fields_to_mend,
    left,
    mending,
    others,
    prefix_of,
    warned,
)
from orderloom.platform.definitions import model as m
from orderloom.platform.engine import Actor
from orderloom.platform.engine.handing_over import ANYBODYS
from orderloom.platform.engine.standing_in import asked
from orderloom.platform.problem import Rejection
from orderloom.platform.words import Words

VERDICTS: Final = ("approve", "reject", "return", "abstain")
MOST_FACTS: Final = 12
# As many as a list that opens below a field can show; others are typed by login.
MOST_COLLEAGUES: Final = 200

Shown = tuple[FormView | None, Form | None, Mapping[str, Any], tuple[str, ...] | None]


def task(desk: Desk, actor: Actor, id: str, *, typed: Typed | None = None) -> TaskView | Rejection:
    """The open task `<order>.<n>` of an order that the actor may see, or `task.not_found`."""
    found = _find(desk, actor, id)
    return found if isinstance(found, Rejection) else _view(*found, typed)


def question(desk: Desk, actor: Actor, id: str) -> TaskAsked | Rejection:
    """The same task, only as far as an answer to it needs."""
    found = _find(desk, actor, id)
    if isinstance(found, Rejection):
        return found
    seen, n, record = found
    own, fields = _fields(seen, record)
    ticket = record["kind"] == "ticket"
    if ticket and n in seen.may.tasks:
        fields = fields_to_mend(seen, record)
    reads = own is not None or (bool(fields) and n in seen.may.tasks)
    return TaskAsked(
        id=id,
        kind=record["kind"],
        order=seen.state.order,
        number=seen.number,
        submit=(own or seen.release.form) if reads else None,
        base=seen.state.data if reads and own is None else {},
        only=fields if reads and own is None else None,
        prefix=prefix_of(n) if ticket else "",
    )


def _find(desk: Desk, actor: Actor, id: str) -> tuple[Seen, int, Mapping[str, Any]] | Rejection:
    order, _, n = id.partition(".")
    if not (order.isdigit() and n.isdigit() and len(id) < 40):
        return _gone(id)
    seen = desk.see_id(actor, int(order))
    if isinstance(seen, Rejection):
        return _gone(id)
    record = seen.state.tasks.get(n)
    if record is None:
        return closed(seen, n) or _gone(id)
    return seen, int(n), record


def _view(seen: Seen, n: int, record: Mapping[str, Any], typed: Typed | None) -> TaskView:
    kind, words = record["kind"], seen.words
    mine = n in seen.may.tasks
    mend = mending(seen, n, record, typed=typed) if kind == "ticket" and mine else None
    form, submit, base, only = _form(seen, record, typed, mine=mine)
    if kind == "ticket":
        form = None if mend is None or mend.form is None else _together(mend.form, _to_mend(words))
    hands = _hands(seen, record, mine=mine)
    return TaskView(
        line=line(seen, n, record),
        instruction=str(seen.masked(words.choose(record.get("instruction") or _question(record)))),
        mine=mine,
        order=seen.head(),
        reason=reason_of(seen, record),
        verdicts=VERDICTS if kind == "approval" and mine else (),
        outcomes=_outcomes(seen, record),
        ways=seen.may.ways.get(n, ()),
        stages=targets(seen) if "move" in seen.may.ways.get(n, ()) else (),
        steps=_steps(seen, record),
        lists=_lists(seen, form),
        asked_by=_asked_by(seen, record),
        answers=_answers(seen, record),
        facts=_facts(seen, record),
        waive=kind == "ticket" and record.get("waive") in seen.actor.roles,
        withdraw=n in seen.may.withdraw,
        expires=_expires(seen, n),
        hands=hands,
        colleagues=_colleagues(seen, record) if hands or kind == "approval" else (),
        names=_names(seen, record),
        parts=_parts(seen, record) if hands and not mine else (),
        error=reason_of(seen, record).text if kind == "attention" else "",
        decided=decided_before(seen, n) if kind == "approval" else None,
        form=form,
        submit=submit,
        base=base,
        only=only,
        warns=record.get("severity") == "warning",
        others=others(seen, record) if kind == "ticket" else (),
        shut=mend.shut if mend is not None else (),
        left=left(seen, n) if kind == "ticket" else (),
        prefix=mend.prefix if mend is not None else "",
        warnings=warned(seen) if kind == "approval" else (),
    )


def _to_mend(words: Words) -> str:
    return words.text("web.task.mend")


def _form(seen: Seen, record: Mapping[str, Any], typed: Typed | None, *, mine: bool) -> Shown:
    own, fields = _fields(seen, record)
    if own is not None:
        form = blank_form(own, seen.release, seen.desk, seen.actor, typed=typed)
        return form, own, blank_data(own, seen.release, seen.desk, seen.actor), None
    if not fields or not mine:
        return None, None, {}, None
    title = "web.task.change" if record["kind"] == "approval" else "web.task.fields"
    view = _together(order_form(seen, typed=typed, only=fields), seen.words.text(title))
    return view, seen.release.form, seen.state.data, fields


def _fields(seen: Seen, record: Mapping[str, Any]) -> tuple[Form | None, tuple[str, ...]]:
    """A task's own form, else the fields of the order's that it shows."""
    own = seen.release.forms.get(str(record.get("form")))
    return (own, ()) if own is not None else (None, tuple(record.get("fields") or ()))


def _hands(seen: Seen, record: Mapping[str, Any], *, mine: bool) -> tuple[str, ...]:
    """How the viewer may bring others in."""
    if record["kind"] == "attention":
        return ()
    if not mine:
        return ("reassign",) if ANYBODYS in seen.actor.permissions else ()
    return ("reassign", "delegate", "add") if record["kind"] == "approval" else ("reassign",)


def _colleagues(seen: Seen, record: Mapping[str, Any]) -> tuple[Choice, ...]:
    """Who can be brought in: everybody but those who are asked by name, and the requester of an
    approval."""
    there = {name[2:] for name in record["for"] if name.startswith("u:")} | {seen.actor.id}
    if record["kind"] == "approval":
        there.add(seen.state.requester)
    desk, home = seen.desk, seen.actor.organisation
    people = desk.briefly.get(("people", home), lambda: desk.accounts.people(home))
    found = (one for one in people if one.id not in there)
    return tuple(Choice(id=one.login, title=one.name) for one in found)[:MOST_COLLEAGUES]


def _parts(seen: Seen, record: Mapping[str, Any]) -> tuple[PersonView, ...]:
    """Who is asked by name, where there are several."""
    named = [name for name in record["for"] if name.startswith("u:")]
    return seen.people(named) if len(named) > 1 else ()


def _expires(seen: Seen, n: int) -> tuple[str, datetime] | None:
    for timer in seen.state.timers.values():
        due = instant(timer.get("due"))
        if timer["kind"] == "expire" and timer["task"] == n and due is not None:
            return timer["verdict"], due
    return None


def _names(seen: Seen, record: Mapping[str, Any]) -> tuple[PersonView, ...]:
    """In whose name the viewer may answer: themselves, and those for whom they stand in."""
    people = (seen.actor, *seen.actor.in_place_of.values())
    mine = [one.id for one in people if asked(record, one)]
    return seen.people(f"u:{id_}" for id_ in mine) if len(mine) > 1 else ()


def _together(view: FormView, title: str) -> FormView:
    """The fields asked for under one heading: those of the whole form would say too much."""
    if not view.sections:
        return view
    fields = tuple(field for section in view.sections for field in section.fields)
    return replace(view, sections=(replace(view.sections[0], title=title, fields=fields),))


def _asked_by(seen: Seen, record: Mapping[str, Any]) -> PersonView | None:
    """Whose question it is, if it is one."""
    asker = record.get("asked_by")
    return seen.people([f"u:{asker}"])[0] if asker else None


def _question(record: Mapping[str, Any]) -> str:
    return str(record.get("reason") or "") if record["kind"] == "answer" else ""


def _answers(seen: Seen, record: Mapping[str, Any]) -> tuple[tuple[str, PersonView, str], ...]:
    """Question, who answered, and what: in the order in which it was said."""
    talk: Sequence[Mapping[str, Any]] = record.get("answers") or ()
    people = seen.people(f"u:{each['by']}" for each in talk)
    return tuple(
        (str(each.get("reason") or ""), person, str(each.get("comment") or ""))
        for each, person in zip(talk, people, strict=True)
    )


def _lists(seen: Seen, form: FormView | None) -> FormView:
    """The order's lines to be read, unless the task's own form shows them."""
    shown = {field.path for section in form.sections for field in section.fields} if form else set()
    whole = order_form(seen, prefix="see.")
    sections = (
        replace(section, fields=tuple(_readable(field) for field in section.fields if field.rows))
        for section in whole.sections
    )
    kept = (
        replace(each, fields=tuple(f for f in each.fields if f.path not in shown))
        for each in sections
    )
    return FormView(tuple(each for each in kept if each.fields))


def _readable(field: FieldView) -> FieldView:
    rows = tuple(
        replace(row, cells=tuple(replace(cell, readonly=True) for cell in row.cells))
        for row in field.rows
    )
    return replace(field, readonly=True, rows=rows)


def _outcomes(seen: Seen, record: Mapping[str, Any]) -> tuple[Choice, ...]:
    if not record.get("outcomes"):
        return ()
    activity = seen.state.activities[str(record["activity"])]
    definition = seen.release.process.stages[activity["stage"]].do[activity["i"]]
    titles = dict(cast(m.TaskActivity, definition.what).outcomes)
    return tuple(
        Choice(id=id_, title=seen.words.choose(titles.get(id_)) or id_)
        for id_ in record["outcomes"]
    )


def _steps(seen: Seen, record: Mapping[str, Any]) -> tuple[StepView, ...]:
    activity = seen.state.activities.get(str(record.get("activity")))
    if record["kind"] != "approval" or activity is None:
        return ()
    round_: Mapping[str, Any] = activity.get("round") or {}
    approval = str(record.get("approval"))
    policy = seen.release.approvals.get(approval)
    steps = policy.steps if policy is not None else ()
    titles = {step.id: _step_title(seen, policy, step) for step in steps}
    return tuple(
        step_view(
            seen,
            step,
            title=titles.get(str(step["id"]), ""),
            called=step_label(seen.release, approval, str(step["id"]), seen.words),
        )
        for step in round_.get("steps", ())
    )


def _step_title(seen: Seen, policy: Policy | None, step: Step) -> str:
    """By its own title, else by the roles that it will ask."""
    title = seen.words.choose(step.title)
    roles = [f"r:{each.role}" for each in step.people if each.role]
    if policy is None or title != seen.words.choose(policy.title) or not roles:
        return title
    return ", ".join(person.name for person in seen.people(roles))


def step_view(
    seen: Seen, step: Mapping[str, Any], *, title: str = "", called: str = ""
) -> StepView:
    """A step of a round as its JSON says. `title`: of a policy's step, `called`: of a matrix'."""
    verdicts: Sequence[Mapping[str, Any]] = step.get("verdicts") or ()
    voters = voters_of(seen, verdicts)
    return StepView(
        id=str(step["id"]),
        title=title or called,
        called=called,
        status=str(step.get("status") or "waiting"),
        people=seen.people(step.get("principals") or ()),
        reason=reason(step["why"], seen) if step.get("why") else Reason(),
        verdicts=tuple(
            (
                person,
                str(vote.get("verdict")),
                str(vote.get("comment") or ""),
                instant(vote.get("at")),
            )
            for person, vote in zip(voters, verdicts, strict=True)
        ),
    )


def _facts(seen: Seen, record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What to look at before answering: who and what the order is about, then the material fields
    of an approval; named and written as the form does."""
    policy = seen.release.approvals.get(str(record.get("approval")))
    material = tuple(getattr(policy, "material", ()) or ())
    columns = seen.release.process.columns
    form, data, words = seen.release.form, seen.data, seen.words
    found: dict[str, str] = {}
    for path in (*columns[:1], *material, *columns[1:]):
        value = value_at(data, path)
        if value is not None and len(found) < MOST_FACTS:
            label = field_label(form, path, words)
            found.setdefault(label, field_value(form, path, value, data, words))
    return tuple(found.items())


def _gone(id_: str) -> Rejection:
    return Rejection("task.not_found", f"There is no open task {id_}.", {"task": id_})
