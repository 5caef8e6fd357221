"""A walk: each scenario step by step, steps taken back, saved walks, answers, limits, nonsense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.application import small_application
from parts.examples import EXAMPLES, folder
from parts.small_bundle import write_small_bundle
from parts.walks import STEPS, WALK, as_written, playing, process

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.playing import Playable, Playing
from orderloom.platform.app.playing_now import deeds
from orderloom.platform.app.playing_saving import expected, save_walk
from orderloom.platform.app.playing_walk import Walk, walk_of
from orderloom.platform.app.publish import NotPublished, Published, PublishOptions
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.simulation import open_world
from orderloom.platform.definitions import Bundle, Document
from orderloom.platform.problem import Rejection
from orderloom.platform.words import LANGUAGES


@pytest.fixture
def small(tmp_path: Path) -> Bundle:
    return open_bundle(write_small_bundle(tmp_path / "bundle"))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path) as opened:
        yield opened


def with_scenario(bundle: Bundle, value: Mapping[str, Any]) -> Bundle:
    made = Document(kind="scenario", id="made", file="scenarios/made.yaml", line=1, value=value)
    return replace(bundle, scenarios=(made,))


# ── the walk is the scenario ─────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_scenario_can_be_walked_with_the_same_end(name: str) -> None:
    bundle = open_bundle(folder(name))
    for scenario in bundle.scenarios:
        walk = walk_of(scenario.value)
        assert isinstance(walk, Walk), walk
        with playing(bundle, walk) as game:
            assert (game.stopped, game.problems) == (None, {}), scenario.id
            assert game.walk == walk
            assert len(game.snapshots) == len(walk.steps) + 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_each_step_is_told_in_each_language(name: str, language: str) -> None:
    bundle = open_bundle(folder(name))
    longest = max((each.value for each in bundle.scenarios), key=lambda each: len(each["steps"]))
    walk = walk_of(longest)
    assert isinstance(walk, Walk)
    with playing(bundle, walk, language) as game:
        told = game.told(as_written)
        now = game.now(as_written)
    assert [each.n for each in told] == list(range(len(walk.steps) + 1))
    assert all(each.label and not each.label.startswith("play.") for each in told)
    assert any(each.entered for each in told)
    assert any(each.sentences for each in told)
    assert all(asked.people for each in told for asked in each.asked)
    assert {each.login for each in now.people} >= set(bundle.meta["cast"])


def test_a_step_tells_stages_rows_people_messages_and_clocks(small: Bundle) -> None:
    with playing(small, WALK) as game:
        begun, day, approved, paid = game.told(as_written)
    assert begun.label == "alice creates the order"
    assert begun.entered == ("approval",)
    assert [(each.id, each.rows) for each in begun.decided] == [("tier", (("rest", ""),))]
    assert begun.decided[0].values == (("Total", "250"),)
    assert [(each.kind, [person.name for person in each.people]) for each in begun.asked] == [
        ("approval", ["Managers (bob)"])
    ]
    assert [(each.kind, each.what, each.to) for each in begun.sent] == [
        ("message", "task", ("Managers (bob)",))
    ]
    assert [label for label, _ in begun.clocks] == ["approval: time limit"]
    assert begun.changes == (("Title", "", "Desk"), ("Total", "", "250"))
    assert (day.entered, day.sentences) == ((), ())
    assert (approved.left, approved.entered) == (("approval",), ("paying",))
    assert any("approved" in each for each in approved.sentences)
    assert paid.changes == (("Invoice", "", "I-7"),)
    assert paid.entered == ("done",)


def test_what_people_may_do_is_what_the_engine_takes(small: Bundle) -> None:
    with playing(small, WALK.upto(0)) as game:
        offered = {login: [each.id for each in deeds(game, login)] for login in game.stage.cast}
    assert offered == {
        "bob": ["task:3"],
        "alice": ["withdraw:3", "event:cancel", "edit"],
        "carol": [],
        "erin": [],
        "mallory": [],
    }


def with_step(word: str) -> tuple[Bundle, Walk, int]:
    """A scenario of an example with such a step by somebody, and the step's place."""
    bundle = open_bundle(folder("b2b-order"))
    for scenario in bundle.scenarios:
        for n, step in enumerate(scenario.value["steps"]):
            if word in step and "as" in step and "refused" not in step:
                walk = walk_of(scenario.value)
                assert isinstance(walk, Walk)
                return bundle, walk, n
    raise AssertionError(f"no scenario has {word}")


