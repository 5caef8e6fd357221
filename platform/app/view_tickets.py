"""Tickets of checks before the eyes of one viewer: what they may mend in place, who else may, what
is left; what was set aside, and what checks warn of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from orderloom.forms import FieldView, FormView
from orderloom.platform.app.checked import set_aside, stopping, warnings
from orderloom.platform.app.field_words import field_label
from orderloom.platform.app.reading import Seen, instant
from orderloom.platform.app.reasons import shown_values
from orderloom.platform.app.view_forms import order_form
from orderloom.platform.app.view_models import (
    PersonView,
    TaskLine,
    TicketForm,
    Typed,
    WaiverView,
    WarningView,
)
from orderloom.platform.app.view_tasks import line
from orderloom.platform.engine.commands import Actor
from orderloom.platform.engine.mending import Mendable, mendable
from orderloom.platform.engine.standing_in import whose
from orderloom.platform.problem import Rejection
from orderloom.platform.words.erased import said

# Small forms on an order's page; what is beyond has a page of its own.
MOST_FORMS: Final = 20
ENTRIES: Final = 200


@dataclass(frozen=True, slots=True)
class Mending:
    """What a holder of a ticket is shown: the fields, those that `edit` keeps from them with who
    may change each, and the names that the page's controls begin with."""

    fields: tuple[str, ...]
    form: FormView | None
    shut: tuple[tuple[str, tuple[PersonView, ...]], ...]
    prefix: str


def prefix_of(n: int) -> str:
    """What the names of a ticket's controls begin with: several stand on one page."""
    return f"mend{n}."


def mending(
    seen: Seen, n: int, record: Mapping[str, Any], *, typed: Typed | None = None
) -> Mending:
    """Of a ticket that the viewer holds, in whoever's name."""
    may = _mendable(seen, record)
    form = None
    if may.fields:
        shown = order_form(seen, typed=typed, only=may.fields, prefix=prefix_of(n))
        form = _of_element(shown, may)
    return Mending(may.fields, form, _shut(seen, may), prefix_of(n))


def fields_to_mend(seen: Seen, record: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that the viewer may change by this ticket."""
    return _mendable(seen, record).fields


def small_forms(seen: Seen, lines: tuple[TaskLine, ...]) -> dict[str, TicketForm]:
    """By a task's id, the form that mends it, of those that the viewer holds."""
    found: dict[str, TicketForm] = {}
    for each in lines:
        n = int(each.id.partition(".")[2])
        if each.kind != "ticket" or n not in seen.may.tasks or len(found) == MOST_FORMS:
            continue
        record = seen.state.tasks[str(n)]
        made = mending(seen, n, record).form
        if made is not None:
            text = str(seen.masked(seen.words.choose(record.get("instruction"))))
            found[each.id] = TicketForm(form=made, instruction=text)
    return found


def others(seen: Seen, record: Mapping[str, Any]) -> tuple[PersonView, ...]:
    """Who else may mend it: the roles and people that are asked, but the viewer."""
    asked = [name for name in record["for"] if name != f"u:{seen.actor.id}"]
    return seen.people(asked)


def left(seen: Seen, n: int) -> tuple[TaskLine, ...]:
    """The other problems that the order waits for."""
    return tuple(
        line(seen, int(key), record) for key, record in stopping(seen.state) if key != str(n)
    )


def waivers(seen: Seen) -> tuple[WaiverView, ...]:
    """What was set aside, the newest first."""
    found = []
    for key, kept in set_aside(seen.state):
        found.append(
            WaiverView(
                row=key,
                problem=str(seen.masked(seen.words.choose(kept.get("title")))) or key,
                by=seen.people([f"u:{kept['by']}"])[0],
                reason=said(kept.get("reason"), seen.words),
                at=instant(kept["at"]) or seen.now,
                values=shown_values(kept.get("values"), seen),
            )
        )
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def warned(seen: Seen) -> tuple[WarningView, ...]:
    """What checks warn of; the order goes on."""
    return tuple(
        WarningView(
            problem=str(seen.masked(seen.words.choose(kept.get("title")))),
            instruction=str(seen.masked(seen.words.choose(kept.get("instruction")))),
            at=instant(kept.get("opened")),
        )
        for kept in warnings(seen.state)
    )


def closed(seen: Seen, n: str) -> Rejection | None:
    """Of a task that is no more: that it was a problem which is solved, where it was one."""
    rows = seen.desk.reads.entries(
        seen.actor.organisation, seen.state.order, before=None, limit=ENTRIES
    )
    for entry in rows:
        if entry.type == "checked" and int(n) in (entry.facts.get("closed") or ()):
            message = f"The problem is solved; the check found so at {entry.at}."
            return Rejection("ticket.solved", message, {"number": seen.number})
        if entry.type == "ticket.waived" and entry.facts.get("n") == int(n):
            by = seen.people([f"u:{entry.facts.get('by')}"])[0].name
            params = {"number": seen.number, "name": by}
            return Rejection("ticket.set_aside", f"{by} set the problem aside.", params)
    return None


def _mendable(seen: Seen, record: Mapping[str, Any]) -> Mendable:
    return mendable(seen.release, seen.state, record, _holder(seen, record))


def _holder(seen: Seen, record: Mapping[str, Any]) -> Actor:
    other = whose(record, seen.actor)
    return seen.actor.in_place_of.get(other or "", seen.actor)


def _shut(seen: Seen, may: Mendable) -> tuple[tuple[str, tuple[PersonView, ...]], ...]:
    form, state = seen.release.form, seen.state
    found = []
    for name in may.shut:
        roles = form.editors(
            tuple(name.split(".")), stages=set(state.stages), draft=state.status == "draft"
        )
        label = field_label(form, name, seen.words)
        found.append((label, seen.people(f"r:{role}" for role in sorted(roles))))
    return tuple(found)


def _of_element(view: FormView, may: Mendable) -> FormView:
    """Of a ticket of one element, that element's row alone, unless the whole list is asked for."""
    if may.rows is None or may.rows[0] in may.fields:
        return view
    path, place = may.rows

    def one_row(field: FieldView) -> FieldView:
        if field.path != path:
            return field
        return replace(field, rows=field.rows[place : place + 1], totals=())

    sections = tuple(
        replace(section, fields=tuple(one_row(field) for field in section.fields))
        for section in view.sections
    )
    return replace(view, sections=sections)
