"""`orderloom serve` as a program: it answers, stops cleanly on SIGTERM, and keeps what it said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from parts.command_line import CommandLine
from parts.small_bundle import write_small_bundle

from orderloom.platform.codec import loads

PROGRAM = (sys.executable, "-c", "from orderloom.platform.cli import main; main()")
SECONDS = 60


@contextmanager
def serving(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The program on a free port, and its address; its standard error goes to a file."""
    environment = {**os.environ, "ORDERLOOM_HOME": str(home), "ORDERLOOM_PORT": "0"}
    with (home / "log").open("wb") as log:
        program = subprocess.Popen(
            [*PROGRAM, "serve", "--format", "json"],
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
def test_what_was_acknowledged_is_there_after_sigterm(
    orderloom: CommandLine, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    orderloom.run("user", "add", "alice", "--role", "sales", "--no-password")
    assert orderloom.run("publish", write_small_bundle(tmp_path / "small")).code == 0
    token = orderloom.run("token", "create", "alice").out.strip()
    numbers = []
    with serving(home) as (program, address):
        client = httpx2.Client(base_url=address, headers={"Authorization": f"Bearer {token}"})
        with client:
            assert client.get("/readyz").text == "ready\n"
            for total in range(101, 111):
                data = {"title": "Desk", "total": total}
                made = client.post("/api/v1/orders", json={"process": "request", "data": data})
                assert made.status_code == 201
                numbers.append(made.json()["number"])
        program.send_signal(signal.SIGTERM)
        assert program.wait(SECONDS) == 0
    listed = orderloom.json("orders", "list").json["items"]
    assert sorted(each["number"] for each in listed) == numbers
    assert orderloom.json("audit", "verify").json["ok"] is True
    log = [line for line in (home / "log").read_text().splitlines() if line.startswith("{")]
    requests = [loads(line) for line in log if '"request"' in line]
    assert {each["order"] for each in requests if each.get("status") == 201} == set(numbers)
    assert "Desk" not in "".join(log)


@pytest.mark.slow
def test_a_taken_port_is_the_environments_fault(orderloom: CommandLine, tmp_path: Path) -> None:
    with serving(_made(tmp_path / "home")) as (_, address):
        port = address.rstrip("/").rpartition(":")[2]
        ran = orderloom.json("serve", "--port", port)
    assert (ran.code, ran.json["code"]) == (3, "environment")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
