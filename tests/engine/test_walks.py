"""Random walks through random processes: the fold of the events is the state, at every step.

`World` compares them after every command, the events as JSON brings them back, and sends the state
through JSON too. Here is shown that the walks leave nothing out.
"""

from collections import Counter
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from parts.random_processes import walk
from parts.sealed import sealed

from orderloom.platform.engine import fold
from orderloom.platform.engine.events import TYPES

# Written by the runner or by what comes later, never by a walk.
ELSEWHERE = {
    "refused",
    "order.migrated",
    "commented",
    "file.attached",
    "file.detached",
    "substitution.set",
    "substitution.ended",
    "inbound.settled",
    "mail.settled",
    "record.changed",
    "records.imported",
    "evidence.made",
    "personal.read",
    "personal.exported",
    "personal.erased",
    "definition.published",
    "bundle.published",
    "draft.discarded",
    "user.added",
    "user.changed",
    "user.closed",
    "user.erased",
    "role.changed",
    "token.made",
    "token.ended",
    "session.opened",
    "session.ended",
    "session.refused",
    "audit.searched",
    "audit.exported",
}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_the_fold_of_the_events_is_the_state(seed: int) -> None:
    found = walk(seed)
    for order in found.world.orders.values():
        assert fold(order.events) == order.state


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_what_is_reserved_is_what_the_orders_hold(seed: int) -> None:
    """And never more than there is; orders that have ended hold nothing."""
    world = walk(seed).world
    held: Counter[tuple[str, str]] = Counter()
    for order in world.orders.values():
        assert order.state.status != "ended" or order.state.reserved == {}
        for balance, keys in order.state.reserved.items():
            held.update({(balance, key): Fraction(amount) for key, amount in keys.items()})
    reserved = {place: amount for place, amount in world.balances.reserved.items() if amount}
    assert held == reserved
    assert all(world.balances.free(*place) >= 0 for place in reserved)


def test_the_walks_use_every_construct_and_make_every_event() -> None:
    used: Counter[str] = Counter()
    types: Counter[str] = Counter()
    for seed in range(250):
        found = walk(seed)
        used.update(found.used)
        for order in found.world.orders.values():
            types.update(order.types())
    missing = set(TYPES) - ELSEWHERE - set(types)
    assert missing == set(), types
    assert min(used.values()) >= 3, used


def test_the_same_walk_gives_the_same_events() -> None:
    with sealed():
        one = walk(7)
        other = walk(7)
    assert one.order.events == other.order.events
