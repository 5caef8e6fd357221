"""Whatever is voted, in whatever order: nobody twice, nobody barred, and outcomes that follow."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom import approvals
from orderloom.approvals import Round, Voter
from orderloom.platform.codec import dumps, loads
from orderloom.platform.problem import Rejection

PEOPLE = ("alice", "bob", "carol", "dave")
modes = st.sampled_from(["any", "all", {"quorum": 2}, {"percent": 60}, {"weight": 3}])
policies = st.fixed_dictionaries(
    {
        "on_reject": st.sampled_from(["veto", "majority", "return"]),
        "separation": st.fixed_dictionaries(
            {"requester": st.booleans(), "earlier_steps": st.booleans()}
        ),
        "modes": st.lists(modes, min_size=1, max_size=3),
    }
)
votes = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(["approve", "approve", "reject", "return", "abstain"]),
        st.integers(1, 3),
    ),
    max_size=14,
)


def _policy(given_: dict[str, Any]) -> approvals.Policy:
    steps = [
        {"id": f"s{index}", "approvers": {"users": '["x"]'}, "mode": mode}
        for index, mode in enumerate(given_["modes"])
    ]
    rest = {name: given_[name] for name in ("on_reject", "separation")}
    return approvals.compile_policy({"kind": "approval", "id": "a", "steps": steps, **rest})


def _open(policy: approvals.Policy, round_: Round) -> Round:
    """Steps whose turn has come are asked of everybody."""
    if approvals.outcome(policy, round_) is not None:
        return round_
    for id_ in approvals.current(round_):
        step = round_.step(id_)
        if step is not None and step.status == "waiting":
            round_ = approvals.assign(round_, id_, [f"u:{name}" for name in PEOPLE])
    return round_


@given(policies, votes)
def test_any_votes(given_: dict[str, Any], cast: list[tuple[str, str, int]]) -> None:
    policy = _policy(given_)
    plans = approvals.plan(policy, lambda expression: expression.evaluate({}))
    round_ = _open(policy, approvals.open_round(plans, content="c", requester="alice"))
    for name, verdict, weight in cast:
        turn = approvals.current(round_)
        if approvals.outcome(policy, round_) is not None or not turn:
            break
        said = approvals.cast(
            policy,
            round_,
            step=turn[0],
            by=Voter(name, frozenset({f"u:{name}"}), weight),
            verdict=verdict,
            comment="so",
            at="2026",
        )
        if not isinstance(said, Rejection):
            round_ = _open(policy, said)
        assert Round.from_json(loads(dumps(round_.to_json()))) == round_
    _holds(policy, round_)


def _holds(policy: approvals.Policy, round_: Round) -> None:
    said = [(step, vote) for step in round_.steps for vote in step.verdicts]
    for step in round_.steps:
        voters = [vote["by"] for vote in step.verdicts]
        assert len(voters) == len(set(voters))
    approvers = [vote["by"] for _, vote in said if vote["verdict"] == "approve"]
    if policy.separation.requester:
        assert "alice" not in [vote["by"] for _, vote in said]
    if policy.separation.earlier_steps:
        assert len(approvers) == len(set(approvers))
    outcome = approvals.outcome(policy, round_)
    verdicts = {vote["verdict"] for _, vote in said}
    if outcome == "approved":
        assert all(any(v["verdict"] == "approve" for v in s.verdicts) for s in round_.steps)
        assert "return" not in verdicts
        assert policy.on_reject == "majority" or "reject" not in verdicts
    if outcome == "rejected":
        assert "reject" in verdicts
    if outcome == "returned":
        assert "return" in verdicts or policy.on_reject == "return"


@pytest.mark.parametrize(
    ("mode", "needed"),
    [("any", 1), ("all", 4), ({"quorum": 3}, 3), ({"percent": 50}, 2), ({"percent": 51}, 3)],
)
def test_how_many_are_enough(mode: Any, needed: int) -> None:
    policy = _policy({"on_reject": "veto", "separation": {"requester": False}, "modes": [mode]})
    plans = approvals.plan(policy, lambda expression: None)
    round_ = _open(policy, approvals.open_round(plans, content="c", requester="zoe"))
    for count, name in enumerate(PEOPLE, 1):
        said = approvals.cast(
            policy,
            round_,
            step="s0",
            by=Voter(name, frozenset({f"u:{name}"})),
            verdict="approve",
            comment=None,
            at="2026",
        )
        assert isinstance(said, Round)
        round_ = said
        assert (approvals.outcome(policy, round_) == "approved") == (count >= needed)
        if count >= needed:
            break


def test_content_is_what_the_verdicts_are_bound_to() -> None:
    policy = approvals.compile_policy(
        {"kind": "approval", "id": "a", "material": ["lines.qty", "total"], "steps": []}
    )
    data = {"total": Decimal("10.0"), "note": "x", "lines": [{"qty": 1, "sku": "A"}]}
    content = approvals.content_digest(policy, data)
    same = [{**data, "note": "y"}, {**data, "total": 10}, dict(reversed(data.items()))]
    assert {approvals.content_digest(policy, one) for one in same} == {content}
    other = [{**data, "total": 11}, {**data, "lines": []}, {**data, "lines": [{"qty": 2}]}]
    assert content not in {approvals.content_digest(policy, one) for one in other}


def test_of_a_line_only_its_own_fields_and_the_head_are_material() -> None:
    policy = approvals.compile_policy(
        {
            "kind": "approval",
            "id": "a",
            "for_each": "line in lines",
            "material": ["lines.qty", "total"],
            "steps": [],
        }
    )
    line = {"qty": 1, "sku": "A"}
    content = approvals.content_digest(policy, {"total": 1, "lines": [line]}, line)
    more = {"total": 1, "lines": [line, {"qty": 2}]}
    assert approvals.content_digest(policy, more, {"qty": 1, "sku": "B"}) == content
    assert approvals.content_digest(policy, more, {"qty": 2}) != content
    assert approvals.content_digest(policy, {"total": 2, "lines": [line]}, line) != content
