"""One expression at its place in a document: what is wrong with it there, and what it may name.

The same checks as of whole bundles, asked of one place while somebody writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.decisions import sites_of_decision
from orderloom.platform.definitions.checks.expressions import (
    arguments_of_calls,
    judged,
    names_of_form,
)
from orderloom.platform.definitions.checks.inference import Inference, Names
from orderloom.platform.definitions.checks.kinds import Kind
from orderloom.platform.definitions.checks.process_view import ProcessView
from orderloom.platform.definitions.checks.rulesets import sites_of_ruleset
from orderloom.platform.definitions.checks.sites import (
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
from orderloom.rules import Expression, FeelError, parse_expression, parse_unary

# What stands at the place while its surroundings are looked for: an empty one would be none.
_ANYTHING = "null"


@dataclass(frozen=True, slots=True)
class Assessed:
    """`problems`: findings, each with its place in the text counted from 0 (None: all of it).
    `kind`: what it gives; `expression`: None where it cannot be read. `names`: those around it."""

    problems: tuple[tuple[Finding, int | None], ...]
    kind: Kind
    names: Names
    expression: Expression | None


def assessed(
    context: Context, document: Document, path: Path, text: str, *, unary: bool = False
) -> Assessed:
    """A text at a place of a document of the context. `unary`: what it is where nothing is known
    of the place, as in a document of a wrong shape; there everything may have a name."""
    view = next((one for one in context.processes if one.document is document), None)
    site = replace(_site_at(context, document, path, view, unary=unary), value=text)
    start, source = _written(site, text)
    if source is None:
        return Assessed((), k.ANY, site.names, None)
    findings = list(judged(site, view))
    try:
        expression = parse_unary(source) if site.unary else parse_expression(source)
    except FeelError as error:
        at = start + error.position
        return Assessed(tuple((one, at) for one in findings), k.ANY, site.names, None)
    inference = Inference()
    kind = inference.kind(expression.node, site.names)
    places = {one.finding(document, path): one.at + start for one in inference.problems}
    problems = tuple((one, places.get(one)) for one in findings)
    return Assessed(problems, kind, site.names, expression)


def _with_value(value: Any, path: Path, part: Any) -> Any:
    """A value with another part at a path; what is missing on the way becomes a map. The value
    itself where the path leads through something that has no parts."""
    if not path:
        return part
    key, rest = path[0], path[1:]
    if isinstance(value, Mapping) and isinstance(key, str):
        return {**value, key: _with_value(value.get(key) or {}, rest, part)}
    if isinstance(value, list) and isinstance(key, int) and 0 <= key <= len(value):
        inner = value[key] if key < len(value) else {}
        return [*value[:key], _with_value(inner, rest, part), *value[key + 1 :]]
    return value


def placeheld(value: Any, path: Path) -> Any:
    """A value with something that is an expression at a path, so that its surroundings can be
    found whatever is being typed."""
    return _with_value(value, path, _ANYTHING)


def _site_at(
    context: Context, document: Document, path: Path, view: ProcessView | None, *, unary: bool
) -> Site:
    for site in _sites(context, document, view):
        if path[: len(site.path)] == site.path:
            return _inside(site, path)
    return Site(document, path, None, Names({}, open=True), unary=unary)


def _inside(site: Site, path: Path) -> Site:
    """Of a map or list of expressions the one at the path, which reads the keys before it."""
    value, names = site.value, site.names
    for key in path[len(site.path) :]:
        if isinstance(value, Mapping):
            before = list(value)[: list(value).index(key)] if key in value else []
            names = names.within(dict.fromkeys(before, k.ANY))
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
    if path == site.path:
        return site
    return replace(site, path=path, names=names, expects="any", each=False)


def _sites(context: Context, document: Document, view: ProcessView | None) -> Sites:
    if view is not None:
        return sites_of_process(context, view, context.callers.processes[id(view)])
    kind = document.kind
    if kind == "approval":
        return sites_of_approval(document, context.callers.approval(document))
    if kind == "form":
        return sites_of_form(document, names_of_form(context, document))
    if kind == "connector":
        return sites_of_connector(document, arguments_of_calls(context, document))
    if kind == "decision":
        return sites_of_decision(context, document)
    if kind == "ruleset":
        return sites_of_ruleset(context, document)
    return sites_of_scenario(document) if kind == "scenario" else _none()


def _none() -> Iterator[Site]:
    return iter(())


def _written(site: Site, text: str) -> tuple[int, str | None]:
    """Where the expression begins in what is written, and the expression; none where it is not
    written `name in list`."""
    if not site.each:
        return 0, text
    found = EACH.fullmatch(text)
    return (found.start(2), found[2]) if found else (0, None)
