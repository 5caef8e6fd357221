"""A person is erased: their values are in no table, no file and no log; the chain holds, the orders
fold, nobody else lost anything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from parts.command_line import CommandLine
from parts.erased import everywhere, sound
from parts.inbound_bundle import SECRETS, signature
from parts.personal_bundle import (
    CANARY,
    NOW,
    OTHER,
    PERSON,
    actor,
    claim,
    copy_by_hand,
    finish,
    message_of,
    open_people,
    set_secrets,
    state_of,
)

from orderloom.platform.app.application import Application
from orderloom.platform.app.erasures import Report
from orderloom.platform.app.inbound import Sent
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.bootstrap import worker_of


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Application]:
    """What does not differ between databases is looked at in one."""
    with open_people(tmp_path, "memory:") as opened:
        yield opened


@pytest.fixture
def app(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    set_secrets(monkeypatch)
    with open_people(tmp_path, url) as opened:
        yield opened


def erase(app: Application, **of: Any) -> Report:
    given = {"reason": "they asked", "channel": "cli", "whole": True, **of}
    report = app.erasures.erase(OPERATOR, **given)
    assert isinstance(report, Report), report
    return report


def told(app: Application, message: str, **body: Any) -> None:
    """A message of the portal."""
    raw = message_of(**body)
    headers = {"x-signature-256": signature(SECRETS["shop"], raw)}
    taken = app.inbound.receive(
        Sent(organisation=1, connector="portal", message=message, raw=raw, headers=headers)
    )
    assert isinstance(taken, tuple), taken
    assert [each.state for each in taken] == ["done"], taken


def test_a_person_is_nowhere_after_it(app: Application) -> None:
    first, second = claim(app), claim(app, end=False)
    number = state_of(app, second).number
    told(app, "calls", id="1", ref=number, phone=f"+421 {CANARY}")
    customer = {"id": PERSON, "name": f"Zuzana {CANARY}"}
    told(app, "claims", id="2", customer=customer)
    worker_of(app).run_once()
    copy_by_hand(app)
    third = max(each.order for each in app.store.erasures.held(1, PERSON))
    assert everywhere(app, CANARY)
    for order in (second, third):
        finish(app, order)
    worker_of(app).run_once()

    report = erase(app, person=PERSON)

    assert not report.waiting
    assert not report.standing, everywhere(app, CANARY)
    assert {place.order for place, _ in report.done} == {first, second, third, 0}
    assert everywhere(app, CANARY) == []
    assert everywhere(app, OTHER)
    assert sound(app)
    assert state_of(app, first).data["customer"]["id"] == PERSON
    assert state_of(app, first).data["people"][1]["name"] == OTHER


def test_what_still_runs_follows_when_it_ends(app: Application) -> None:
    order = claim(app, end=False)

    report = erase(app, person=PERSON)

    assert [each.order for each in report.waiting] == [order]
    assert app.erasures.run_once() == 0
    assert state_of(app, order).data["customer"]["name"] == f"Zuzana {CANARY}"
    finish(app, order)
    worker_of(app).run_once()
    assert "$p" in state_of(app, order).data["customer"]["name"]
    app.store.erasures.scrub(whole=True)
    assert everywhere(app, CANARY) == []
    assert sound(app)


def test_a_whole_order_leaves_nobody(alone: Application) -> None:
    order = claim(alone)
    worker_of(alone).run_once()

    erase(alone, number=state_of(alone, order).number)

    found = everywhere(alone, CANARY)
    assert {each.partition(":")[0].partition(".")[0] for each in found} <= {
        "collection_row",
        "collection_change",
        "memory",
        "contract",
    }
    assert everywhere(alone, OTHER) == []
    assert sound(alone)


def test_who_only_wrote_something_loses_their_words_alone(alone: Application) -> None:
    order = claim(alone)
    worker_of(alone).run_once()

    report = erase(alone, person=actor(alone, "bob").id)

    assert [place.theirs for place, _ in report.done] == [False]
    state = state_of(alone, order)
    assert state.data["customer"]["name"] == f"Zuzana {CANARY}"
    (entry,) = [
        each
        for each in alone.store.reads.entries(1, order, before=None, limit=50)
        if each.type == "approval.verdict"
    ]
    assert "$p" in entry.facts["comment"]
    assert sound(alone)


def test_nothing_is_asked_twice(alone: Application) -> None:
    claim(alone)
    worker_of(alone).run_once()
    erase(alone, person=PERSON)
    entries = alone.store.audit.count()

    assert erase(alone, person=PERSON).done in ((), erase(alone, person=PERSON).done)
    assert alone.store.audit.count() == entries


def test_a_restored_copy_follows_by_itself(tmp_path: Path) -> None:
    first, copy = tmp_path / "first", tmp_path / "copy"
    with open_people(first) as app:
        order = claim(app)
        running = claim(app, end=False)
        worker_of(app).run_once()
    shutil.copytree(first / "home", copy / "home")
    with open_people(first) as app:
        finish(app, running)
        worker_of(app).run_once()
        erase(app, person=PERSON)
    kept = (first / "home" / "erasures.jsonl").read_bytes()
    assert CANARY.encode() not in kept
    (copy / "home" / "erasures.jsonl").write_bytes(kept)

    with open_people(copy) as app:
        assert "$p" in state_of(app, order).data["customer"]["name"]
        assert state_of(app, running).data["customer"]["name"] == f"Zuzana {CANARY}"
        finish(app, running)
        worker_of(app).run_once()
        app.store.erasures.scrub(whole=True)
        assert everywhere(app, CANARY) == []
        assert sound(app)
        count = app.store.audit.count()
    with open_people(copy) as app:
        assert app.store.audit.count() == count


def test_a_person_is_erased_at_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_people(tmp_path) as app:
        order = claim(app)
        running = claim(app, end=False)
        numbers = [state_of(app, each).number for each in (order, running)]
        worker_of(app).run_once()
    monkeypatch.setenv("ORDERLOOM_HOME", str(tmp_path / "home"))
    orderloom = CommandLine()

    foreseen = orderloom.run("audit", "erase", "--person", PERSON, "--dry-run").out
    assert f"{numbers[0]}: 12 values" in foreseen
    assert f"{numbers[1]}: has not ended" in foreseen
    assert orderloom.run("audit", "erase", "--person", PERSON).code == 1
    done = orderloom.json("audit", "erase", "--person", PERSON, "--reason", "asked")
    assert done.code == 0
    assert [each["erased"] for each in done.json["done"]] == [17, 2]
    assert [each["order"] for each in done.json["waiting"]] == [numbers[1]]
    assert orderloom.run("audit", "verify").code == 0
    replayed = orderloom.json("audit", "replay")
    assert (replayed.code, replayed.json["different"]) == (0, [])
    nobody = orderloom.run("audit", "erase", "--person", "P-99", "--reason", "asked")
    assert (nobody.code, nobody.out) == (0, "Nothing of theirs is kept.\n")
    assert orderloom.run("audit", "erase", "--order", "CL-9", "--reason", "asked").code == 1


def test_what_is_kept_too_long_goes_by_itself(tmp_path: Path) -> None:
    with open_people(tmp_path) as app:
        order, running = claim(app), claim(app, end=False)
        worker_of(app).run_once()
    with open_people(tmp_path, now=NOW + timedelta(days=730)) as app:
        worker_of(app).run_once()
        assert state_of(app, order).data["customer"]["name"] == f"Zuzana {CANARY}"
    with open_people(tmp_path, now=NOW + timedelta(days=732)) as app:
        worker_of(app).run_once()
        assert "$p" in state_of(app, order).data["customer"]["name"]
        assert "$p" in state_of(app, order).data["people"][1]["name"]
        assert state_of(app, running).data["customer"]["name"] == f"Zuzana {CANARY}"
        last = app.store.reads.entries(1, order, before=None, limit=1)[0]
        assert (last.type, last.facts["cause"]) == ("personal.erased", "retention")
        assert sound(app)
        count = app.store.audit.count()
        app.retention._next = None
        worker_of(app).run_once()
        assert app.store.audit.count() == count