def test_children_are_played_too() -> None:
    bundle, walk, n = with_step("of")
    step = walk.steps[n]
    with playing(bundle, walk.upto(n)) as game:
        assert step["of"] in [each.id for each in game.now(as_written).orders]
        assert deeds(game, step["as"], step["of"])
        assert deeds(game, step["as"], "no/7") == ()
        assert game.take(step) is None


# ── back, and again ──────────────────────────────────────────────────────────────────────────


@settings(max_examples=12, deadline=None, derandomize=True)
@given(count=st.integers(0, len(STEPS)))
def test_going_back_is_never_having_gone(tmp_path_factory: Any, count: int) -> None:
    bundle = open_bundle(write_small_bundle(tmp_path_factory.mktemp("small") / "b"))
    with playing(bundle, WALK) as whole, playing(bundle, WALK.upto(count)) as back:
        assert back.snapshots == whole.snapshots[: count + 1]


def test_a_refused_step_is_no_part_of_the_walk(small: Bundle) -> None:
    with playing(small, WALK.upto(1)) as game:
        before = game.snapshots[-1]
        refused = game.take({"as": "alice", "approve": "manager"})
        assert isinstance(refused, Rejection)
        assert refused.code.startswith("approval.")
        assert (game.walk, game.snapshots[-1]) == (WALK.upto(1), before)
        assert game.take(STEPS[1]) is None


def test_a_walk_that_is_refused_on_its_way_stops_there(small: Bundle) -> None:
    wrong = replace(WALK, steps=(STEPS[0], {"as": "carol", "approve": "manager"}, STEPS[2]))
    with playing(small, wrong) as game:
        assert game.stopped is not None
        assert game.stopped.code == "approval.not_a_candidate"
        assert (game.walk, game.whole) == (wrong.upto(1), wrong)


# ── saved ────────────────────────────────────────────────────────────────────────────────────


def test_a_saved_walk_is_a_scenario_that_passes_and_would_fail(app: Application) -> None:
    ada, play = OPERATOR, Playing(app.drafting, as_written)
    draft = play.draft(ada, "request")
    assert isinstance(draft, Playable)
    assert save_walk(play, app.drafting, ada, draft, WALK, id_="walked", title="Walked") is None
    again = play.draft(ada, "request")
    assert isinstance(again, Playable)
    assert again.scenarios == ("approved", "too-late", "walked")
    value = again.scenario("walked")
    assert value is not None
    kept = [step for step in value["steps"] if set(step) != {"expect"}]
    assert kept == list(STEPS)
    assert value["steps"][-1]["expect"]["outcome"] == "completed"
    results = Simulate(open_world).scenarios(again.bundle)
    assert [each.problem for each in results] == ["", "", ""]
    # Each thing expected is looked at: the same walk of another process differs.
    other = process(again.bundle, _to_refused)
    failed = Simulate(open_world).scenarios(with_scenario(other, value))
    assert [each.passed for each in failed] == [False]


def _to_refused(value: dict[str, Any]) -> dict[str, Any]:
    stages = {**value["stages"]}
    stages["paying"] = {**stages["paying"], "done": "refused"}
    return {**value, "stages": stages}


