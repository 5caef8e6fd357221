"""`orderloom attachment`: the files of orders on the command line."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from parts.command_line import CommandLine
from parts.papers import pdf, png, write_papers

from orderloom.platform.app.operator import acting
from orderloom.platform.app.runner import Reply
from orderloom.platform.cli.opening import application
from orderloom.platform.engine.commands import Command, Create


@pytest.fixture
def number(orderloom: CommandLine, tmp_path: Path) -> str:
    """An order of alice's."""
    assert orderloom.run("publish", write_papers(tmp_path / "papers")).code == 0
    for login, role in (("alice", "sales"), ("carol", "finance")):
        assert orderloom.run("user", "add", login, "--role", role, "--no-password").code == 0
    with application() as app:
        body = Create("paper-order", {"subject": "Pumps"})
        made = app.handle(Command(body=body, actor=acting(app.accounts, "alice")))
    assert isinstance(made, Reply), made
    return made.number


def test_a_file_goes_in_and_out(orderloom: CommandLine, tmp_path: Path, number: str) -> None:
    given, back = tmp_path / "offer.pdf", tmp_path / "back.pdf"
    given.write_bytes(pdf("cli"))
    digest = hashlib.sha256(pdf("cli")).hexdigest()

    put = orderloom.json("attachment", "put", number, given, "--as", "alice")
    assert (put.code, put.json["sha256"], put.json["type"]) == (0, digest, "application/pdf")
    listed = orderloom.run("attachment", "list", number)
    assert listed.out == f"{digest}  offer.pdf\n"
    assert orderloom.json("attachment", "list", number).json["items"][0]["by"]["name"] == "alice"
    assert orderloom.run("attachment", "get", number, digest, back).code == 0
    assert back.read_bytes() == pdf("cli")


def test_refusals_are_told(orderloom: CommandLine, tmp_path: Path, number: str) -> None:
    wrong, good = tmp_path / "a.pdf", tmp_path / "b.pdf"
    wrong.write_bytes(png())
    good.write_bytes(pdf("b"))
    kind = orderloom.json("attachment", "put", number, wrong, "--as", "alice")
    part = orderloom.json("attachment", "put", number, good, "--as", "carol")
    none = orderloom.json("attachment", "put", "PA-77", good, "--as", "alice")
    gone = orderloom.json("attachment", "get", number, "0" * 64)
    codes = [each.json["code"] for each in (kind, part, none, gone)]
    assert codes == [
        "attachment.ending",
        "attachment.not_allowed",
        "order.not_found",
        "attachment.not_found",
    ]
    assert {each.code for each in (kind, part, none, gone)} == {1}
