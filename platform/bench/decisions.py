"""Decisions of few and of many rows, first match and all: ours, which always makes its trace,
beside a loop over closures and, where they are installed, other engines with and without theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import cycle, islice
from typing import Any, Final

from orderloom.platform.bench.contestant import Against, Contestant, Work
from orderloom.platform.bench.decision_tables import SIZES, Table, Values, heavy, selective
from orderloom.rules import compile_decision

# Peers, never dependencies: package -> its module.
PEERS: Final = {"zen-engine": "zen", "rule-engine": "rule_engine"}
# More rows than these take a slow peer minutes.
MOST_SLOW: Final = 1_000
GOALS: Final = {20: "≥ 20", 10_000: "≥ 20"}
AIMED_AT: Final = ("zen-engine, batch", "zen-engine, batch, trace")
# So many, of values given before: the ids of the rows that each gives.
Decide = Callable[[int], list[Sequence[str]]]
Decider = Callable[[Sequence[Values]], Decide]


def missing_peers() -> list[str]:
    """What cannot be measured beside it here."""
    return [
        f"{package}: not installed"
        for package, module in PEERS.items()
        if find_spec(module) is None
    ]


def tables() -> Iterator[Table]:
    """Those that are measured."""
    yield from map(selective, SIZES)
    yield heavy()


def deciders(table: Table, hit: str) -> Mapping[str, Decider]:
    """Name → what makes the decision; ours comes first."""
    found = {"orderloom": partial(_ours, table, hit), "closure loop": partial(_loop, table, hit)}
    if find_spec("zen") is not None:
        for ending, trace in (("", False), (", trace", True)):
            found[f"zen-engine, batch{ending}"] = partial(_zen_batch, table, hit, trace=trace)
            found[f"zen-engine, call{ending}"] = partial(_zen_call, table, hit, trace=trace)
    if find_spec("rule_engine") is not None and len(table.rows) <= MOST_SLOW:
        found["rule-engine"] = partial(_rule_engine, table, hit)
    return found


def contestants(table: Table, hit: str) -> list[Contestant]:
    """Contestants whose unit of work is one evaluation."""
    made = deciders(table, hit)
    goal = GOALS.get(len(table.rows))
    others = tuple(
        Against(name, goal if name in AIMED_AT else None) for name in made if name != "orderloom"
    )
    return [
        Contestant(name, partial(_opened, table, make), others if name == "orderloom" else ())
        for name, make in made.items()
    ]


@contextmanager
def _opened(table: Table, make: Decider) -> Iterator[Work]:
    decide = make(table.inputs)

    def work(count: int) -> None:
        decide(count)

    yield work


def _ours(table: Table, hit: str, given: Sequence[Values]) -> Decide:
    evaluate = compile_decision(table.document(hit)).evaluate
    return lambda count: [evaluate(values).matched for values in islice(cycle(given), count)]


def _loop(table: Table, hit: str, given: Sequence[Values]) -> Decide:
    one = _one_by_one([(row.name, row.holds) for row in table.rows], hit)
    return lambda count: [one(values) for values in islice(cycle(given), count)]


def _one_by_one(
    rows: Sequence[tuple[str, Callable[[Values], bool]]], hit: str
) -> Callable[[Values], Sequence[str]]:
    first = hit == "FIRST"

    def one(values: Values) -> Sequence[str]:
        matches = (name for name, holds in rows if holds(values))
        return list(islice(matches, 1)) if first else list(matches)

    return one


def _zen_batch(table: Table, hit: str, given: Sequence[Values], *, trace: bool) -> Decide:
    evaluate, options = _zen_engine(table, hit).evaluate_batch, {"trace": trace}
    # What it cannot read as it is, is made readable before the clock starts.
    requests = [{"key": "table", "context": _binary(values)} for values in given]

    def decide(count: int) -> list[Sequence[str]]:
        answers = evaluate(list(islice(cycle(requests), count)), options)
        return [_sites(answer["data"]["result"]) for answer in answers]

    return decide


def _zen_call(table: Table, hit: str, given: Sequence[Values], *, trace: bool) -> Decide:
    evaluate, options = _zen_engine(table, hit).evaluate, {"trace": trace}
    contexts = [_binary(values) for values in given]

    def decide(count: int) -> list[Sequence[str]]:
        todo = islice(cycle(contexts), count)
        return [_sites(evaluate("table", values, options)["result"]) for values in todo]

    return decide


def _zen_engine(table: Table, hit: str) -> Any:
    # Its fastest way: what it keeps compiled, without a call back into Python.
    loader = {"type": "static", "content": {"table": table.zen(hit)}}
    return import_module("zen").ZenEngine({"loader": loader})


def _sites(result: Any) -> list[str]:
    return [each["site"] for each in (result if isinstance(result, list) else [result])]


def _binary(values: Values) -> Values:
    """It knows no Decimal. The numbers are quarters, exact as they are."""
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in values.items()
    }


def _rule_engine(table: Table, hit: str, given: Sequence[Values]) -> Decide:
    rule = import_module("rule_engine").Rule
    one = _one_by_one([(row.name, rule(row.sentence).matches) for row in table.rows], hit)
    return lambda count: [one(values) for values in islice(cycle(given), count)]
