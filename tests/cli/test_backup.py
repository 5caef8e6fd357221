"""`docs/operation.md`: a copy made while the program runs is whole and can be put in place."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from parts.application import small_application
from parts.command_line import CommandLine
from parts.repository import text

from orderloom.platform.engine.commands import Command, Create


def test_the_copy_that_the_docs_make_is_whole(orderloom: CommandLine, tmp_path: Path) -> None:
    found = re.search(r"`python3 (-c .*? data/orderloom\.db backup\.db)`", PAGE, re.DOTALL)
    assert found is not None
    home, copy = tmp_path / "home", tmp_path / "backup.db"
    with small_application(tmp_path) as app:
        alice = app.accounts.by_login("alice")
        assert alice is not None
        body = Create(process="request", data={"title": "Desk", "total": 250})
        app.handle(Command(body=body, actor=alice))
        arguments = shlex.split(found[1].replace("\n", " "))
        files = {"data/orderloom.db": str(home / "orderloom.db"), "backup.db": str(copy)}
        command = [sys.executable, *(files.get(each, each) for each in arguments)]
        subprocess.run(command, check=True, capture_output=True)
    for name in ("orderloom.db", "orderloom.db-wal", "orderloom.db-shm"):
        (home / name).unlink(missing_ok=True)
    shutil.copy(copy, home / "orderloom.db")
    assert orderloom.json("doctor").json["ok"] is True
    assert orderloom.json("audit", "verify").json["ok"] is True
    assert orderloom.json("orders", "show", "RQ-000001").json["data"]["title"] == "Desk"


PAGE = text("docs/operation.md")
