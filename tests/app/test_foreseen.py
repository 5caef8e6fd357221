"""The number of a new order is answered when the interpreter looks for it, and not before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from orderloom.platform.app.foreseen import Answers, foreseen
from orderloom.platform.app.recorder import recorded
from orderloom.platform.bench.engine import application, create
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.outcome import NextNumber, Person, Question, question_digest

NUMBER = NextNumber("invoices:2026")
DIGEST = question_digest(NUMBER)


class Said:
    """Answers with how many questions there were; remembers them."""

    def __init__(self) -> None:
        self.questions: list[Question] = []

    def __call__(self, question: Question) -> int:
        self.questions.append(question)
        return len(self.questions)


def test_nothing_is_answered_before_it_is_looked_for() -> None:
    said = Said()
    answers = Answers(said, NUMBER)
    assert (0, question_digest(Person("alice"))) not in answers
    assert said.questions == []
    # At whatever ordinal it comes, and once.
    for _ in range(2):
        assert (3, DIGEST) in answers
        assert answers[3, DIGEST] == 1
    assert said.questions == [NUMBER]
    answers.give((4, "x"), Person("alice"))
    assert recorded(answers, answers.kinds) == [
        [3, "NextNumber", DIGEST[:16], 1],
        [4, "Person", "x", 2],
    ]


def test_a_number_is_drawn_for_each_ordinal() -> None:
    said = Said()
    answers = Answers(said, NUMBER)
    assert [answers[n, DIGEST] for n in (0, 1) if (n, DIGEST) in answers] == [1, 2]


@pytest.mark.parametrize(
    "body",
    [
        c.Create(process="bench-order", data={}, draft=True),
        c.Create(process="bench-order", data={}, parent=c.ParentRef(1, "P-1", "parent", 1)),
        c.StartDraft(),
        c.SendEvent("picked"),
    ],
    ids=["draft", "child", "started", "event"],
)
def test_only_a_new_orders_number_is_foreseen(body: Any) -> None:
    with application("memory:") as app:
        reply = app.handle(create(0))
        now = datetime(2026, 1, 2, tzinfo=UTC)
        assert foreseen(reply.release, body, now) is None  # type: ignore[union-attr]
        new = c.Create(process="bench-order", data={})
        assert foreseen(reply.release, new, now) == NextNumber("bench-order")  # type: ignore[union-attr]


def test_a_refused_order_draws_no_number() -> None:
    with application("memory:") as app:
        first, bad = create(0), create(1)
        assert isinstance(bad.body, c.Create)
        bad = c.Command(body=c.Create(process=bad.body.process, data={}), actor=bad.actor)
        answers = app.handle_many([first, bad, create(2)])
        numbers = [getattr(getattr(each, "state", None), "number", None) for each in answers]
        assert numbers == ["BO-00000001", None, "BO-00000002"]
