"""Measures contestants side by side: every round runs each of them, so noise hits all alike."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from orderloom.platform.bench.contestant import Against, Contestant, Work
from orderloom.platform.bootstrap_memory import settle_memory


@dataclass(frozen=True)
class Ratio:
    """How many times the speed of `of` was reached; the goal, if there is one."""

    of: str
    value: str
    goal: str | None


@dataclass(frozen=True)
class Result:
    """Medians over the rounds, as texts: `per_second` whole, `microseconds` one unit of work."""

    name: str
    per_second: int
    microseconds: str
    ratios: tuple[Ratio, ...] = ()


def calls(count: int, rounds: int) -> tuple[int, ...]:
    """How much work each call asks for: a short warm-up, then the rounds."""
    return (max(count // 10, 4), *[count] * rounds)


def measure(
    contestants: Sequence[Contestant],
    *,
    count: int,
    rounds: int,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Result]:
    """Run `rounds` interleaved rounds of `count` units of work each, after a short warm-up."""
    warm, *timed = calls(count, rounds)
    with ExitStack() as stack:
        works: dict[str, Work] = {}
        for each in contestants:
            progress(f"{each.name}: prepared")
            works[each.name] = stack.enter_context(each.opened())
            works[each.name](warm)
        # What was prepared lives to the end, as in a server that has started.
        stack.callback(gc.set_threshold, *gc.get_threshold())
        settle_memory()
        stack.callback(gc.unfreeze)
        seconds: dict[str, list[float]] = {name: [] for name in works}
        for units in timed:
            for name, work in works.items():
                progress(name)
                start = time.perf_counter()
                work(units)
                seconds[name].append(time.perf_counter() - start)
    return [_result(each, seconds, count) for each in contestants]


def _result(contestant: Contestant, seconds: Mapping[str, list[float]], count: int) -> Result:
    typical = statistics.median(seconds[contestant.name])
    return Result(
        name=contestant.name,
        per_second=round(count / typical),
        microseconds=_shown(typical / count * 1_000_000),
        ratios=tuple(_ratio(contestant.name, each, seconds) for each in contestant.against),
    )


def _ratio(name: str, against: Against, seconds: Mapping[str, list[float]]) -> Ratio:
    # Each round's own ratio: a slow moment of the machine is in both of its sides.
    pairs = zip(seconds[name], seconds[against.name], strict=True)
    value = statistics.median(theirs / mine for mine, theirs in pairs)
    return Ratio(against.name, f"{value:.2f}", against.goal)


def _shown(microseconds: float) -> str:
    return f"{microseconds:,.0f}" if microseconds >= 100 else f"{microseconds:.2f}"
