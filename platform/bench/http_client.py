"""A small HTTP client on one kept connection: what it costs must not hide what is measured."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

SECONDS: Final = 60
PART: Final = 65_536
END: Final = b"\r\n\r\n"


class Client:
    """Requests one after the other. Not for several threads at once."""

    def __init__(self, connection: socket.socket, headers: Mapping[str, str]) -> None:
        self._connection = connection
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    def get(self, path: str) -> bytes:
        """The body of a page. Raises `RuntimeError` where the answer is no success."""
        return self._request("GET", path, "", b"")

    def post(self, path: str, body: bytes, kind: str = "application/json") -> bytes:
        """The body of the answer; a redirect is a success too."""
        length = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        return self._request("POST", path, length, body)

    def _request(self, method: str, path: str, more: str, body: bytes) -> bytes:
        head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\n{self._headers}{more}\r\n"
        self._connection.sendall(head.encode() + body)
        answer = self._received(b"")
        while END not in answer:
            answer = self._received(answer)
        found, _, rest = answer.partition(END)
        status = int(found[9:12])
        length = _length(found)
        while len(rest) < length:
            rest = self._received(rest)
        if status >= 400:
            raise RuntimeError(f"{method} {path}: {status} {rest[:300]!r}")
        return rest

    def _received(self, before: bytes) -> bytes:
        part = self._connection.recv(PART)
        if not part:
            raise RuntimeError("the server hung up")
        return before + part


@contextmanager
def client(address: str, headers: Mapping[str, str] | None = None) -> Iterator[Client]:
    """A connection to `http://host:port/`; `headers` go with every request."""
    parts = urlsplit(address)
    where = (parts.hostname or "", parts.port or 80)
    with socket.create_connection(where, timeout=SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield Client(connection, headers or {})


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
