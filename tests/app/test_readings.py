"""Reading and taking out personal data of others leaves entries: once for each person and hour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from parts.api_client import Api
from parts.application import PASSWORD
from parts.command_line import CommandLine
from parts.editing import Hand
from parts.personal_bundle import actor, claim, open_people, state_of

from orderloom.audit.entry import decode
from orderloom.platform.app.application import Application


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Application, str, int]]:
    with open_people(Path(tmp_path_factory.mktemp("read")), "memory:") as app:
        order = claim(app)
        yield app, state_of(app, order).number, order


def told(app: Application) -> list[dict[str, Any]]:
    """Entries about reading and taking out, as they are stored."""
    app.readings.flush()
    entries = [
        decode(entry.body) for stream in app.store.audit.streams() for entry in stream.entries
    ]
    return [
        {"type": one.type, "who": one.actor, "subject": one.subject, **one.facts}
        for one in entries
        if one.type in ("personal.read", "personal.exported")
    ]


def test_who_reads_anothers_order_is_told_once(read: tuple[Application, str, int]) -> None:
    app, number, order = read
    erin, mallory = (Hand(app, login, password=PASSWORD) for login in ("erin", "mallory"))
    for page in (f"/orders/{number}", f"/orders/{number}/audit", f"/orders/{number}"):
        assert erin.get(page).status_code == 200
    assert mallory.get(f"/orders/{number}").status_code == 404
    assert Hand(app, "alice", password=PASSWORD).get(f"/orders/{number}").status_code == 200
    with Api(app) as api:
        assert api.call("bob", "GET", f"/orders/{number}").status == 200

    found = told(app)
    assert [each["type"] for each in found] == ["personal.read"] * 2
    assert {each["who"] for each in found} == {actor(app, who).id for who in ("erin", "bob")}
    assert {(each["subject"], each["number"]) for each in found} == {(order, number)}


def test_an_export_with_values_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_people(tmp_path) as app:
        claim(app)
    monkeypatch.setenv("ORDERLOOM_HOME", str(tmp_path / "home"))
    orderloom = CommandLine()
    for name, more in (("a.jsonl", ()), ("b.csv", ()), ("c.jsonl", ("--without-personal",))):
        assert orderloom.run("audit", "export", "--out", tmp_path / name, *more).code == 0
    with open_people(tmp_path) as app:
        found = told(app)
    assert [(each["type"], each["what"]) for each in found] == [("personal.exported", "jsonl")]


@pytest.mark.parametrize("fault", [None, OSError("gone")])
def test_what_cannot_be_written_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception | None
) -> None:
    """Refused by the database or raised by it: the next time all of it is written."""
    with open_people(tmp_path) as app:
        number, erin = state_of(app, claim(app)).number, actor(app, "erin")

        def failing(noted: Any) -> bool:
            if fault is not None:
                raise fault
            return False

        with monkeypatch.context() as patched:
            patched.setattr(app.runner, "announce", failing)
            app.readings.read(erin, 1, number)
            app.readings.exported(erin, "csv", channel="cli")
            with suppress(OSError):
                app.readings.flush()
        assert {each["type"] for each in told(app)} == {"personal.read", "personal.exported"}
