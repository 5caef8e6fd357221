"""`orderloom serve` as a program: it answers, stops cleanly on SIGTERM, and keeps what it said."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest
from parts.command_line import CommandLine
from parts.programs import program
from parts.small_bundle import write_small_bundle

from orderloom.platform.app.demo import CAST, PASSWORD
from orderloom.platform.codec import loads

PROGRAM = (sys.executable, "-c", "from orderloom.platform.cli import main; main()")
SECONDS = 60


@contextmanager
def serving(home: Path, *more: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The program on a free port, and its address; its standard error goes to a file."""
    environment = {**os.environ, "ORDERLOOM_HOME": str(home), "ORDERLOOM_PORT": "0"}
    with (home / "log").open("wb") as log:
        program = subprocess.Popen(
            [*PROGRAM, "serve", *more, "--format", "json"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        try:
            assert program.stdout is not None
            yield program, str(loads(program.stdout.readline())["address"])
        finally:
            program.kill()
            program.wait(SECONDS)
            if program.stdout is not None:
                program.stdout.close()


@pytest.mark.slow
def test_the_demo_says_who_there_is(tmp_path: Path) -> None:
    with serving(tmp_path, "--demo", "--no-worker"):
        said = (tmp_path / "log").read_text().splitlines()
    (line,) = [each for each in said if PASSWORD in each]
    assert set(CAST) <= set(re.findall(r"\w+", line))


@pytest.mark.slow
def test_what_was_acknowledged_is_there_after_sigterm(
    orderloom: CommandLine, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    orderloom.run("user", "add", "alice", "--role", "sales", "--no-password")
    assert orderloom.run("publish", write_small_bundle(tmp_path / "small")).code == 0
    token = orderloom.run("token", "create", "alice").out.strip()
    numbers: list[str] = []
    with serving(home) as (program, address):
        client = httpx2.Client(base_url=address, headers={"Authorization": f"Bearer {token}"})
        with client:
            assert client.get("/readyz").text == "ready\n"
            sender = threading.Thread(target=_send_until_closed, args=(client, numbers))
            sender.start()
            while len(numbers) < 10:
                sleep(0.05)
            # In the midst of requests.
            program.send_signal(signal.SIGTERM)
            assert program.wait(SECONDS) == 0
            sender.join(SECONDS)
    listed = {
        each["number"] for each in orderloom.json("orders", "list", "--limit", 200).json["items"]
    }
    assert len(numbers) >= 10
    assert set(numbers) <= listed
    # One may have been on its way when the connection was closed.
    assert len(listed) - len(numbers) <= 1
    assert orderloom.json("audit", "verify").json["ok"] is True
    log = [line for line in (home / "log").read_text().splitlines() if line.startswith("{")]
    requests = [loads(line) for line in log if '"request"' in line]
    assert {each["order"] for each in requests if each.get("status") == 201} >= set(numbers)
    assert "Desk" not in "".join(log)


def _send_until_closed(client: httpx2.Client, numbers: list[str]) -> None:
    data = {"title": "Desk", "total": 250}
    with suppress(httpx2.TransportError):
        while len(numbers) < 150:
            made = client.post("/api/v1/orders", json={"process": "request", "data": data})
            assert made.status_code == 201
            numbers.append(made.json()["number"])


@pytest.mark.slow
@pytest.mark.parametrize("command", ["worker", "serve"])
def test_a_signal_that_another_thread_gets_stops_it(tmp_path: Path, command: str) -> None:
    with program(command, home=str(tmp_path), port="0", lang="en") as running:
        running.ready({"worker": "The worker runs", "serve": "http://127.0.0.1"}[command])
        own = running.process.pid
        (thread, *_) = {int(each.name) for each in Path(f"/proc/{own}/task").iterdir()} - {own}
        # The number of a thread: of all that may take the signal, this one does.
        os.kill(thread, signal.SIGTERM)
        assert running.process.wait(SECONDS) == 0


@pytest.mark.slow
def test_sigusr1_says_where_each_thread_is(tmp_path: Path) -> None:
    with serving(_made(tmp_path / "home")) as (program, address):
        program.send_signal(signal.SIGUSR1)
        log = tmp_path / "home" / "log"
        until = monotonic() + SECONDS
        while "most recent call first" not in log.read_text() and monotonic() < until:
            sleep(0.05)
        assert "most recent call first" in log.read_text()
        # It goes on.
        assert httpx2.get(f"{address}readyz").text == "ready\n"
        program.send_signal(signal.SIGTERM)
        assert program.wait(SECONDS) == 0


@pytest.mark.slow
def test_a_taken_port_is_the_environments_fault(orderloom: CommandLine, tmp_path: Path) -> None:
    with serving(_made(tmp_path / "home")) as (_, address):
        port = address.rstrip("/").rpartition(":")[2]
        ran = orderloom.json("serve", "--port", port)
    assert (ran.code, ran.json["code"]) == (3, "environment")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
