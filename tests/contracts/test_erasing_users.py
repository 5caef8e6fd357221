"""Somebody who worked here is erased: their name is in no table and no file, who decided is still
told as long as that is kept, and the proofs hold."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from parts.application import PASSWORD
from parts.command_line import CommandLine
from parts.erased import everywhere, sound
from parts.personal_bundle import NOW, actor, claim, done, open_people, receive, state_of
from parts.stores import KINDS

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.application import Application
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.user_erasing import Left
from orderloom.platform.bootstrap import worker_of
from orderloom.platform.engine.commands import CastVerdict, Comment, Create
from orderloom.platform.problem import Rejection

WORD = "kanarek9931"
LOGIN = f"ewelina.{WORD}"
NAME = f"Ewelina {WORD.capitalize()}"
# One in memory is gone before the time is over.
KEPT = [kind for kind in KINDS if kind != "memory"]
LATER = NOW + timedelta(days=732)


def come(app: Application) -> str:
    """Somebody comes to work, in every place where people leave their name; their id."""
    made = app.accounts.add_user(
        LOGIN,
        name=NAME,
        password=PASSWORD,
        roles=["manager", "sales"],
        attributes={"email": f"{WORD}@example.test", "desk": f"{WORD}'s"},
    )
    assert not isinstance(made, Rejection), made
    me = actor(app, LOGIN)
    assert isinstance(app.accounts.sign_in(LOGIN, "wrong-password", "10.0.0.1"), Rejection)
    assert isinstance(app.accounts.sign_in(LOGIN, PASSWORD, "10.0.0.2"), SignedIn)
    assert isinstance(app.accounts.sign_in(LOGIN, "wrong-password", "10.0.0.1"), Rejection)
    assert isinstance(app.accounts.create_token(LOGIN, f"for {WORD}"), str)
    kept = app.saved_views.add(me, "orders", f"of {WORD}", {"number": "CL"})
    assert not isinstance(kept, Rejection), kept
    text = f"kind: decision\nid: probe\ntitle: Probe\nvalue: '\"{NAME}\"'\n"
    ada = actor(app, "ada")
    saved = app.drafting.save(ada, "decision", "probe", text, tag=None, bundle="people")
    assert not isinstance(saved, Rejection), saved
    return me.id


def work(app: Application) -> int:
    """They say something to bob, and approve; the order ends."""
    order = claim(app, end=False)
    bob = actor(app, "bob").id
    done(app, LOGIN, Comment(f"{WORD} thinks so", mentions=(bob,)), order)
    task = int(next(iter(state_of(app, order).tasks)))
    done(app, LOGIN, CastVerdict(task, "reject", comment=f"says {WORD}"), order)
    assert state_of(app, order).status == "ended"
    worker_of(app).run_once()
    return order


def erase(app: Application, who: str = LOGIN, **more: Any) -> Left | Rejection:
    given: dict[str, Any] = {"reason": "they asked", "channel": "cli", "whole": True, **more}
    return app.user_erasing.erase(OPERATOR, who, **given)


def test_their_name_is_nowhere_after_it(url: str, tmp_path: Path) -> None:
    with open_people(tmp_path, url, now=LATER) as app:
        mine = come(app)
        theirs = app.accounts.add_user("zoe", name="Zoe", manager=LOGIN, roles=["sales"])
        assert not isinstance(theirs, Rejection)
        order = claim(app, end=False)
        asked = done(app, "zoe", Create("claim", {"topic": "led", "customer": {}})).order
        assert state_of(app, asked).data["boss"] == mine
        bob = actor(app, "bob").id
        done(app, LOGIN, Comment(f"{WORD} thinks so", mentions=(bob,)), order)
        worker_of(app).run_once()
        assert any(each.startswith("notice.") for each in everywhere(app, WORD, fold=True))

        left = erase(app)

        assert isinstance(left, Left), left
        # The order that asked who leads is not about them, and waits for its end as well.
        assert [place.number for place in left.report.waiting] == [
            state_of(app, each).number for each in (order, asked)
        ]
        assert left.fields >= 4
        for each in (order, asked):
            task = int(next(iter(state_of(app, each).tasks)))
            done(app, "bob", CastVerdict(task, "reject", comment="no"), each)
        worker_of(app).run_once()
        app.store.erasures.scrub(whole=True)
        assert everywhere(app, WORD, fold=True) == []
        assert sound(app)
        assert app.accounts.names([mine]) == {mine: left.instead}
        assert isinstance(app.accounts.sign_in(LOGIN, PASSWORD, "10.0.0.3"), Rejection)
        again = app.accounts.add_user(LOGIN, name="Somebody else")
        assert not isinstance(again, Rejection)
        assert again.id != mine


@pytest.mark.parametrize("url", KEPT, indirect=True)
def test_who_decided_is_told_as_long_as_that_is_kept(url: str, tmp_path: Path) -> None:
    with open_people(tmp_path, url) as app:
        mine = come(app)
        order = claim(app, end=False)
        task = int(next(iter(state_of(app, order).tasks)))
        done(app, LOGIN, CastVerdict(task, "approve", comment=f"says {WORD}"), order)
        running = erase(app)
        assert isinstance(running, Rejection)
        assert (running.code, running.params["count"]) == ("erase.decides", 1)
        receive(app, order)
        worker_of(app).run_once()
        ended = erase(app)
        assert isinstance(ended, Rejection)
        assert ended.code == "erase.decided"
        assert ended.params == {"until": "2028-03-02", "process": "claim"}
        assert app.accounts.names([mine]) == {mine: NAME}
    with open_people(tmp_path, url, now=LATER) as app:
        assert isinstance(erase(app), Left)
        app.store.erasures.scrub(whole=True)
        assert everywhere(app, WORD, fold=True) == []
        entries = app.store.reads.entries(1, order, before=None, limit=50)
        assert [each.actor for each in entries if each.type == "approval.verdict"] == [mine]
        assert sound(app)


def test_nobody_but_privacy_erases_and_never_without_a_reason(tmp_path: Path) -> None:
    with open_people(tmp_path, "memory:") as app:
        come(app)
        refused = app.user_erasing.erase(actor(app, "erin"), LOGIN, reason="asked", channel="web")
        assert isinstance(refused, Rejection)
        assert refused.code == "permission.missing"
        for who, reason, code in (
            (LOGIN, " ", "erase.reason"),
            ("nobody", "asked", "user.not_found"),
        ):
            answer = erase(app, who, reason=reason)
            assert isinstance(answer, Rejection)
            assert answer.code == code
        assert isinstance(erase(app), Left)
        again = erase(app)
        assert isinstance(again, Rejection)
        assert again.code == "user.not_found"


def test_a_login_that_is_a_word_stays_in_definitions(tmp_path: Path) -> None:
    """Somebody called `claim`, whose name is one word: neither is looked for in drafts."""
    with open_people(tmp_path, "memory:") as app:
        made = app.accounts.add_user("claim", name="Decision", password=PASSWORD)
        assert not isinstance(made, Rejection)
        come(app)
        before = app.store.definitions.draft(1, "decision", "probe")
        assert isinstance(erase(app, "claim"), Left)
        assert app.store.definitions.draft(1, "decision", "probe") == before


def test_a_restored_copy_follows_by_itself(tmp_path: Path) -> None:
    first, copy = tmp_path / "first", tmp_path / "copy"
    with open_people(first) as app:
        mine = come(app)
    shutil.copytree(first / "home", copy / "home")
    with open_people(first) as app:
        left = erase(app)
        assert isinstance(left, Left)
    kept = (first / "home" / "erasures.jsonl").read_bytes()
    assert WORD.encode() not in kept.lower()
    (copy / "home" / "erasures.jsonl").write_bytes(kept)

    with open_people(copy) as app:
        app.store.erasures.scrub(whole=True)
        assert everywhere(app, WORD, fold=True) == []
        assert app.accounts.names([mine]) == {mine: left.instead}
        assert sound(app)
        count = app.store.audit.count()
    with open_people(copy) as app:
        assert app.store.audit.count() == count


def test_somebody_is_erased_at_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_people(tmp_path, now=LATER) as app:
        come(app)
        work(app)
    monkeypatch.setenv("ORDERLOOM_HOME", str(tmp_path / "home"))
    orderloom = CommandLine()
    foreseen = orderloom.run("user", "erase", LOGIN, "--dry-run").out
    assert "kept until 2030-03-0" in foreseen
    refused = orderloom.run("user", "erase", LOGIN, "--reason", "asked")
    assert refused.code == 1
    with open_people(tmp_path, now=LATER) as app:
        app.accounts.add_user("gone9931", name="Gone Person9931")
    done_ = orderloom.json("user", "erase", "gone9931", "--reason", "asked")
    assert done_.code == 0
    assert done_.json["done"] == []
    assert orderloom.run("audit", "verify").code == 0
    assert orderloom.json("audit", "replay").json["different"] == []
