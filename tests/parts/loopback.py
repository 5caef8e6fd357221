"""An HTTP server on the loopback address that misbehaves as told and counts its effects."""

import socket
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Outside:
    """What the server saw. `behaviours` are taken one a request; when none is left it behaves.

    `ok` · a status such as `500` · `hang` (answers never) · `drop` (reads, does its work, then
    closes the connection) · `slow` (answers when `release` is set) · `drip` (a byte at a time) ·
    `huge` · `redirect` · `packed` · `text`.
    """

    url: str
    behaviours: list[str] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    effects: Counter[str] = field(default_factory=Counter)
    done: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopping: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    def keys(self, ending: str = "") -> list[str]:
        """The idempotency keys of the requests so far, of those whose path ends so."""
        with self.lock:
            return [
                each[2]["idempotency-key"] for each in self.requests if each[1].endswith(ending)
            ]

    def take(self, method: str, path: str, headers: dict[str, str], body: bytes) -> str:
        """Notes a request; the work behind it is done once per idempotency key."""
        with self.lock:
            self.requests.append((method, path, headers, body))
            behaviour = self.behaviours.pop(0) if self.behaviours else "ok"
            key = headers.get("idempotency-key", "")
            if behaviour in ("ok", "drop", "hang", "slow") and key not in self.done:
                self.done.add(key)
                self.effects[key] += 1
            return behaviour


@contextmanager
def outside(behaviours: Sequence[str] = ()) -> Iterator[Outside]:
    """Runs the server."""
    seen: Outside

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            behaviour = seen.take(self.command, self.path, headers, self.rfile.read(length))
            getattr(self, f"_{behaviour}", lambda: self._status(behaviour))()

        do_GET = do_POST

        def _ok(self) -> None:
            self._send(200, b'{"number": "INV-1", "amount": 10.10}')

        def _text(self) -> None:
            self._send(200, b"all right")

        def _status(self, status: str) -> None:
            self._send(int(status), b'{"message": "no, because"}')

        def _hang(self) -> None:
            seen.stopping.wait(20)
            self.close_connection = True

        def _slow(self) -> None:
            seen.release.wait(20)
            self._ok()

        def _drop(self) -> None:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

        def _drip(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            try:
                while not seen.stopping.wait(0.05):
                    self.wfile.write(b" ")
            except OSError:
                self.close_connection = True

        def _huge(self) -> None:
            try:
                self._send(200, b" " * 3_000_000)
            except OSError:
                self.close_connection = True

        def _packed(self) -> None:
            self._send(200, b"\x1f\x8b", ("Content-Encoding", "gzip"))

        def _redirect(self) -> None:
            self._send(302, b"", ("Location", seen.url + "/elsewhere"))

        def _send(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
            self.send_response(status)
            for name, value in (*headers, ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    seen = Outside(f"http://127.0.0.1:{server.server_address[1]}", list(behaviours))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield seen
    finally:
        seen.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()
