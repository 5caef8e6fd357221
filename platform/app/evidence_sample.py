"""Samples of orders that a stranger can draw again: random by a seed, stratified, by a criterion.

Every order has the rank SHA-256("orderloom/sample/1\\n" ‖ seed ‖ "\\n" ‖ number), UTF-8; the lowest
ranks are drawn (`docs/audit.md`). So whoever has the numbers can check that nobody chose.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappush, heappushpop
from typing import Final

from orderloom.platform.app.permissions import needs
from orderloom.platform.app.reading import Desk
from orderloom.platform.engine import Actor, OrderState
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import OrderFilter

LARGEST: Final = 1000
LONGEST_SEED: Final = 200
# Strata: name → what an order belongs to.
STRATA: Final[Mapping[str, Callable[[OrderState], str]]] = {
    "process": lambda state: state.process,
    "outcome": lambda state: state.outcome or state.status,
    "month": lambda state: state.created[:7],
}
# Criteria: name → what an order must have. `since` and `until` are days, both included.
CRITERIA: Final[Mapping[str, Callable[[OrderState, str], bool]]] = {
    "process": lambda state, value: state.process == value,
    "status": lambda state, value: state.status == value,
    "outcome": lambda state, value: state.outcome == value,
    "stage": lambda state, value: value in state.stages or value in state.history,
    "requester": lambda state, value: state.requester == value,
    "since": lambda state, value: state.created[: len(value)] >= value,
    "until": lambda state, value: state.created[: len(value)] <= value,
}
_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleQuery:
    """`by`: a name of `STRATA`, or empty. `where`: of `CRITERIA`, all of which must hold."""

    seed: str
    size: int
    by: str = ""
    where: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An order of a sample. `stratum`: empty without strata."""

    number: str
    process: str
    outcome: str
    created: str
    entries: int
    stratum: str
    rank: str


@dataclass(frozen=True, slots=True)
class Sample:
    """`population`: orders that the criteria leave, `strata`: by stratum. `orders` by rank."""

    query: SampleQuery
    population: int
    strata: Mapping[str, int]
    orders: tuple[Drawn, ...]


def draw(desk: Desk, actor: Actor, query: SampleQuery) -> Sample | Rejection:
    """Goes through all orders of the organisation; memory is that of the sample."""
    refused = needs(actor, "audit.read") or _refused(query)
    if refused is not None:
        return refused
    stratum = STRATA[query.by] if query.by else _none
    found: Counter[str] = Counter()
    lowest: dict[str, list[tuple[int, str, Drawn]]] = {}
    for state, entries in _orders(desk, actor, query.where):
        name = stratum(state)
        found[name] += 1
        rank = rank_of(query.seed, state.number)
        # A heap of the largest on top: what is not below it is not drawn.
        item = (-int(rank, 16), state.number, _drawn(state, entries, name, rank))
        kept = lowest.setdefault(name, [])
        if len(kept) < query.size:
            heappush(kept, item)
        else:
            heappushpop(kept, item)
    shares = quotas(found, query.size)
    drawn = [
        each
        for name, kept in lowest.items()
        for each in sorted((item[2] for item in kept), key=lambda one: one.rank)[: shares[name]]
    ]
    drawn.sort(key=lambda each: each.rank)
    strata = dict(sorted(found.items())) if query.by else {}
    return Sample(query, found.total(), strata, tuple(drawn))


def rank_of(seed: str, number: str) -> str:
    """64 hexadecimal digits, compared as text."""
    return hashlib.sha256(f"orderloom/sample/1\n{seed}\n{number}".encode()).hexdigest()


def quotas(found: Mapping[str, int], size: int) -> dict[str, int]:
    """How many of each stratum: in proportion, what is left over to the largest remainders (of
    equal ones the first by name); one of each at least, as far as there are so many."""
    total = sum(found.values())
    if size >= total:
        return dict(found)
    names = sorted(found, key=lambda name: (-found[name], name))
    least = dict.fromkeys(names[:size], 1) if len(names) > 1 else {}
    shares = {name: max(size * found[name] // total, least.get(name, 0)) for name in names}
    by_remainder = sorted(names, key=lambda name: (-(size * found[name] % total), name))
    while sum(shares.values()) < size:
        for name in by_remainder:
            if sum(shares.values()) < size and shares[name] < found[name]:
                shares[name] += 1
    while sum(shares.values()) > size:
        shares[max(names, key=lambda name: (shares[name], name))] -= 1
    return shares


def _none(state: OrderState) -> str:
    return ""


def _orders(desk: Desk, actor: Actor, where: Mapping[str, str]) -> Iterator[tuple[OrderState, int]]:
    chosen = OrderFilter(process=where.get("process"), status=where.get("status"))
    before: int | None = None
    while rows := desk.reads.orders(actor.organisation, chosen, before=before, limit=_AT_ONCE):
        for row in rows:
            state = row.state
            if state.number and all(CRITERIA[name](state, value) for name, value in where.items()):
                yield state, row.entries
        before = rows[-1].id


def _drawn(state: OrderState, entries: int, stratum: str, rank: str) -> Drawn:
    outcome = state.outcome or state.status
    return Drawn(state.number, state.process, outcome, state.created, entries, stratum, rank)


def _refused(query: SampleQuery) -> Rejection | None:
    if not 1 <= query.size <= LARGEST:
        message = f"Expected a sample of 1 to {LARGEST} orders."
        return Rejection("sample.size", message, {"most": LARGEST}, path="size")
    if not query.seed or len(query.seed) > LONGEST_SEED:
        message = f"Expected a seed of 1 to {LONGEST_SEED} characters."
        return Rejection("sample.seed", message, {"most": LONGEST_SEED}, path="seed")
    return _unknown("by", [query.by] if query.by else [], STRATA) or _unknown(
        "where", query.where, CRITERIA
    )


def _unknown(place: str, names: Iterable[str], known: Mapping[str, object]) -> Rejection | None:
    for name in names:
        if name not in known:
            said = ", ".join(known)
            message = f"{name[:40]} is none of {said}."
            params = {"name": place, "word": name[:40], "known": said}
            return Rejection("query.unknown_word", message, params, path=place)
    return None
