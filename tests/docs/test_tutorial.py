"""The tutorial is run: its files are written, its commands carried out, in its order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from parts.programs import MAIN, program
from parts.repository import text

BLOCK = re.compile(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:8000"
# A fixed year, as the page's order number says.
CLOCK = "2026-03-02T09:00:00+01:00"


@dataclass(frozen=True)
class Block:
    """A block of the page: its language, what is written after it, its content."""

    language: str
    note: str
    content: str


def blocks() -> list[Block]:
    return [Block(*found) for found in BLOCK.findall(text("docs/tutorial.md"))]


class Shell:
    """One shell that runs block after block, as a reader does. `orderloom` is that of the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        bin_ = folder.parent / "bin"
        bin_.mkdir()
        command = bin_ / "orderloom"
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{MAIN}" "$@"\n')
        command.chmod(0o755)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ORDERLOOM_")}
        self.environment = {
            **kept,
            "PATH": f"{bin_}:{os.environ['PATH']}",
            "ORDERLOOM_CLOCK": CLOCK,
            "ORDERLOOM_LANGUAGE": "en",
        }

    def run(self, script: str) -> str:
        """What it says; the variables that it sets are there for the next block."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"set -a\n{script}\nenv -0 > ../env"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        kept = (self.folder.parent / "env").read_text().split("\0")
        self.environment = dict(each.split("=", 1) for each in kept if "=" in each)
        return done.stdout


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    folder = tmp_path / "empty"
    folder.mkdir()
    return Shell(folder)


@pytest.mark.slow
def test_the_tutorial_leads_to_an_approved_order(shell: Shell) -> None:
    said: list[str] = []
    before, after = _around_serve(blocks())
    for block in before:
        said.append(_done(block, shell, ADDRESS))
    settings = {
        name.removeprefix("ORDERLOOM_").lower(): value
        for name, value in shell.environment.items()
        if name.startswith("ORDERLOOM_")
    }
    with program("serve", "--port", "0", "--format", "json", **settings) as serving:
        for block in after:
            said.append(_done(block, shell, serving.address()))
    told = "\n".join(said)
    assert '"number":"SUP-2026-0001"' in told.replace(": ", ":")
    assert '"total":399.80' in told.replace(": ", ":")
    shown = shell.run("orderloom orders show SUP-2026-0001 --format json")
    assert '"buying"' in shown
    assert '"ok": true' in shell.run("orderloom audit verify --format json").replace('":t', '": t')
    assert (shell.folder / "audit.jsonl").read_text().count("approval.verdict") == 1


def test_the_tutorial_s_mistake_is_found_as_it_says(shell: Shell) -> None:
    for block in blocks():
        if block.note.startswith("file="):
            _done(block, shell, ADDRESS)
    process = shell.folder / "supplies" / "process.yaml"
    process.write_text(process.read_text().replace("{to: buying}", "{to: byuing}"))
    said = shell.run("orderloom check supplies || true")
    assert "'buying'" in said


def _around_serve(found: list[Block]) -> tuple[list[Block], list[Block]]:
    (place,) = [n for n, block in enumerate(found) if block.note == "serve"]
    assert found[place].content == "orderloom serve\n"
    return found[:place], found[place + 1 :]


def _done(block: Block, shell: Shell, address: str) -> str:
    if block.language == "yaml":
        path = shell.folder / block.note.removeprefix("file=")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.content, encoding="utf-8")
        return ""
    assert block.language == "sh"
    return shell.run(block.content.replace(ADDRESS, address))
