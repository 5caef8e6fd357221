"""Rulesets (language 5): facts, patterns, what follows, their tests, and who uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.expressions import judged
from orderloom.platform.definitions.checks.inference import Names
from orderloom.platform.definitions.checks.kinds import Kind
from orderloom.platform.definitions.checks.plain import Body, body, listed, members, text
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.checks.scopes import fields_of, kind_of
from orderloom.platform.definitions.checks.sites import LIST, Site, Sites
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import meant, one_of
from orderloom.rules import FeelError
from orderloom.rules.ruleset import WATCH, RulesetProblem
from orderloom.rules.ruleset_reading import check_ruleset

_FAULTS: Final = (FeelError, TypeError, ValueError, AttributeError, LookupError, RecursionError)


def is_watch(document: Document) -> bool:
    """Whether the ruleset follows the events of many orders."""
    return document.value.get("mode") == WATCH


@checks
def inferring(context: Context) -> Iterator[Finding]:
    """`infer` names a ruleset that infers, not a watch."""
    for view in context.processes:
        for action in view.actions:
            name = text(action.body.get("infer"))
            found = context.find("ruleset", name) if action.own and name else None
            if found is not None and is_watch(found):
                path = (*action.path, "infer")
                yield view.document.finding(path, "ruleset.mode", name=name)


@checks
def modes(context: Context) -> Iterator[Finding]:
    """A watch has a key and a time, a ruleset that infers has facts."""
    for document in context.of_kind("ruleset"):
        watches = is_watch(document)
        for name in ("key", "within"):
            if watches and name not in document.value:
                yield document.finding((), "ruleset.key", "watch", name=name)
            elif not watches and name in document.value:
                yield document.finding((name,), "ruleset.key", "inference", name=name)
        if not watches and "facts" not in document.value:
            yield document.finding((), "ruleset.key", "facts")


@checks
def expressions(context: Context) -> Iterator[Finding]:
    """Sources, keys, tests of fields, values of what follows: read where they stand."""
    for document in context.of_kind("ruleset"):
        told: set[str] = set()
        for finding in _expressions(context, document):
            told.add(finding.path)
            yield finding
        for finding in _problems(document):
            if finding.path not in told:
                yield finding


def _expressions(context: Context, document: Document) -> Iterator[Finding]:
    callers = context.callers
    outer = callers.everywhere() if is_watch(document) else callers.ruleset(document)
    for path, _, fact in members(document.value.get("facts"), ("facts",)):
        if "from" in body(fact):
            yield from _missing(document, (*path, "type"), body(fact), outer)
    for site, wanted in _sites(context, document):
        yield from judged(site)
        kind = kind_of(site.value, site.names) if wanted is not k.ANY else k.ANY
        if not {kind.name, wanted.name} & {"any", "null"} and kind.name != wanted.name:
            yield document.finding(site.path, "ruleset.type", found=kind.name, wanted=wanted.name)


def sites_of_ruleset(context: Context, document: Document) -> Sites:
    """Every expression of a ruleset."""
    return (site for site, _ in _sites(context, document))


def _sites(context: Context, document: Document) -> Iterator[tuple[Site, Kind]]:
    """Each expression, and what it must give."""
    value, watches = document.value, is_watch(document)
    callers = context.callers
    outer = callers.everywhere() if watches else callers.ruleset(document)
    if "key" in value:
        yield Site(document, ("key",), value["key"], outer), k.ANY
    for path, _, fact in members(value.get("facts"), ("facts",)):
        one = body(fact)
        if "from" in one:
            yield Site(document, (*path, "from"), one["from"], outer, LIST), k.ANY
        inner = outer.within({"event": k.ANY})
        for place, _, written in members(one.get("with"), (*path, "with")):
            yield Site(document, place, written, inner), k.ANY
    for path, rule in listed(value.get("rules"), ("rules",)):
        yield from _rule(document, path, body(rule))


def _missing(document: Document, path: Path, fact: Body, names: Names) -> Iterator[Finding]:
    """Fields that what an order has does not have."""
    element = kind_of(fact["from"], names).element
    if element.name != "context" or element.open:
        return
    for place, name, _ in members(fact.get("type"), path):
        if name not in element.fields:
            hint = meant(name, element.fields) or one_of(sorted(element.fields))
            yield document.finding(place, "ruleset.field", "source", name=name, hint=hint)


def _rule(document: Document, path: Path, rule: Body) -> Iterator[tuple[Site, Kind]]:
    facts = body(document.value.get("facts"))
    aliases: dict[str, Kind] = {}
    for key in ("all", "none"):
        for place, pattern in listed(rule.get(key), (*path, key)):
            one = body(pattern)
            alias = next((name for name in one if name not in ("if", "count")), "")
            fields = _fields(facts, one.get(alias))
            for at, field, test in members(one.get("if"), (*place, "if")):
                if field in fields.fields:
                    names = Names({**aliases, "?": fields.fields[field]})
                    yield Site(document, at, test, names, unary=True), k.ANY
            if key == "all":
                aliases[alias] = k.listing(fields) if one.get("count", 1) != 1 else fields
    names = Names(aliases)
    for place, then in listed(rule.get("then"), (*path, "then")):
        one = body(then)
        wanted = _fields(facts, one.get("assert"))
        yield from _values(document, (*place, "with"), one.get("with"), names, wanted)
        sent = body(one.get("send"))
        yield from _values(document, (*place, "send", "data"), sent.get("data"), names, k.ANY)


def _fields(facts: Body, name: Any) -> Kind:
    """The fields of a fact; anything where there is no such fact."""
    return fields_of(facts[name]) if isinstance(name, str) and name in facts else k.ANY


def _values(
    document: Document, path: Path, given: Any, names: Names, wanted: Kind
) -> Iterator[tuple[Site, Kind]]:
    for place, name, value in members(given, path):
        yield Site(document, place, value, names), wanted.fields.get(name, k.ANY)


# ── what the reader of rulesets says ─────────────────────────────────────────────────────────────


def _problems(document: Document) -> Iterator[Finding]:
    """What only the whole tells. Its shape and its expressions are judged elsewhere."""
    try:
        found = check_ruleset(document.value)
    except _FAULTS:
        # The shape is wrong.
        return
    for problem in found:
        tells = _TOLD.get(problem.code.removeprefix("ruleset."))
        if tells is not None and problem.params.get("what") != "rule":
            yield tells(document, problem)


def _fact(document: Document, problem: RulesetProblem) -> Finding:
    name, known = problem.params["name"], problem.params["known"]
    hint = meant(name, known) or one_of(known)
    return document.finding(problem.path, "ruleset.fact", name=name, hint=hint)


def _field(document: Document, problem: RulesetProblem) -> Finding:
    name, known = problem.params["name"], problem.params["known"]
    hint = meant(name, known) or one_of(known)
    fact = problem.params["fact"]
    return document.finding(problem.path, "ruleset.field", fact=fact, name=name, hint=hint)


def _twice(document: Document, problem: RulesetProblem) -> Finding:
    return document.finding(problem.path, "ruleset.alias", name=problem.params["name"])


def _join(document: Document, problem: RulesetProblem) -> Finding:
    return document.finding(problem.path, "ruleset.join", text=problem.params["text"])


def _joined(document: Document, problem: RulesetProblem) -> Finding:
    field, other = problem.params["field"], problem.params["other"]
    return document.finding(problem.path, "ruleset.join", "type", field=field, other=other)


def _join_of_watch(document: Document, problem: RulesetProblem) -> Finding:
    return document.finding(problem.path, "ruleset.join", "watch", text=problem.params["text"])


def _then(document: Document, problem: RulesetProblem) -> Finding:
    if problem.params["mode"] == WATCH:
        return document.finding(problem.path, "ruleset.then", "watch")
    return document.finding(problem.path, "ruleset.then", "inference")


def _circle(document: Document, problem: RulesetProblem) -> Finding:
    rule, fact = problem.params["rule"], problem.params["fact"]
    return document.finding(problem.path, "ruleset.circle", rule=rule, fact=fact)


def _many(document: Document, problem: RulesetProblem) -> Finding:
    limit, count = problem.params["limit"], problem.params["count"]
    return document.finding(problem.path, "ruleset.too_many", limit=limit, given=count)


_TOLD: Final[Mapping[str, Callable[[Document, RulesetProblem], Finding]]] = {
    "unknown_fact": _fact,
    "unknown_field": _field,
    "join": _join,
    "join_type": _joined,
    "watch_join": _join_of_watch,
    "then": _then,
    "layers": _circle,
    "too_many": _many,
    "duplicate": _twice,
}


@checks
def tests(context: Context) -> Iterator[Finding]:
    """A test fits the mode, and expects facts and rules that are there."""
    for document in context.of_kind("ruleset"):
        value, watches = document.value, is_watch(document)
        rules = [str(body(rule).get("id")) for _, rule in listed(value.get("rules"), ())]
        facts = list(body(value.get("facts")))
        for path, test in listed(value.get("tests"), ("tests",)):
            one = body(test)
            parts = (one.get("given"), one.get("expect"))
            if watches and any(isinstance(part, Mapping) for part in parts):
                yield document.finding(path, "ruleset.test", "watch")
            elif not watches and any(isinstance(part, list | tuple) for part in parts):
                yield document.finding(path, "ruleset.test", "inference")
            told = [*members(parts[0], (*path, "given")), *members(parts[1], (*path, "expect"))]
            for place, name, _ in told:
                if name not in facts and not watches:
                    hint = meant(name, facts) or one_of(facts)
                    yield document.finding(place, "ruleset.fact", name=name, hint=hint)
            for place, hit in listed(one.get("expect"), (*path, "expect")):
                rule = text(body(hit).get("rule")) if watches else None
                if rule is not None and rule not in rules:
                    hint = meant(rule, rules) or one_of(rules)
                    at = (*place, "rule")
                    yield document.finding(at, "ruleset.rule", name=rule, hint=hint)
