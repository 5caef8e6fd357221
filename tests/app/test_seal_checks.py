"""What is sealed continues its stream, however the feed has it; the first fault is named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.audit.chain import PLACE, extend, genesis
from orderloom.audit.merkle import leaf_hash
from orderloom.platform.app.seal_checks import CHANGED, HEAD, MISSING, Gap, leaves_to_seal
from orderloom.platform.app.tree import Leaves
from orderloom.platform.store.feed_rows import FeedCursor
from orderloom.platform.store.seal_feed import _not_here
from orderloom.platform.store.seal_rows import Behind, Head

LOG = "3f0c"
STREAMS = (4, 7, 9)
LENGTH = 6
BODIES = {stream: [f"{stream}.{n}".encode() for n in range(LENGTH)] for stream in STREAMS}
HASHES = {
    stream: extend(genesis(LOG, stream), stream, 0, bodies) for stream, bodies in BODIES.items()
}
Place = tuple[int, int]


def behind(places: list[Place], **more: Any) -> Behind:
    """Entries (stream, number) in this order; what they continue is known as the feed finds it."""
    streams, seqs = [stream for stream, _ in places], [seq for _, seq in places]
    facts: dict[str, Any] = {
        "ids": range(1, len(places) + 1),
        "streams": streams,
        "seqs": seqs,
        "hashes": [HASHES[stream][seq - 1] for stream, seq in places],
        "bodies": [BODIES[stream][seq - 1] for stream, seq in places],
        "befores": {(s, n): HASHES[s][n - 1] for s, n in _not_here(streams, seqs)},
        "heads": {s: Head(LENGTH, HASHES[s][-1], HASHES[s][-1]) for s in STREAMS},
    }
    return Behind(cursor=FeedCursor(), **facts | more)


ALL: list[Place] = [(stream, seq) for stream in STREAMS for seq in range(1, LENGTH + 1)]


@given(st.permutations(ALL), st.integers(0, len(ALL)))
def test_whatever_order_and_wherever_it_begins(order: list[Place], count: int) -> None:
    places = order[:count]
    assert leaves_to_seal(behind(places), LOG) == Leaves(
        range(1, count + 1),
        [PLACE.pack(*place) for place in places],
        [leaf_hash(HASHES[stream][seq - 1]) for stream, seq in places],
    )


@given(st.permutations(ALL), st.integers(0, len(ALL) - 1))
def test_a_changed_body_is_named(order: list[Place], at: int) -> None:
    bodies = [BODIES[stream][seq - 1] for stream, seq in order]
    bodies[at] += b" "
    assert leaves_to_seal(behind(order, bodies=bodies), LOG) == Gap(*order[at], CHANGED)


@pytest.mark.parametrize(
    ("places", "more", "gap"),
    [
        ([(4, 1), (4, 3)], {"befores": {}}, Gap(4, 2, MISSING)),
        ([(4, 2)], {"befores": {}}, Gap(4, 1, MISSING)),
        ([(4, 1), (7, 1)], {"heads": {4: Head(9, b"h", b"h")}}, Gap(7, 1, HEAD)),
        ([(4, 2)], {"heads": {4: Head(1, b"h", b"h")}}, Gap(4, 2, HEAD)),
        ([(4, 1)], {"heads": {4: Head(1, b"h", b"other")}}, Gap(4, 1, HEAD)),
        ([(4, 1)], {"heads": {4: Head(1, b"h", None)}}, Gap(4, 1, HEAD)),
        ([(4, 1)], {"streams": [-1]}, Gap(-1, 1, CHANGED)),
        ([(4, 1)], {"streams": [0]}, Gap(0, 1, CHANGED)),
        ([(4, 1)], {"seqs": [0]}, Gap(4, 0, CHANGED)),
        ([(4, 1)], {"streams": [0], "seqs": [2**32 + 1]}, Gap(0, 2**32 + 1, CHANGED)),
        ([(4, 1)], {"streams": [2**64]}, Gap(2**64, 1, CHANGED)),
        ([(4, 1)], {"hashes": [b""]}, Gap(4, 1, CHANGED)),
    ],
)
def test_the_first_fault_is_named(places: list[Place], more: dict[str, Any], gap: Gap) -> None:
    assert leaves_to_seal(behind(places, **more), LOG) == gap
