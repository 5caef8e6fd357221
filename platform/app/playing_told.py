"""What a step of a walk did, told: stages, decisions with their rows, who is asked, what leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app.field_words import field_label, field_value
from orderloom.platform.app.messages import BUILT_IN, TemplateFault, notice_params
from orderloom.platform.app.naming import named
from orderloom.platform.app.narration import narrate
from orderloom.platform.app.plain_text import shown_value
from orderloom.platform.app.playing_models import AskedTold, DecidedTold, SentTold
from orderloom.platform.app.playing_requests import request_shown
from orderloom.platform.app.playing_stage import Leaving
from orderloom.platform.app.playing_walk import Walk
from orderloom.platform.app.reading import Seen, instant
from orderloom.platform.app.reasons import reason_of
from orderloom.platform.app.told_facts import told_facts
from orderloom.platform.app.view_tasks import title_of
from orderloom.platform.definitions.compile_messages import is_address
from orderloom.platform.engine import OrderState
from orderloom.platform.store.read_rows import EntryRow
from orderloom.platform.store.work_rows import Job

# A body of a message or call is shown up to here.
MOST_SHOWN: Final = 4000
Fill = Callable[[str, Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The world after a step: orders by their places, how long their streams are, and how many
    things would have left until then."""

    at: datetime
    states: Mapping[str, OrderState] = field(default_factory=dict)
    entries: Mapping[str, int] = field(default_factory=dict)
    leaving: int = 0


NOTHING: Final = OrderState(order=0, process="", requester="")


def stages_told(
    seen: Seen, before: OrderState, after: OrderState
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Titles of the stages entered and left, in document order."""
    stages = seen.release.process.stages

    def titles(ids: Iterable[str]) -> tuple[str, ...]:
        wanted = set(ids)
        found = (each for each in stages.values() if each.id in wanted)
        return tuple(seen.words.choose(each.title) or each.id for each in found)

    return (
        titles(after.stages.keys() - before.stages.keys()),
        titles(before.stages.keys() - after.stages.keys()),
    )


def asked_told(seen: Seen, before: OrderState, after: OrderState) -> Iterator[AskedTold]:
    """What was opened and is still open."""
    for n, task in after.tasks.items():
        if n in before.tasks:
            continue
        principals = [f"u:{task['assignee']}"] if task.get("assignee") else task.get("for") or ()
        yield AskedTold(
            title=title_of(seen, task),
            kind=task["kind"],
            people=named(seen, principals),
            reason=reason_of(seen, task),
            due=instant(task.get("due")),
        )


def clocks_told(
    seen: Seen, before: OrderState, after: OrderState
) -> Iterator[tuple[str, datetime]]:
    """Clocks that were set: what for, and when they strike."""
    stages = seen.release.process.stages
    for n, timer in after.timers.items():
        due = instant(timer.get("due"))
        if n in before.timers or due is None:
            continue
        stage = stages.get(str(timer.get("stage")))
        title = (seen.words.choose(stage.title) or stage.id) if stage is not None else ""
        kind = str(timer.get("kind"))
        key = f"play.clock.{kind}"
        shown = seen.words.text(key) if seen.words.has(key) else kind
        yield f"{title}: {shown}" if title else shown, due


def changes_told(
    seen: Seen, before: OrderState, after: OrderState
) -> Iterator[tuple[str, str, str]]:
    """Fields that changed: label, before, after."""
    form, words = seen.release.form, seen.words
    old, new = dict(_leaves(before.data)), dict(_leaves(after.data))
    for path in dict.fromkeys((*old, *new)):
        was, now = old.get(path), new.get(path)
        if was == now and type(was) is type(now):
            continue
        yield (
            field_label(form, path, words),
            "" if was is None else field_value(form, path, was, before.data, words),
            "" if now is None else field_value(form, path, now, after.data, words),
        )


def _leaves(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted paths of what is no map, with their values."""
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def decided_told(
    seen: Seen, entries: Sequence[EntryRow], notes: Mapping[tuple[str, str], str]
) -> Iterator[DecidedTold]:
    """Decisions with the rows that matched and the values they looked at. `notes`: of each row, by
    decision and row."""
    for entry in entries:
        if entry.type != "decided":
            continue
        id_ = str(entry.facts.get("decision")).partition("@")[0]
        told = told_facts(seen, entry.type, entry.facts, {})
        rows = entry.facts.get("rows") or ()
        yield DecidedTold(
            id=id_,
            title=seen.words.choose(seen.release.decision_titles.get(id_)) or id_,
            rows=tuple((str(row), notes.get((id_, str(row)), "")) for row in rows),
            values=tuple(_pairs(told.get("in"), seen)),
            out=tuple(_pairs(told.get("out"), seen)),
        )


def sentences_told(seen: Seen, entries: Sequence[EntryRow]) -> tuple[str, ...]:
    """The audit of the step, in the viewer's language."""
    return tuple(each.text for each in narrate(seen, entries, quiet=True))


def sent_told(
    seen: Seen, leaving: Sequence[Leaving], walk: Walk, counts: dict[str, int], fill: Fill
) -> Iterator[SentTold]:
    """What would have left. `counts`: how often each operation was called before; goes on."""
    for each in leaving:
        job = each.job
        if job.kind != "call":
            yield _message(seen, job, fill)
            continue
        what = f"{job.body.get('connector')}.{job.body.get('operation')}"
        nth = counts.get(what, 0)
        counts[what] = nth + 1
        where, text = request_shown(seen.release, job)
        yield SentTold(
            kind="call",
            what=what,
            where=where,
            text=text[:MOST_SHOWN],
            nth=nth,
            answer=_answer(walk, what, nth),
        )


def _answer(walk: Walk, operation: str, nth: int) -> str:
    answers = walk.answers(operation)
    if not answers:
        return ""
    answer = answers[min(nth, len(answers) - 1)]
    if "fail" in answer:
        return str((answer.get("fail") or {}).get("kind") or "unreachable")
    return "return"


def _message(seen: Seen, job: Job, fill: Fill) -> SentTold:
    message = str(job.body.get("message"))
    names = job.body.get("names") or {}
    definition = seen.release.messages.get(message) or {}
    words = seen.words
    scope = {**names, "link": "#", "user": {"id": "", "name": ""}}
    if definition:
        subject = _filled(fill, words.choose(definition.get("subject")), scope)
        text = _filled(fill, words.choose(definition.get("body")), scope)
    elif message in BUILT_IN:
        params = notice_params(names, words, seen.actor.zone) | {"name": "…", "link": "#"}
        subject = words.text(f"messages.{message}.subject", **params)
        text = words.text(f"messages.{message}.body", **params)
    else:
        subject = text = ""
    return SentTold(
        kind="message",
        what=message,
        to=tuple(_receiver(seen, each, names, fill) for each in job.body.get("to") or ()),
        where=" ".join(subject.split()),
        text=text[:MOST_SHOWN],
    )


def _receiver(seen: Seen, spec: Any, names: Mapping[str, Any], fill: Fill) -> str:
    if is_address(spec):
        return _filled(fill, spec, names).strip()
    return ", ".join(each.name for each in named(seen, [str(spec)]))


def _filled(fill: Fill, template: str | None, names: Mapping[str, Any]) -> str:
    try:
        return fill(template or "", names)
    except TemplateFault as fault:
        return f"({fault})"


def _pairs(value: Any, seen: Seen) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield str(name), _plain(each, seen)
        return
    if value is not None and value != "":
        yield "", _plain(value, seen)


def _plain(value: Any, seen: Seen) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(_plain(each, seen) for each in value)
    return shown_value(value, seen.words)
