"""Expressions (language 2): they can be read, their names are there, their types can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from orderloom.platform.definitions.borrowed import Why
from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.inference import Inference, Names
from orderloom.platform.definitions.checks.plain import body
from orderloom.platform.definitions.checks.process_view import ProcessView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.checks.scopes import (
    RESERVED,
    merged,
    with_loop,
    with_names,
)
from orderloom.platform.definitions.checks.sites import (
    AMOUNT,
    KEY,
    LIST,
    MOMENT,
    TRUTH,
    Site,
    Sites,
    sites_of_approval,
    sites_of_connector,
    sites_of_form,
    sites_of_process,
    sites_of_scenario,
)
from orderloom.platform.definitions.compile_values import EACH
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import Said, meant
from orderloom.rules import FeelError, parse_expression, parse_unary


@checks
def of_processes(context: Context) -> Iterator[Finding]:
    """Guards, actions, activities, timers, people; stages and holds that they name."""
    callers = context.callers
    for view in context.processes:
        for site in sites_of_process(context, view, callers.processes[id(view)]):
            yield from judged(site, view)


@checks
def of_approvals(context: Context) -> Iterator[Finding]:
    """Conditions of steps and people, read where the approval is used."""
    for document in context.of_kind("approval"):
        yield from _all(sites_of_approval(document, context.callers.approval(document)))


@checks
def of_forms(context: Context) -> Iterator[Finding]:
    """Computed fields and conditions of the layout."""
    for document in context.of_kind("form"):
        yield from _all(sites_of_form(document, names_of_form(context, document)))


@checks
def of_connectors(context: Context) -> Iterator[Finding]:
    """Requests, answers, what comes in."""
    for document in context.of_kind("connector"):
        yield from _all(sites_of_connector(document, arguments_of_calls(context, document)))


@checks
def of_scenarios(context: Context) -> Iterator[Finding]:
    """Tests of what is expected."""
    for document in context.scenarios:
        yield from _all(sites_of_scenario(document))


def names_of_form(context: Context, document: Document) -> Names:
    """The fields, and what the processes that use the form name."""
    root = context.fields_of(document)
    if root is None:
        return Names({}, open=True)
    users = [
        context.callers.processes[id(view)]
        for view in context.processes
        if not view.fragment
        and str(view.document.value.get("form")).partition("@")[0] == document.id
    ]
    fields = k.of_node(root).fields
    return merged(users).within({**RESERVED, **fields}) if users else Names({**RESERVED, **fields})


def arguments_of_calls(context: Context, document: Document) -> dict[str, Names]:
    """For each operation the names that its calls give; every call counts."""
    found: dict[str, list[Names]] = {}
    for view in context.processes:
        for part in view.parts:
            connector, _, operation = str(part.body.get("call")).partition(".")
            if connector == document.id:
                around = with_loop(context.callers.processes[id(view)], part.body)
                given = with_names(around, part.body).known
                names = {name: given[name] for name in body(part.body.get("with"))}
                found.setdefault(operation, []).append(Names(names))
    return {operation: merged(names) for operation, names in found.items()}


def _all(sites: Sites) -> Iterator[Finding]:
    for site in sites:
        yield from judged(site)


def judged(site: Site, view: ProcessView | None = None) -> Iterator[Finding]:
    """Everything wrong with one expression. `view`: the process whose stages it may name."""
    value, path = site.value, site.path
    if site.each:
        found = EACH.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            return
        value = found[2]
    yield from _value(site, path, value, site.names, view)


def _value(
    site: Site, path: Path, value: Any, names: Names, view: ProcessView | None
) -> Iterator[Finding]:
    """A map or a list consists of expressions; a text is one; all else is itself."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _value(site, (*path, key), inner, names, view)
            names = names.within({str(key): k.ANY})
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _value(site, (*path, index), inner, names, view)
    elif isinstance(value, str):
        yield from _text(site, path, value, names, view)


def _text(
    site: Site, path: Path, text: str, names: Names, view: ProcessView | None
) -> Iterator[Finding]:
    document = site.document
    try:
        expression = parse_unary(text) if site.unary else parse_expression(text)
    except FeelError as error:
        yield _unreadable(document, path, error, text)
        return
    inference = Inference()
    kind = inference.kind(expression.node, names)
    for problem in inference.problems:
        yield problem.finding(document, path)
    if path == site.path:
        yield from _expected(site, kind)
    if view is not None and not view.fragment:
        for function, named in inference.named:
            yield from _named(site, path, view, function, named)


def _unreadable(document: Document, path: Path, error: FeelError, text: str) -> Finding:
    line = text.count("\n", 0, error.position) + 1
    column = error.position - text.rfind("\n", 0, error.position)
    place: dict[str, Any] = {"line": line, "column": column} if "\n" in text else {"column": column}
    return document.finding(
        path,
        "expression.syntax",
        "lines" if "line" in place else "",
        why=reason(error),
        hint=Said("expression.syntax.hint_open") if text.count('"') % 2 else None,
        **place,
    )


def reason(error: FeelError | RecursionError) -> Why:
    """Why an expression cannot be read, without the place."""
    if isinstance(error, RecursionError):
        return Why("the expression is nested too deep")
    return Why(error.message.removesuffix(f" (at {error.position + 1})"))


def _expected(site: Site, kind: k.Kind) -> Iterator[Finding]:
    fitting = _FITTING.get(site.expects)
    if fitting is not None and kind.name not in fitting:
        yield site.document.finding(site.path, "expression.types", site.expects, found=kind.name)


def _named(
    site: Site, path: Path, view: ProcessView, function: str, named: str
) -> Iterator[Finding]:
    """`active("…")`, `held("…")`, `children("…")` name what the process has."""
    known = {
        "active": ("stage", list(view.stages)),
        "held": ("hold", list(body(view.document.value.get("holds")))),
        "children": ("activity", [one.id for one in view.activities if one.kind == "order"]),
    }.get(function)
    if known is None or named in known[1]:
        return
    hint = meant(named, known[1])
    yield site.document.finding(path, f"{known[0]}.unknown", name=named, hint=hint)


# What a place expects, which is the variant of its sentence too → the kinds that fit.
_FITTING: Final = {
    TRUTH: ("boolean", "any", "null"),
    LIST: ("list", "any", "null", "context"),
    MOMENT: ("date", "date and time", "any", "null"),
    AMOUNT: ("number", "any"),
    KEY: ("string", "number", "any"),
}