def test_publishing_runs_what_was_saved(app: Application) -> None:
    play = Playing(app.drafting, as_written)
    draft = play.draft(OPERATOR, "request")
    assert isinstance(draft, Playable)
    wrong = {**WALK.scenario("walked"), "steps": [{"expect": {"stages": ["done"]}}]}
    assert app.drafting.keep_scenario(OPERATOR, "small", wrong) is None
    options = PublishOptions(second_person=False)
    refused = app.drafting.publish(OPERATOR, "small", options)
    assert isinstance(refused, NotPublished)
    assert [each.scenario for each in refused.failures] == ["walked"]
    assert save_walk(play, app.drafting, OPERATOR, draft, WALK, id_="walked") is None
    assert isinstance(app.drafting.publish(OPERATOR, "small", options), Published)
    kept = app.publish.export(OPERATOR, "small")
    assert isinstance(kept, Bundle)
    assert [each.id for each in kept.scenarios] == ["approved", "too-late", "walked"]
    # It is published: nothing of it waits as a draft any more.
    assert app.store.definitions.drafts(1) == []


def test_what_a_walk_expected_itself_stays(app: Application) -> None:
    play = Playing(app.drafting, as_written)
    draft = play.draft(OPERATOR, "request")
    assert isinstance(draft, Playable)
    own = {"expect": {"results": {"tier": "one"}}}
    walk = replace(WALK, steps=(own, *STEPS))
    steps = expected(play, OPERATOR, draft, walk)
    assert not isinstance(steps, Rejection)
    assert steps[0] == own
    assert [step for step in steps if "expect" not in step] == list(STEPS)


@pytest.mark.parametrize(
    ("id_", "walk", "code"),
    [
        ("Not an id", WALK, "play.id"),
        ("../x", WALK, "play.id"),
        ("a" * 81, WALK, "play.id"),
        ("w", replace(WALK, steps=({"as": "carol", "approve": "manager"},)), "play.stopped"),
    ],
)
def test_what_cannot_be_saved(app: Application, id_: str, walk: Walk, code: str) -> None:
    play = Playing(app.drafting, as_written)
    draft = play.draft(OPERATOR, "request")
    assert isinstance(draft, Playable)
    refused = save_walk(play, app.drafting, OPERATOR, draft, walk, id_=id_)
    assert refused is not None
    assert refused.code == code


def test_who_may_only_read_saves_nothing(app: Application) -> None:
    app.accounts.set_role("auditor", title="Auditor", permissions=["definition.read"])
    erin = app.accounts.by_login("erin")
    assert erin is not None
    play = Playing(app.drafting, as_written)
    draft = play.draft(erin, "request")
    assert isinstance(draft, Playable)
    refused = save_walk(play, app.drafting, erin, draft, WALK, id_="walked")
    assert refused is not None
    assert refused.code == "permission.missing"
    mallory = app.accounts.by_login("mallory")
    assert mallory is not None
    strange = play.draft(mallory, "request")
    assert isinstance(strange, Rejection)


# ── answers of calls ─────────────────────────────────────────────────────────────────────────


def test_a_call_waits_for_an_answer_and_takes_each_kind() -> None:
    bundle = open_bundle(folder("b2b-order"))
    value = next(each.value for each in bundle.scenarios if "calls" in each.value.get("given", {}))
    found = walk_of(value)
    assert isinstance(found, Walk)
    operation = next(iter(found.given["calls"]))
    given = {name: each for name, each in found.given.items() if name != "calls"}
    silent = Walk(process=found.process, given=given)
    with playing(bundle, silent) as game:
        open_ = game.now(as_written).unanswered
        assert [(each.what, each.nth) for each in open_] == [(operation, 0)]
        stages = game.snapshots[-1].states[""].stages
    for answer in ({"return": {"id": "X-1"}}, {"fail": {"kind": "declined"}}):
        with playing(bundle, silent.answered(operation, 0, answer)) as game:
            assert game.now(as_written).unanswered == ()
            assert game.snapshots[-1].states[""].stages != stages
            sent = [each for step in game.told(as_written) for each in step.sent]
            assert next(each.answer for each in sent if each.kind == "call") in (
                "return",
                "declined",
            )


def test_answers_come_in_turn() -> None:
    walk = WALK.answered("erp.call", 2, {"return": 3}).answered("erp.call", 1, {"fail": {}})
    assert walk.answers("erp.call") == [{"return": 3}, {"fail": {}}, {"return": 3}]
