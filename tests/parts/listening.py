"""A page that listens, without a browser: the names of the events it hears."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from time import monotonic, sleep
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from orderloom.platform.web.security import SESSION_COOKIE

SECONDS = 20.0


class Listening:
    """Reads `/live` of the server at `url` in a thread of its own, with the session of `token`.
    `names` are those heard so far, `head` all other lines; `status` is None until the server
    answered; `over` once the stream ended."""

    def __init__(self, url: str, token: str, query: str = "") -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=120)
        self._address = f"/live?{query}"
        self._token = token
        self.names: list[str] = []
        self.head: list[str] = []
        self.status: int | None = None
        self.over = False
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        until(lambda: self.status is not None)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Goes away, as a browser does."""
        found = self._connection.sock
        if found is not None:
            with suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)
        self._thread.join(SECONDS)
        self._connection.close()

    def hears(self, name: str, seconds: float = SECONDS) -> bool:
        """Whether it hears the name in time; what was heard before is forgotten."""
        found = until(lambda: name in self.names, seconds)
        self.names.clear()
        return found

    def _read(self) -> None:
        try:
            self._connection.request(
                "GET", self._address, headers={"Cookie": f"{SESSION_COOKIE}={self._token}"}
            )
            response = self._connection.getresponse()
            self.status = response.status
            while line := response.readline():
                text = line.decode().rstrip()
                if text.startswith("event: "):
                    self.names.append(text.removeprefix("event: "))
                elif text:
                    self.head.append(text)
        except (OSError, HTTPException, ValueError):
            # The server, or the test, closed the connection.
            self.status = self.status or 0
        finally:
            self.over = True


def until(true: Callable[[], bool], seconds: float = SECONDS) -> bool:
    """Waits for it; whether it came."""
    end = monotonic() + seconds
    while not true():
        if monotonic() > end:
            return False
        sleep(0.02)
    return True
