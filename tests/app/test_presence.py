"""Who waits for an answer is counted, and is not while a list of their own is worked on."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from orderloom.platform.app.presence import Presence


def test_each_is_counted_until_they_leave() -> None:
    presence = Presence()
    with presence.here():
        assert presence.count == 1
        with presence.aside():
            assert presence.count == 0
        assert presence.count == 1
    assert presence.count == 0
    with presence.aside():
        # Nobody counted whoever comes without a request.
        assert presence.count == 0


def test_a_fault_leaves_nobody_behind() -> None:
    presence = Presence()
    with pytest.raises(ValueError), presence.here(), presence.aside():  # noqa: PT011
        raise ValueError
    assert presence.count == 0


def test_a_thread_of_the_request_steps_aside_and_no_other() -> None:
    presence = Presence()
    seen: list[int] = []

    def listed() -> None:
        with presence.aside():
            seen.append(presence.count)

    async def request() -> None:
        with presence.here():
            await asyncio.to_thread(listed)
            other = threading.Thread(target=listed)
            other.start()
            other.join()

    # In a thread without a loop of its own: a browser test before may have left one in this.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(request())).result()
    assert seen == [0, 1]
    assert presence.count == 0
