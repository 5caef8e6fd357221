"""The head of a process (language 3.1, 3.3): somebody starts orders, events come and are taken."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.events import RESERVED, declared, matches
from orderloom.platform.definitions.checks.plain import body, members, text
from orderloom.platform.definitions.checks.process_view import ProcessView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.finding import Finding


@checks
def somebody_starts(context: Context) -> Iterator[Finding]:
    """`start` says who creates orders; a fragment, or what is used as one, has none."""
    uses = [one.body.get("use") for view in context.processes for one in view.stages.values()]
    used = {name for name in uses if isinstance(name, str)}
    for view in context.processes:
        start = body(view.document.value.get("start"))
        part = view.fragment or view.document.id in used
        if not part and not start.get("by") and not start.get("from"):
            yield view.document.finding(("start",), "process.no_start")


@checks
def events_of_use(context: Context) -> Iterator[Finding]:
    """A declared event can come, and something takes it."""
    for view in context.processes:
        if not view.fragment:
            yield from _of_no_use(view)


def _of_no_use(view: ProcessView) -> Iterator[Finding]:
    known = declared(view)
    raised = [name for one in view.actions if (name := text(one.body.get("raise"))) is not None]
    patterns = [one.event for one in view.transitions if one.event is not None]
    # A name that is unknown elsewhere is told there, and is perhaps one of these.
    slip = any(name not in known for name in raised)
    misses = any(not _ours(pattern, known) for pattern in patterns)
    for path, name, event in members(view.document.value.get("events"), ("events",)):
        given = body(event)
        if name.partition(".")[0] in RESERVED:
            continue
        if not slip and not given.get("by") and not given.get("from") and name not in raised:
            yield view.document.finding(path, "event.nobody", name=name)
        elif not misses and not any(matches(pattern, name) for pattern in patterns):
            yield view.document.finding(path, "event.untaken", name=name)


def _ours(pattern: str, known: list[str]) -> bool:
    reserved = pattern.partition(".")[0] in RESERVED
    return reserved or any(matches(pattern, name) for name in known)
