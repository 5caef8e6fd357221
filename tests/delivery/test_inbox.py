"""What orders write to each other arrives once, in order; what cannot begin is reported."""

from dataclasses import replace
from datetime import timedelta

from parts.work_queue import START, HandClock, KeepingRunner, WorkQueue

from orderloom.platform.app.inbox import Inbox
from orderloom.platform.engine.commands import Create, Deliver, ParentRef
from orderloom.platform.problem import Rejection
from orderloom.platform.store.work_rows import Letter

PARENT = {"order": 1, "number": "SO-1", "process": "b2b", "activity": 3, "item": 2}


def letter(to: int, stream: int, n: int, kind: str = "event", minutes: int = 0) -> Letter:
    body = {"process": "parcel", "data": {"a": 1}, "parent": PARENT} if kind == "create" else {}
    return Letter(
        to_order=to,
        organisation=1,
        from_stream=stream,
        from_n=n,
        kind=kind,
        body=body,
        at=START + timedelta(minutes=minutes),
    )


def opened(*letters: Letter) -> tuple[WorkQueue, KeepingRunner, HandClock, Inbox]:
    queue, clock = WorkQueue(letters_=list(letters)), HandClock()
    runner = KeepingRunner(queue, clock)
    return queue, runner, clock, Inbox(queue, runner, clock.now)


def test_an_order_takes_all_its_messages_in_one_command() -> None:
    queue, runner, _, inbox = opened(letter(9, 2, 5), letter(9, 1, 8), letter(8, 1, 9))
    assert inbox.run_once() == 3
    assert inbox.run_once() == 0
    taken = {
        command.order: [(each.from_stream, each.from_n) for each in command.body.messages]
        for command in runner.commands
        if isinstance(command.body, Deliver)
    }
    assert taken == {9: [(1, 8), (2, 5)], 8: [(1, 9)]}
    assert queue.letters_ == []


def test_a_child_is_created_before_it_is_written_to() -> None:
    _, runner, _, inbox = opened(letter(9, 1, 4, "create"), letter(9, 1, 5))
    assert inbox.run_once() == 2
    first, second = (command.body for command in runner.commands)
    parent = ParentRef(order=1, number="SO-1", process="b2b", activity=3, item=2)
    assert first == Create("parcel", {"a": 1}, order=9, parent=parent)
    assert isinstance(second, Deliver)


def test_a_parent_hears_of_a_child_that_could_not_begin() -> None:
    queue, runner, _, inbox = opened(letter(9, 1, 4, "create"))
    runner.answer = lambda command: (
        Rejection("form.invalid", "") if isinstance(command.body, Create) else None
    )
    inbox.run_once()
    told = runner.commands[1]
    assert told.order == 1
    assert isinstance(told.body, Deliver)
    message = told.body.messages[0]
    assert (message.kind, message.from_stream) == ("child.ended", 9)
    assert message.body == {
        "activity": 3,
        "order": 9,
        "outcome": "form.invalid",
        "failed": True,
    }
    assert queue.letters_ == []


def test_what_comes_later_holds_back_what_was_sent_after_it() -> None:
    _, runner, clock, inbox = opened(letter(9, 1, 4, minutes=10), letter(9, 1, 5), letter(9, 2, 1))
    assert inbox.run_once() == 1
    assert inbox.run_once() == 0
    clock.forward(minutes=10)
    assert inbox.run_once() == 2
    bodies = [command.body for command in runner.commands if isinstance(command.body, Deliver)]
    numbers = [[(each.from_stream, each.from_n) for each in body.messages] for body in bodies]
    assert numbers == [[(2, 1)], [(1, 4), (1, 5)]]


def test_messages_are_taken_in_the_organisation_that_wrote_them() -> None:
    births = replace(letter(9, 1, 4, "create"), organisation=7)
    events = replace(letter(8, 1, 5), organisation=7)
    _, runner, _, inbox = opened(births, events)
    inbox.run_once()
    assert [command.actor.organisation for command in runner.commands] == [7, 7]
