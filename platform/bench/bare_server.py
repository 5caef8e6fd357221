"""The bare FastAPI app: one row a request by `sqlite3`, as durable as the engine; nothing else.

`python -m orderloom.platform.bench.bare_server FILE` says its address; the end of its input ends
it.
"""

import socket
import sqlite3
import sys
import threading
from contextlib import closing
from typing import Any

import uvicorn
from fastapi import FastAPI

CREATE = "CREATE TABLE bare (id INTEGER PRIMARY KEY, name text NOT NULL, source text NOT NULL)"


def bare_app(connection: sqlite3.Connection) -> FastAPI:
    """The app. The row is written in the event loop: faster than handing it to a thread."""
    app = FastAPI()

    @app.post("/insert")
    async def insert(row: dict[str, Any]) -> dict[str, int]:
        values = (row["name"], row["source"])
        cursor = connection.execute("INSERT INTO bare (name, source) VALUES (?, ?)", values)
        return {"id": cursor.lastrowid or 0}

    return app


def _main(file: str) -> None:
    opened = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    with closing(opened) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(CREATE)
        listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        # As the engine's server does: both answer at once.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        config = uvicorn.Config(
            bare_app(connection), log_config=None, access_log=False, server_header=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        print(f"http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)
        sys.stdin.read()
        server.should_exit = True
        thread.join(10)
        listening.close()


if __name__ == "__main__":
    _main(sys.argv[1])
