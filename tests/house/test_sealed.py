"""The sealed room of the engine's tests really has no doors."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from parts.sealed import DoorOpened, sealed

DOORS: dict[str, Callable[[], object]] = {
    "a file": lambda: Path(__file__).read_text(),
    "a folder": lambda: os.listdir("."),
    "a program": lambda: subprocess.run([sys.executable, "--version"], check=True),
    "a name": lambda: socket.gethostbyname("localhost"),
}


@pytest.mark.parametrize("door", DOORS)
def test_nothing_outside_is_reached(door: str) -> None:
    with sealed(), pytest.raises(DoorOpened):
        DOORS[door]()


def test_the_room_opens_again_and_lets_pure_work_through() -> None:
    with sealed(), sealed():
        assert sum(range(10)) == 45
    assert Path(__file__).read_text()
