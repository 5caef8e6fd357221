"""Salts are drawn many at a time, and none is given out twice."""

import os
from concurrent.futures import ThreadPoolExecutor

from orderloom.audit.personal import SALT_BYTES
from orderloom.platform.app.recorder import AT_ONCE, fresh_salt


def test_no_salt_comes_twice_in_any_thread() -> None:
    with ThreadPoolExecutor(8) as pool:
        drawn = [
            salt
            for part in pool.map(lambda _: [fresh_salt() for _ in range(3 * AT_ONCE)], range(16))
            for salt in part
        ]
    assert {len(salt) for salt in drawn} == {SALT_BYTES}
    assert len(set(drawn)) == len(drawn)


def test_a_child_process_draws_its_own() -> None:
    fresh_salt()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, b"".join(fresh_salt() for _ in range(AT_ONCE)))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        theirs = pipe.read()
    os.waitpid(child, 0)
    ours = {fresh_salt() for _ in range(AT_ONCE)}
    assert len(theirs) == AT_ONCE * SALT_BYTES
    assert not ours & {theirs[at : at + SALT_BYTES] for at in range(0, len(theirs), SALT_BYTES)}
