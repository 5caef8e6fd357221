"""Watches (language 5): what they hear can come, and orders take what they send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.events import ERRORS, declared, matches
from orderloom.platform.definitions.checks.plain import body, items, listed, members, text
from orderloom.platform.definitions.checks.process_view import ProcessView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.checks.rulesets import is_watch
from orderloom.platform.definitions.compile_activities import OUTCOMES
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import meant

# What is audited of every order (`engine.heard`).
_OF_ALL: Final = tuple(
    f"{of}.{what}"
    for of, what in (
        *(("order", "created"), ("order", "ended")),
        *(("data", "changed"), ("approval", "voided")),
    )
)


@checks
def heard(context: Context) -> Iterator[Finding]:
    """Every event that a watch hears is one of some process."""
    known = {name for view in context.processes for name in audible(view)}
    if not context.processes or not context.complete("process"):
        return
    for document in context.of_kind("ruleset"):
        for path, name in _heard(document) if is_watch(document) else ():
            if not any(matches(name, one) for one in known):
                hint = meant(name, known)
                yield document.finding(path, "event.unknown", "heard", name=name, hint=hint)


def _heard(document: Document) -> Iterator[tuple[Path, str]]:
    facts = body(document.value.get("facts"))
    for path, _, fact in members(facts, ("facts",)):
        name = text(body(fact).get("event"))
        if name is not None:
            yield (*path, "event"), name
    for path, rule in listed(document.value.get("rules"), ("rules",)):
        for key in ("all", "none"):
            for place, pattern in listed(body(rule).get(key), (*path, key)):
                for at, alias, name in members(pattern, place):
                    own = alias not in ("if", "count") and isinstance(name, str)
                    if own and "." in name and name not in facts:
                        yield at, name


def audible(view: ProcessView) -> Iterator[str]:
    """The names under which a watch can hear what happens to orders of a process."""
    yield from declared(view)
    yield from _OF_ALL
    yield from (f"error.{kind}" for kind in ERRORS)
    yield from (f"{word}.{stage}" for stage in view.stages for word in ("entered", "left"))
    yield from (f"held.{hold}" for hold in body(view.document.value.get("holds")))
    for one in view.activities:
        yield from (f"done.{one.id}", f"failed.{one.id}")
        if one.kind == "approval":
            yield from (f"approval.{outcome}.{one.id}" for outcome in OUTCOMES)
        if one.kind == "order":
            yield f"child.ended.{one.id}"
    for action in view.actions:
        if action.kind == "milestone":
            yield f"milestone.{action.body['milestone']}"


@checks
def told(context: Context) -> Iterator[Finding]:
    """What a watch sends is declared by a process, from it."""
    for document in context.of_kind("ruleset"):
        for path, rule in listed(document.value.get("rules"), ("rules",)):
            for place, then in listed(body(rule).get("then"), (*path, "then")):
                name = text(body(body(then).get("send")).get("event"))
                if name is not None and is_watch(document):
                    at = (*place, "send", "event")
                    yield from _taken(context, document, at, name)


def _taken(context: Context, document: Document, path: Path, name: str) -> Iterator[Finding]:
    takers = [view for view in context.processes if name in declared(view)]
    if not takers:
        if context.processes and context.complete("process"):
            hint = meant(name, [one for view in context.processes for one in declared(view)])
            yield document.finding(path, "event.unknown", "told", name=name, hint=hint)
        return
    sources = [
        items(body(body(view.document.value.get("events")).get(name)).get("from"))
        for view in takers
    ]
    if not any(document.id in given for given in sources):
        process = takers[0].document.id
        yield document.finding(
            path,
            "source.not_allowed",
            process=process,
            name=name,
            source=document.id,
            word=document.id,
        )
