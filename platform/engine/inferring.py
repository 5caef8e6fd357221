"""`infer` (language 3.5): what follows from the order's facts by a ruleset.

The interpreter gathers the facts and asks; what follows is found outside of the transaction
(engine 2), and comes back as an answer like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from orderloom.platform.codec import canonical, digest
from orderloom.platform.definitions import model as m
from orderloom.platform.engine.outcome import Infer
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import BlockError, Step
from orderloom.rules import FeelError
from orderloom.rules import syntax as s
from orderloom.rules.ruleset import FactType, Ruleset
from orderloom.rules.ruleset_facts import facts_of

# Facts up to so many bytes stand in the entry; of others their digest does.
MOST_BYTES: Final = 1024
# So many steps of a chain stand in the entry itself; the trace has them all.
MOST_STEPS: Final = 12

Facts = Mapping[str, Any]


def question(step: Step, what: m.Infer, scope: Scope, place: str) -> Infer:
    """What is asked for the action in this scope. Raises `BlockError` where facts fail."""
    ruleset = step.release.rulesets[what.ruleset]
    names = {name: step.value(code, scope) for name, code in what.names}
    try:
        found = facts_of(ruleset, scope.with_names(names) if names else scope)
    except FeelError as error:
        raise BlockError(
            "evaluation", f"ruleset {what.ruleset}: {error}", place, ruleset=what.ruleset
        ) from error
    facts = {name: list(rows) for name, rows in found.items()}
    return Infer(what.ruleset, ruleset.digest, facts)


def infer(step: Step, action: m.Action, what: m.Infer, scope: Scope, index: int | None) -> Any:
    """Asks, and records what was found with the chain behind it; `{fact: [contexts]}`."""
    asked = question(step, what, scope, action.path)
    answer = step.ask(asked)
    if "failed" in answer:
        raise _failed(what.ruleset, answer["failed"], action.path)
    ruleset = step.release.rulesets[what.ruleset]
    given, chain = _given(step, ruleset, asked.facts), _chain(answer["chain"], asked.facts)
    step.emit(
        "inferred",
        {**_version(step, what.ruleset), "as": action.result, **_inputs(given)},
        trace={"inputs": given, "chain": chain},
        ruleset=what.ruleset,
        index=index,
        chain=chain[:MOST_STEPS] or None,
        further=len(chain) - MOST_STEPS if len(chain) > MOST_STEPS else None,
        library=answer["library"],
        out=(out := answer["facts"]),
    )
    return out


def _failed(reference: str, failed: Mapping[str, Any], place: str) -> BlockError:
    reason, rule = str(failed["reason"]), failed.get("rule")
    where = f"ruleset {reference}" if rule is None else f"ruleset {reference}, rule {rule}"
    detail = f": {failed['detail']}" if failed.get("detail") else ""
    message = f"{where}: {reason}{detail}"
    return BlockError("ruleset", message, place, ruleset=reference, reason=reason, rule=rule)


def _version(step: Step, reference: str) -> dict[str, Any]:
    version = step.release.versions.get(("ruleset", reference))
    return {} if version is None else {"def": version.reference, "digest": version.digest}


def _inputs(given: Facts) -> dict[str, Any]:
    if len(canonical(given)) <= MOST_BYTES:
        return {"in": given}
    return {"facts": digest(given)}


def _chain(chain: Sequence[Mapping[str, Any]], facts: Facts) -> list[dict[str, Any]]:
    """The steps, each with the facts behind it: `[kind, place]` of one that the order has, `[kind,
    place, true]` of one that was found; places count from 0."""
    return [
        {
            **one,
            "because": [
                _behind(kind, index, len(facts.get(kind, ()))) for kind, index in one["because"]
            ],
        }
        for one in chain
    ]


def _behind(kind: str, index: int, given: int) -> list[Any]:
    return [kind, index] if index < given else [kind, index - given, True]


def _given(step: Step, ruleset: Ruleset, facts: Facts) -> dict[str, list[Any]]:
    """The facts by the path of the data that they are read from, so that what is personal there is
    sealed here."""
    personal = step.release.form.personal
    found: dict[str, list[Any]] = {}
    for name, rows in facts.items():
        if rows:
            found.setdefault(fact_path(ruleset.facts[name], name, personal), []).extend(rows)
    return found


def fact_path(fact: FactType, name: str, personal: tuple[str, ...]) -> str:
    """Under what the facts of a kind stand in an entry: the field that they are read from; of those
    made of several fields a personal one, else `name`."""
    if fact.source is None:
        return name
    node = fact.source.node
    while isinstance(node, s.Filter):
        node = node.source
    parts: list[str] = []
    while isinstance(node, s.Path):
        parts.insert(0, node.name)
        node = node.source
    if isinstance(node, s.Name):
        return ".".join((node.name, *parts))
    # Made of several fields: if one of them is personal, the whole is.
    read = {".".join(path) for path in fact.source.paths}
    return next((each for each in personal if any(_meet(each, one) for one in read)), name)


def _meet(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")
