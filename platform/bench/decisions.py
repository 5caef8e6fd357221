"""Decisions of few and of many rows, first match and all: ours always with its trace, beside a loop
over closures and other engines, where they are installed, without one (their strongest setting)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import cycle, islice
from typing import Any, Final

from orderloom.platform.bench import decision_tables as tables
from orderloom.platform.bench.contestant import Against, Contestant, Work
from orderloom.rules import compile_decision

# Peers, never dependencies: package -> its module.
PEERS: Final = {"zen-engine": "zen", "rule-engine": "rule_engine"}
# More rows than these take a slow peer minutes.
MOST_SLOW: Final = 1_000
GOALS: Final = {20: "≥ 20", 10_000: "≥ 20"}
Values = Mapping[str, Any]
# Several at once: the ids of the rows that each gives.
Decide = Callable[[Sequence[Values]], list[list[str]]]


def missing_peers() -> list[str]:
    """What cannot be measured beside it here."""
    return [
        f"{package}: not installed"
        for package, module in PEERS.items()
        if find_spec(module) is None
    ]


def deciders(size: int, hit: str) -> Mapping[str, Callable[[], Decide]]:
    """Name → what makes the decision; ours comes first."""
    found = {"orderloom": partial(_ours, size, hit), "closure loop": partial(_loop, size, hit)}
    if find_spec("zen") is not None:
        found["zen-engine, batch"] = partial(_zen_batch, size, hit)
        found["zen-engine, call"] = partial(_zen_call, size, hit)
    if find_spec("rule_engine") is not None and size <= MOST_SLOW:
        found["rule-engine"] = partial(_rule_engine, size, hit)
    return found


def contestants(size: int, hit: str) -> list[Contestant]:
    """Contestants whose unit of work is one evaluation."""
    made = deciders(size, hit)
    others = tuple(
        Against(name, GOALS.get(size) if name == "zen-engine, batch" else None)
        for name in made
        if name != "orderloom"
    )
    return [
        Contestant(name, partial(_opened, size, make), others if name == "orderloom" else ())
        for name, make in made.items()
    ]


@contextmanager
def _opened(size: int, make: Callable[[], Decide]) -> Iterator[Work]:
    decide, values = make(), tables.inputs(size)

    def work(count: int) -> None:
        decide(list(islice(cycle(values), count)))

    yield work


def _ours(size: int, hit: str) -> Decide:
    evaluate = compile_decision(tables.ours(size, hit)).evaluate

    def decide(todo: Sequence[Values]) -> list[list[str]]:
        results = [evaluate(values) for values in todo]
        return [list(result.matched) for result in results]

    return decide


def _loop(size: int, hit: str) -> Decide:
    rows = [(tables.row_id(row), _closure(row)) for row in range(size)]
    first = hit == "FIRST"

    def one(values: Values) -> list[str]:
        matches = (id_ for id_, holds in rows if holds(values))
        return list(islice(matches, 1)) if first else list(matches)

    return lambda todo: [one(values) for values in todo]


def _closure(row: int) -> Callable[[Values], bool]:
    country, kind = tables.country_of(row), tables.kind_of(row)
    low, high = tables.span_of(row)
    return lambda values: (
        values["country"] == country and values["kind"] == kind and low <= values["amount"] < high
    )


def _zen_batch(size: int, hit: str) -> Decide:
    engine = _zen_engine(size, hit)

    def decide(todo: Sequence[Values]) -> list[list[str]]:
        requests = [{"key": "table", "context": _plain(values)} for values in todo]
        answers = engine.evaluate_batch(requests)
        return [_sites(answer["data"]["result"]) for answer in answers]

    return decide


def _zen_call(size: int, hit: str) -> Decide:
    engine = _zen_engine(size, hit)

    def decide(todo: Sequence[Values]) -> list[list[str]]:
        answers = [engine.evaluate("table", _plain(values)) for values in todo]
        return [_sites(answer["result"]) for answer in answers]

    return decide


def _zen_engine(size: int, hit: str) -> Any:
    zen = import_module("zen")
    content = zen.ZenDecisionContent(tables.zen(size, hit))
    return zen.ZenEngine({"loader": lambda key: content})


def _sites(result: Any) -> list[str]:
    return [each["site"] for each in (result if isinstance(result, list) else [result])]


def _plain(values: Values) -> dict[str, Any]:
    # It knows no Decimal. The amounts are quarters, exact as they are.
    return {**values, "amount": float(values["amount"])}


def _rule_engine(size: int, hit: str) -> Decide:
    rule_engine = import_module("rule_engine")
    rows = [(tables.row_id(row), rule_engine.Rule(_sentence(row))) for row in range(size)]
    first = hit == "FIRST"

    def one(values: Values) -> list[str]:
        matches = (id_ for id_, rule in rows if rule.matches(values))
        return list(islice(matches, 1)) if first else list(matches)

    return lambda todo: [one(values) for values in todo]


def _sentence(row: int) -> str:
    low, high = tables.span_of(row)
    return (
        f'country == "{tables.country_of(row)}" and kind == "{tables.kind_of(row)}"'
        f" and amount >= {low} and amount < {high}"
    )
