"""Answers of one command: those that were asked for, and one that is known to be asked for.

An order that is created asks for its number. Answering that at once, at the moment when the
interpreter looks for it, spares running the command a second time; a command that is refused before
draws none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from orderloom.platform.definitions.model import Release
from orderloom.platform.engine.commands import Body, Create
from orderloom.platform.engine.numbering import number_question
from orderloom.platform.engine.outcome import Asks, Infer, NextNumber, Question, question_digest

Key = tuple[int, str]


class Answers(dict[Key, Any]):
    """By (ordinal, digest). `kinds`: of what is in it, by ordinal."""

    def __init__(self, answer: Callable[[Question], Any], foreseen: NextNumber | None) -> None:
        super().__init__()
        self.kinds: dict[int, str] = {}
        self._answer = answer
        self._foreseen = foreseen
        self._digest = None if foreseen is None else question_digest(foreseen)

    def give(self, key: Key, question: Question) -> None:
        """Answers a question that the interpreter asks."""
        self[key] = self._answer(question)
        self.kinds[key[0]] = type(question).__name__

    def give_all(self, asked: Iterable[Asks], known: Mapping[str, Any]) -> list[Infer]:
        """Answers all but what is answered outside of the transaction and not `known` yet."""
        outside: list[Infer] = []
        for one in asked:
            key = (one.ordinal, one.digest)
            if not isinstance(one.question, Infer):
                self.give(key, one.question)
            elif one.digest in known:
                self[key], self.kinds[key[0]] = known[one.digest], type(one.question).__name__
            else:
                outside.append(one.question)
        return outside

    def __contains__(self, key: object) -> bool:
        if super().__contains__(key):
            return True
        if self._foreseen is None or not isinstance(key, tuple) or key[1] != self._digest:
            return False
        self.give(key, self._foreseen)
        return True


def foreseen(release: Release, body: Body, now: datetime) -> NextNumber | None:
    """What the command will ask, if that is known before it runs."""
    if not isinstance(body, Create) or body.draft or body.parent is not None:
        return None
    return number_question(release, now.astimezone(UTC))
