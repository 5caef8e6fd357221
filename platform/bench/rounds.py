"""Measures contestants side by side: every round runs each of them, so noise hits all alike."""

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from orderloom.platform.bench.contestant import Contestant, Work


@dataclass(frozen=True)
class Result:
    """Medians over the rounds. `ratio`: orders per second as a multiple of `against`'s."""

    name: str
    orders_per_second: int
    microseconds_per_order: int
    against: str | None
    ratio: str | None
    goal: str | None


def measure(
    contestants: Sequence[Contestant],
    *,
    orders: int,
    rounds: int,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Result]:
    """Run `rounds` interleaved rounds of `orders` orders each, after a short warm-up."""
    with ExitStack() as stack:
        works: dict[str, Work] = {}
        for each in contestants:
            works[each.name] = stack.enter_context(each.opened())
            works[each.name](max(orders // 10, 4))
        seconds: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(rounds):
            for name, work in works.items():
                progress(name)
                start = time.perf_counter()
                work(orders)
                seconds[name].append(time.perf_counter() - start)
    return [_result(each, seconds, orders) for each in contestants]


def _result(contestant: Contestant, seconds: dict[str, list[float]], orders: int) -> Result:
    mine = seconds[contestant.name]
    typical = statistics.median(mine)
    reference = seconds.get(contestant.against or "")
    # Each round's own ratio: a slow moment of the machine is in both of its sides.
    ratio = (
        f"{statistics.median(b / a for a, b in zip(mine, reference, strict=True)):.2f}"
        if reference
        else None
    )
    return Result(
        name=contestant.name,
        orders_per_second=round(orders / typical),
        microseconds_per_order=round(typical / orders * 1_000_000),
        against=contestant.against,
        ratio=ratio,
        goal=contestant.goal,
    )
