"""The listening server: what it answers leaves at once."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from parts.migrated import build

from orderloom.platform.bootstrap import server
from orderloom.platform.settings import Settings


def test_connections_do_not_wait_to_fill_a_packet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nagle's algorithm would keep the body of each answer for 40 ms."""
    delays: list[bool] = []
    accept = socket.socket.accept

    def watched(listening: socket.socket) -> Any:
        connection, address = accept(listening)
        # As it is before anything above the server touches it.
        delays.append(not connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        return connection, address

    monkeypatch.setattr(socket.socket, "accept", watched)
    app = build(Settings(home=tmp_path, port=0, secret="x" * 32))
    with server(app) as running:
        assert urlsplit(running.address).hostname == "127.0.0.1"
        assert httpx2.get(f"{running.address}healthz").text == "ok\n"
    app.close()
    assert delays
    assert not any(delays)
