"""The answers that an entry recorded, given again to the same questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from orderloom.platform.app.inferring import answer_of, infer_plainly
from orderloom.platform.codec import canonical
from orderloom.platform.engine.outcome import Asks, Infer
from orderloom.rules import Ruleset

# So many digits of a question's digest stand in an entry.
DIGITS: Final = 16
Key = tuple[int, str]


class RecordedAnswers(Mapping[Key, Any]):
    """By question, in the order in which they were asked: a retried question that was not asked
    again (who may name a file) shifts no other. What a ruleset concluded is held back until it was
    concluded once more."""

    def __init__(self, recorded: Sequence[Sequence[Any]] | None) -> None:
        self._known: dict[str, list[Any]] = {}
        self._taken: dict[str, int] = {}
        self._inferred: dict[str, Any] = {}
        for _, kind, digest, answer in recorded or ():
            if kind == Infer.__name__:
                self._inferred[digest] = answer
            else:
                self._known.setdefault(digest, []).append(answer)

    def begin(self) -> None:
        """The command is interpreted from its start."""
        self._taken.clear()

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, tuple):
            return False
        digest = key[1][:DIGITS]
        return self._taken.get(digest, 0) < len(self._known.get(digest, ()))

    def __getitem__(self, key: Key) -> Any:
        digest = key[1][:DIGITS]
        at = self._taken.get(digest, 0)
        self._taken[digest] = at + 1
        return self._known[digest][at]

    def __iter__(self) -> Iterator[Key]:
        raise TypeError("answers are only looked up")

    def __len__(self) -> int:
        return sum(map(len, self._known.values()))

    def conclude(self, asked: Asks, rulesets: Mapping[str, Ruleset]) -> str | None:
        """Finds once more what follows from a question's facts. "" where it is what was recorded,
        or cannot be compared (it failed then, or takes too long here); what differs otherwise; None
        where nothing is recorded for the question."""
        digest = asked.digest[:DIGITS]
        if not isinstance(asked.question, Infer) or digest not in self._inferred:
            return None
        answer = self._inferred.pop(digest)
        self._known[digest] = [answer]
        ruleset = rulesets.get(asked.question.ruleset)
        if ruleset is None or "failed" in answer:
            return ""
        found = answer_of(infer_plainly(ruleset, asked.question.facts))
        if "failed" in found:
            return ""
        return "" if _facts(found) == _facts(answer) else asked.question.ruleset


def _facts(answer: Mapping[str, Any]) -> dict[str, list[bytes]]:
    return {name: sorted(map(canonical, rows)) for name, rows in answer["facts"].items() if rows}
