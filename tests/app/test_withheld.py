"""What a form keeps from somebody: in questions, files that leave, answers to commands, drafts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from parts.api_client import Api
from parts.guarded_bundle import CANARY, LIMIT, SECRET, deal, open_guarded
from parts.personal_bundle import actor, state_of

from orderloom.platform.app.application import Application
from orderloom.platform.app.audit_formats import Wanted, writer
from orderloom.platform.app.audit_query import AuditQuery, audit_query
from orderloom.platform.app.evidence import Made, make_pack
from orderloom.platform.app.kind_preview_samples import Sample, names_of
from orderloom.platform.app.task_query import TaskQuery
from orderloom.platform.app.view_desk import DeskPage
from orderloom.platform.definitions import Bundle
from orderloom.platform.problem import Refused, Rejection


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with open_guarded(tmp_path_factory.mktemp("withheld")) as made:
        yield made


@pytest.fixture(scope="module")
def order(app: Application) -> int:
    made = deal(app, to="approving")
    app.audit_desk.index.catch_up()
    return made


def query(**words: str) -> AuditQuery:
    read = audit_query(words)
    assert isinstance(read, AuditQuery), read
    return read


@pytest.mark.parametrize(
    ("word", "asked", "refused"),
    [
        ("v1", "data limit gt 5", True),
        ("v1", "data limit ne 5", True),
        ("v1", f"data customer.name eq {CANARY}", True),
        ("v1", "data customer.name eq Nobody", True),
        # By the name of an input that reads it, also reckoned with, and of an output that is it.
        ("v1", "in cap gt 5", True),
        ("v1", "in twice gt 5", True),
        ("o_v1", "in who eq Nobody", True),
        ("o_v1", "out name eq Nobody", True),
        ("v1", "data topic eq fine", False),
        ("v1", "in topic eq late", False),
        ("v1", "out tier eq L", False),
    ],
)
def test_questions_about_it_are_refused(
    app: Application, order: int, word: str, asked: str, *, refused: bool
) -> None:
    desk, question = app.audit_desk, query(**{word: asked})
    for answer in (
        desk.search(actor(app, "erin"), question, channel="web"),
        desk.export(actor(app, "erin"), question, channel="web"),
    ):
        if refused:
            assert isinstance(answer, Rejection), answer
            assert (answer.code, answer.path) == ("audit.withheld", word)
        else:
            assert not isinstance(answer, Rejection), answer
    whole = desk.search(actor(app, "ada"), question, channel="web")
    assert isinstance(whole, DeskPage), whole


def exported(app: Application, format_: str, login: str | None) -> str:
    out = io.BytesIO()
    wanted = Wanted(viewer=actor(app, login) if login else None)
    writer(format_)(app, out, wanted, lambda done, total: None)
    return out.getvalue().decode("utf-8", "replace")


@pytest.mark.parametrize("format_", ["csv", "xes", "ocel2"])
def test_files_for_programs_are_without_it(app: Application, order: int, format_: str) -> None:
    assert SECRET.search(exported(app, format_, None))
    found = SECRET.search(exported(app, format_, "erin"))
    assert found is None, found
    with pytest.raises(Refused, match=r"audit\.read"):
        exported(app, format_, "carol")


@pytest.mark.parametrize("format_", ["jsonl", "zip"])
def test_what_proves_is_whole_or_stays(app: Application, order: int, format_: str) -> None:
    assert exported(app, format_, "ada")
    with pytest.raises(Refused) as refused:
        exported(app, format_, "erin")
    assert refused.value.rejection.code == "audit.whole"


@pytest.mark.parametrize(("login", "code"), [("erin", "evidence.withheld"), ("ada", None)])
def test_a_pack_takes_the_right_to_read_all(
    app: Application, order: int, login: str, code: str | None
) -> None:
    out, number = io.BytesIO(), state_of(app, order).number
    given: dict[str, Any] = {"reason": "asked", "personal": False, "out": out, "channel": "web"}
    made = make_pack(app, actor(app, login), [number], **given)
    if code is None:
        assert isinstance(made, Made), made
        return
    assert isinstance(made, Rejection), made
    assert (made.code, made.path, made.params) == (code, "orders", {"numbers": number})
    assert out.getvalue() == b""


def test_whoever_changes_the_rest_gets_and_loses_nothing(app: Application) -> None:
    order = deal(app, to="checking")
    number = state_of(app, order).number
    with Api(app) as api:
        read = api.call("alice", "GET", f"/orders/{number}")
        assert read.body["data"] == {"topic": "late"}
        assert "customer.name" in read.body["hidden"]
        path, change = f"/orders/{number}/data", {"topic": "new"}
        changed = api.call("alice", "PATCH", path, change, if_match=read.headers["etag"])
        assert changed.body["data"] == {"topic": "new"}
        assert changed.body["hidden"] == read.body["hidden"]
        whole = api.call("carol", "GET", f"/orders/{number}").body
        assert (whole["data"]["limit"], whole["data"]["topic"]) == (LIMIT, "new")
        assert whole["hidden"] == []


def test_a_draft_shows_nothing_more(app: Application, order: int) -> None:
    sample = Sample(order=state_of(app, order).number)
    bundle = Bundle(meta={}, documents=())
    seen = names_of(app.views.desk, actor(app, "vera"), bundle, sample)
    assert not isinstance(seen, Rejection)
    assert SECRET.search(str(seen)) is None
    whole = names_of(app.views.desk, actor(app, "carol"), bundle, sample)
    assert SECRET.search(str(whole))


def test_a_list_is_not_found_by_it_nor_sorted(app: Application, order: int) -> None:
    bob = actor(app, "bob")
    assert not isinstance(found := app.views.tasks(bob, TaskQuery(q="dl-")), Rejection)
    assert found.items
    assert not isinstance(none := app.views.tasks(bob, TaskQuery(q=CANARY)), Rejection)
    assert none.items == ()
    sorted_ = app.views.tasks(bob, TaskQuery(sort="amount"))
    assert isinstance(sorted_, Rejection)
    assert (sorted_.code, sorted_.path) == ("query.withheld", "sort")
