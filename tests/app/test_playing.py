"""A walk: each scenario step by step, steps taken back, saved walks, answers, limits, nonsense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.application import small_application
from parts.examples import EXAMPLES, folder
from parts.small_bundle import write_small_bundle

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.playing import Game, Playable, Playing
from orderloom.platform.app.playing_now import deeds
from orderloom.platform.app.playing_saving import expected, save_walk
from orderloom.platform.app.playing_walk import MOST_STEPS, Walk, read_walk, walk_of
from orderloom.platform.app.publish import NotPublished, Published, PublishOptions
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.simulation import open_world
from orderloom.platform.codec import dumps
from orderloom.platform.definitions import Bundle, Document
from orderloom.platform.problem import Rejection
from orderloom.platform.words import LANGUAGES

READER = replace(OPERATOR, language="en", zone="Europe/Warsaw")
BEGUN = {
    "now": "2026-03-06T10:00:00+01:00",
    "order": {"by": "alice", "data": {"title": "Desk", "total": 250}},
}
STEPS: tuple[Mapping[str, Any], ...] = (
    {"pass": "P1D"},
    {"as": "bob", "approve": "manager", "comment": "ok"},
    {"as": "carol", "task": "pay", "with": {"invoice": "I-7"}},
)
WALK = Walk(process="request", given=BEGUN, steps=STEPS)


def as_written(template: str, names: Mapping[str, Any]) -> str:
    return template


@pytest.fixture
def small(tmp_path: Path) -> Bundle:
    return open_bundle(write_small_bundle(tmp_path / "bundle"))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path) as opened:
        yield opened


@contextmanager
def playing(bundle: Bundle, walk: Walk, language: str = "en") -> Iterator[Game]:
    game = Game(bundle, walk, replace(READER, language=language))
    try:
        game.begin()
        yield game
    finally:
        game.close()


def with_scenario(bundle: Bundle, value: Mapping[str, Any]) -> Bundle:
    made = Document(kind="scenario", id="made", file="scenarios/made.yaml", line=1, value=value)
    return replace(bundle, scenarios=(made,))


def process(bundle: Bundle, change: Any) -> Bundle:
    """The bundle with its process changed by `change(value)`."""
    return replace(
        bundle,
        documents=tuple(
            replace(each, value=change(dict(each.value))) if each.kind == "process" else each
            for each in bundle.documents
        ),
    )


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


# ── limits and nonsense ──────────────────────────────────────────────────────────────────────


def test_a_walk_has_an_end(small: Bundle) -> None:
    far = replace(WALK, steps=tuple({"pass": "PT1S"} for _ in range(MOST_STEPS)))
    one_more = far.and_then({"pass": "PT1S"})
    assert isinstance(one_more, Rejection)
    assert one_more.code == "play.too_many_steps"
    many = walk_of({**far.scenario(), "steps": [{"pass": "PT1S"}] * 1000})
    assert isinstance(many, Rejection)
    assert many.code == "play.too_many_steps"


def test_a_clock_that_strikes_for_ever_is_stopped(small: Bundle) -> None:
    def ticking(value: dict[str, Any]) -> dict[str, Any]:
        stages = {**value["stages"]}
        tick = {"every": "PT1S", "do": [{"set": {"note": '"tick"'}}]}
        stages["approval"] = {**stages["approval"], "after": [tick]}
        return {**value, "stages": stages}

    walk = replace(WALK, steps=({"pass": "P30D"},))
    with playing(process(small, ticking), walk) as game:
        assert game.stopped is not None
        assert game.stopped.code == "play.endless"
        assert len(game.snapshots) == 1


NONSENSE = {
    "no JSON": ("{", "play.malformed"),
    "no map": ("[]", "play.malformed"),
    "of another process": (
        dumps({**WALK.scenario(), "process": "other"}).decode(),
        "play.malformed",
    ),
    "a step that says nothing": (
        dumps({**WALK.scenario(), "steps": [{"dance": 1}]}).decode(),
        "play.malformed",
    ),
    "a duration that is none": (
        dumps({**WALK.scenario(), "steps": [{"pass": "soon"}]}).decode(),
        "play.malformed",
    ),
    "too long": (dumps({**WALK.scenario(), "x-pad": "x" * 500_001}).decode(), "play.too_long"),
}


@pytest.mark.parametrize("name", list(NONSENSE))
def test_what_is_no_walk_is_refused(name: str) -> None:
    text, code = NONSENSE[name]
    refused = read_walk(text, "request")
    assert isinstance(refused, Rejection)
    assert refused.code == code


ODD: dict[str, Mapping[str, Any]] = {
    "a moment that is none": {"until": "2026-99-99T00:00:00Z"},
    "beyond all years": {"pass": "P99999Y"},
    "nobody known": {"as": "nobody", "do": "cancel", "reason": "x"},
    "a child that is not there": {"of": "parcels/7", "as": "bob", "do": "cancel"},
    "data of another shape": {"as": "alice", "edit": {"total": {"a": [1]}}},
    "an event that is none": {"from": "api", "do": "nothing"},
}


@pytest.mark.parametrize("name", list(ODD))
def test_odd_steps_are_refused_and_end_nothing(small: Bundle, name: str) -> None:
    with playing(small, WALK.upto(0)) as game:
        refused = game.take(ODD[name])
        assert isinstance(refused, Rejection)
        assert game.take(STEPS[0]) is None


def test_a_draft_with_errors_is_told_with_its_findings(app: Application) -> None:
    view = app.drafting.one(OPERATOR, "process", "request")
    assert not isinstance(view, Rejection)
    text = view.text.replace("form: request", "form: missing")
    assert not isinstance(
        app.drafting.save(OPERATOR, "process", "request", text, tag=view.tag), Rejection
    )
    refused = Playing(app.drafting, as_written).draft(OPERATOR, "request")
    assert isinstance(refused, Rejection)
    assert refused.code == "bundle.findings"
    assert refused.details


TEXTS = st.text(max_size=12) | st.none() | st.integers(-5, 5) | st.lists(st.integers(), max_size=2)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    step=st.dictionaries(
        st.sampled_from(["as", "do", "pass", "until", "approve", "task", "with", "of", "expect"]),
        TEXTS,
        max_size=4,
    )
)
def test_no_step_breaks_a_game(tmp_path_factory: Any, step: dict[str, Any]) -> None:
    bundle = _one(tmp_path_factory)
    walk = walk_of({**WALK.scenario(), "steps": [step]})
    if isinstance(walk, Rejection):
        return
    with playing(bundle, walk) as game:
        game.told(as_written)
        game.now(as_written)


_KNOWN: list[Bundle] = []


def _one(tmp_path_factory: Any) -> Bundle:
    if not _KNOWN:
        _KNOWN.append(open_bundle(write_small_bundle(tmp_path_factory.mktemp("one") / "b")))
    return _KNOWN[0]
