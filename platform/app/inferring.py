"""What follows from an order's facts: asked outside of any transaction (engine 2).

A command that asks it is undone and leaves its batch; whoever sent it finds the answer on its own
thread, and the command joins a later batch with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from orderloom.platform.engine.outcome import Infer, question_digest
from orderloom.rules import Inferred, Ruleset, RulesetFailed, RulesetStopped, infer_slowly

Facts = Mapping[str, Sequence[Mapping[str, Any]]]
# Finds what follows; never raises for what a ruleset does.
InferFacts = Callable[[Ruleset, Facts], Inferred | RulesetFailed]


class AskedOutside(Exception):
    """Leaves the transaction with questions that are answered outside: nothing was done."""

    def __init__(self, questions: Sequence[tuple[Ruleset, Infer]]) -> None:
        super().__init__(", ".join(asked.ruleset for _, asked in questions))
        self.questions = tuple(questions)

    def answered(self, infer: InferFacts) -> dict[str, Any]:
        """The answers, by the digest of the question."""
        return {
            question_digest(asked): answer_of(infer(ruleset, asked.facts))
            for ruleset, asked in self.questions
        }


def answer_of(found: Inferred | RulesetFailed) -> dict[str, Any]:
    """The answer as the interpreter takes it and an entry keeps it (`engine.outcome.Infer`)."""
    if isinstance(found, RulesetFailed):
        failed = {"reason": found.reason, "detail": found.detail, "rule": found.rule}
        return {"failed": failed}
    return {
        "facts": {name: [dict(row) for row in rows] for name, rows in found.facts.items()},
        "chain": [
            {
                "rule": step.rule,
                "fact": step.fact,
                "values": dict(step.values),
                "because": [[one.fact, one.index] for one in step.because],
            }
            for step in found.chain
        ],
        "library": found.library,
    }


def infer_plainly(ruleset: Ruleset, facts: Facts) -> Inferred | RulesetFailed:
    """By the plain oracle, in this process: for scenarios, which need no other one."""
    try:
        return infer_slowly(ruleset, facts)
    except RulesetStopped as stopped:
        return RulesetFailed(
            ruleset.id, ruleset.digest, stopped.reason, stopped.detail, stopped.rule
        )
