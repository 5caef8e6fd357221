"""Whose turn is next: single commands before lists, and lists all the same."""

from hypothesis import given
from hypothesis import strategies as st

from orderloom.platform.app.waiting import Ticket, Waiting


def _ticket(size: int) -> Ticket:
    return Ticket([object()] * size)


def _sizes(batch: list[Ticket]) -> list[int]:
    return [len(ticket.commands) for ticket in batch]


def test_single_commands_go_before_a_list_and_the_list_comes_next() -> None:
    waiting = Waiting()
    for size in (50, 1, 1, 40, 1):
        waiting.put(_ticket(size))
    assert (waiting.singles, bool(waiting)) == (3, True)
    assert _sizes(waiting.take(64)) == [1, 1, 1]
    waiting.put(_ticket(1))
    # It was its turn to wait; now it is not.
    assert _sizes(waiting.take(64)) == [50, 40]
    assert _sizes(waiting.take(64)) == [1]
    assert (waiting.singles, bool(waiting), waiting.next) == (0, False, None)


def test_a_batch_ends_when_it_is_full() -> None:
    waiting = Waiting()
    for size in (50, 40, 3, 2):
        waiting.put(_ticket(size))
    assert _sizes(waiting.take(64)) == [50, 40]
    assert _sizes(waiting.take(64)) == [3, 2]


def test_what_is_left_of_a_list_counts() -> None:
    waiting, begun = Waiting(), _ticket(100)
    begun.answers = [None] * 95
    for ticket in (begun, _ticket(60), _ticket(2)):
        waiting.put(ticket)
    assert _sizes(waiting.take(64)) == [100, 60]


@given(st.lists(st.sampled_from([0, 0, 1, 1, 2, 9, 70]), max_size=60), st.integers(1, 80))
def test_nothing_is_lost_repeated_or_starved(steps: list[int], most: int) -> None:
    """0: a batch is taken; any other number: so many commands come."""
    waiting = Waiting()
    there: list[Ticket] = []
    gone: list[Ticket] = []
    passed_over = False
    for size in [*steps, *[0] * len(steps)]:
        if size:
            there.append(_ticket(size))
            waiting.put(there[-1])
            continue
        first, singles = waiting.next, waiting.singles
        batch = waiting.take(most)
        assert (batch[0] if batch else None) is first
        if not batch:
            continue
        of_lists = batch[0].is_list
        assert all(ticket.is_list is of_lists for ticket in batch)
        # A list waits for one batch of single commands at most, and they for one of lists.
        assert of_lists is (passed_over or not singles)
        passed_over = not of_lists and bool(waiting) and len(there) - len(gone) > singles
        gone += batch
    assert not waiting
    for is_list in (True, False):
        order = [ticket for ticket in gone if ticket.is_list is is_list]
        assert order == [ticket for ticket in there if ticket.is_list is is_list]
