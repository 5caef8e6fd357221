"""A decision costs by its columns, not by its rows."""

import time
from typing import Any

from orderloom.rules import Decision, compile_decision


def table(rows: int) -> Decision:
    rules = [
        {"when": [f"[{n * 10}..{n * 10 + 9}]", f'"C{n % 40}"', "-"], "then": [f'"o{n}"']}
        for n in range(rows)
    ]
    inputs: list[dict[str, Any]] = [
        {"name": "total", "type": "number"},
        {"name": "country", "value": "customer.country", "type": "string"},
        {"name": "tier", "type": "string", "nullable": True},
    ]
    document = {"id": "t", "hit": "FIRST", "inputs": inputs, "outputs": [{"name": "out"}]}
    return compile_decision({**document, "rules": rules})


def cost(decision: Decision, row: int) -> int:
    """Processor time of many evaluations, the least of five rounds."""
    scope = {"total": row * 10 + 5, "customer": {"country": f"C{row % 40}"}, "tier": None}
    assert decision.evaluate(scope).outputs == f"o{row}"
    rounds = []
    for _ in range(5):
        started = time.process_time_ns()
        for _ in range(3000):
            decision.evaluate(scope)
        rounds.append(time.process_time_ns() - started)
    return min(rounds)


def test_a_hundred_times_the_rows_cost_hardly_more() -> None:
    assert cost(table(3000), 1500) < 4 * cost(table(30), 15)
