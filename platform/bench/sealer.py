"""A sealer that works beside what is measured."""

from __future__ import annotations

import threading
from typing import Final

from orderloom.platform.app.application import Application

# Ten times as often as the worker's.
PAUSE: Final = 1


class Sealer:
    """Seals every second, from when it is started until it is stopped."""

    def __init__(self, app: Application) -> None:
        app.sealing.keys.path = None
        self._seal = app.sealing.run_once
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._ended.clear()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        """Ends it; all that is there is sealed."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        self._seal()

    def _run(self) -> None:
        while not self._ended.wait(PAUSE):
            self._seal()
