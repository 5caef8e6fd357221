"""Whatever a command brings, the interpreter answers: an outcome or a "no" with code and place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts.construct_parts import EVERYBODY, FIELDS
from parts.world import CAST, Order, World

from orderloom.platform.engine import Context, Failure, Outcome, advance
from orderloom.platform.engine import commands as c
from orderloom.platform.problem import Rejection

DOCUMENTS: list[Mapping[str, Any]] = [
    {
        "kind": "process",
        "id": "t",
        "title": "T",
        "form": "f",
        "number": "T-{seq}",
        "start": {"by": EVERYBODY, "draft": True},
        "holds": {"fraud": {"title": "F", "by": ["sales"], "stops": ["a"]}},
        "events": {
            "go": {"by": EVERYBODY},
            "shipped": {
                "by": EVERYBODY,
                "data": {"parcel": "string", "on": "date", "lines": [{"sku": "string"}]},
            },
            "fix": {"by": EVERYBODY, "fields": ["n", "lines"], "reason": "required"},
            "accept": {"by": EVERYBODY, "form": "g"},
        },
        "stages": {
            "a": {
                "do": [
                    {"task": "t", "title": "T", "by": "sales", "fields": ["n", "lines.qty"]},
                    {"task": "u", "title": "U", "by": "sales", "form": "g", "as": "got"},
                    {"approval": "ok"},
                ],
                "on": {"go": "b", "shipped": "b", "fix": "b", "accept": "b"},
            },
            "b": {},
        },
    },
    {
        "kind": "form",
        "id": "f",
        "title": "F",
        "schema": {"type": "object", "properties": FIELDS},
        "edit": [{"fields": ["n", "s", "lines"], "in": "any"}],
        "compute": {"total": "if n = null then 0 else n * 2"},
    },
    {
        "kind": "form",
        "id": "g",
        "title": "G",
        "schema": {"type": "object", "properties": {"po": {"type": "string"}}},
    },
    {
        "kind": "approval",
        "id": "ok",
        "title": "OK",
        "steps": [{"id": "boss", "approvers": "sales", "edit": ["n"]}],
        "separation": {"requester": False},
    },
]
WORLD = World(DOCUMENTS)
ORDER = WORLD.create("alice", n=1, lines=[{"sku": "A", "qty": 1}])

names = st.sampled_from([*FIELDS, "0", "-", "", "a/b", "~", "parcel", "on", "po", "answer", "ž"])
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from([10**40, Decimal("1e-30"), "2026-02-30", "PT", "\x00", "x" * 300])
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names | st.text(max_size=4), inner),
    max_leaves=12,
)
objects = st.dictionaries(names | st.text(max_size=4), json_values, max_size=4)
anything = json_values | objects | st.floats() | st.binary() | st.sets(st.integers(), max_size=2)
texts = st.text(max_size=10) | st.none()
tasks = st.sampled_from([*map(int, ORDER.state.tasks), 0, -1, 99])
verdicts = st.sampled_from(["approve", "reject", "ask", "withdraw", "maybe", ""])
events = st.sampled_from(["go", "shipped", "fix", "accept", "inner", "", "*", "done.t", "."])
bodies = st.one_of(
    st.builds(c.SendEvent, events, objects | anything, texts | anything, texts),
    st.builds(c.EditData, objects | anything, texts | anything),
    st.builds(c.CompleteTask, tasks | anything, texts | anything, objects | anything, texts),
    st.builds(c.CastVerdict, tasks, verdicts | anything, texts, objects | anything, texts, texts),
    st.builds(c.WaiveTicket, tasks, texts | anything),
    st.builds(c.ClaimTask, tasks | anything),
    st.builds(c.SetHold, st.sampled_from(["fraud", "none"]) | anything, reason=texts | anything),
    st.builds(c.SettleAttention, tasks, texts | anything, texts, texts, objects | anything),
    st.builds(c.StartActivity, tasks | anything),
    st.builds(c.CallResult, tasks, json_values),
)


def _say(order: Order | None, body: c.Body, by: str = "alice") -> Any:
    """One command; what it asks is answered, nothing is kept."""
    state = order.state if order is not None else None
    answers: dict[tuple[int, str], Any] = {}
    while True:
        context = Context(now=WORLD.now, actor=CAST[by], answers=answers)
        said = advance(ORDER.release, state, body, context)
        if isinstance(said, Outcome | Rejection | Failure):
            return said
        answers[said.ordinal, said.digest] = WORLD._answer(said.question)


@given(bodies)
def test_no_command_raises_or_fails(body: c.Body) -> None:
    said = _say(ORDER, body)
    assert isinstance(said, Outcome | Rejection), said
    if isinstance(said, Rejection):
        assert "." in said.code
        assert said.message


@given(objects | anything, st.booleans())
def test_no_order_is_made_of_what_does_not_fit(data: Any, draft: bool) -> None:
    said = _say(None, c.Create("t", data, order=5, draft=draft))
    assert isinstance(said, Outcome | Rejection), said
    if isinstance(said, Outcome):
        assert set(said.state.data) <= set(FIELDS)


def _deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        (c.SendEvent("none"), "event.unknown", None),
        (c.SendEvent("shipped", {"parcel": 7}), "event.data", "parcel"),
        (c.SendEvent("shipped", {"on": "2026-02-30"}), "event.data", "on"),
        (
            c.SendEvent("shipped", {"lines": [{"sku": "A"}, {"sku": 1}]}),
            "event.data",
            "lines.1.sku",
        ),
        (c.SendEvent("shipped", {"weight": 7}), "event.unknown_data", "weight"),
        (c.SendEvent("go", {"weight": 7}), "event.unknown_data", "weight"),
        (c.SendEvent("go", [1]), "input.type", "data"),  # type: ignore[arg-type]
        (c.SendEvent("fix", {"s": "x"}, "so"), "form.unknown_field", "s"),
        (c.SendEvent("fix", {"n": "x"}, "so"), "form.invalid", "n"),
        (c.SendEvent("fix", {"n": 2}), "event.reason_required", "reason"),
        (c.SendEvent("accept", {"po": 7}), "form.invalid", "po"),
        (c.EditData({"weight": 1}), "form.unknown_field", "weight"),
        (c.EditData({"7": 1}), "form.unknown_field", "7"),
        (c.EditData({"lines": [{"sku": "A", "weight": 1}]}), "form.unknown_field", "lines.weight"),
        (c.EditData({"total": 1}), "form.not_editable", "total"),
        (c.EditData({"day": "2026-02-01"}), "form.not_editable", "day"),
        (c.EditData({"n": "x"}), "form.invalid", "n"),
        (c.EditData({"n": 2}, "x" * 10_001), "input.too_long", "reason"),
        (c.EditData({"s": "x" * 1_000_001}), "input.too_long", "patch.s"),
        (c.EditData({"s": _deep(10_000)}), "input.too_deep", "patch"),
        (c.EditData({"n": 10**1001}), "input.number", "patch.n"),
        (c.EditData({"n": Decimal("1e99999")}), "input.number", "patch.n"),
        (c.EditData({"n": 1.5}), "input.type", "patch.n"),
        (c.EditData({"s": "\ud800"}), "input.type", "patch.s"),
        (c.CompleteTask(99), "task.not_found", None),
        (c.CompleteTask(True), "input.type", "task"),
        (c.CastVerdict(99, "approve"), "task.not_found", None),
        (c.SetHold("none"), "hold.unknown", None),
        (c.SendEvent("go", time=datetime(2026, 3, 2)), "input.type", "time"),
    ],
)
def test_each_fault_has_its_code_and_place(body: c.Body, code: str, path: str | None) -> None:
    said = _say(ORDER, body)
    assert isinstance(said, Rejection), said
    assert (said.code, said.path) == (code, path)


def test_an_order_with_unknown_fields_is_refused() -> None:
    said = _say(None, c.Create("t", {"n": 1, "lines": [{"sku": "A", "weight": 2}]}, order=5))
    assert isinstance(said, Rejection)
    assert (said.code, said.path) == ("form.unknown_field", "lines.weight")


def test_an_answer_that_nobody_can_keep_is_a_failure_of_the_call() -> None:
    documents: list[Mapping[str, Any]] = [
        {
            **DOCUMENTS[0],
            "stages": {
                "a": {"do": [{"call": "erp.ask", "as": "got", "on": {"failed": "b"}}]},
                "b": {},
            },
        },
        *DOCUMENTS[1:],
    ]
    world = World(documents)
    order = world.create("alice", n=1)
    world.answer("erp.ask", _deep(5_000))
    assert order.stages == ["b"]
