"""The export alone rebuilds every order (engine 1: state = fold of events)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.application import small_application
from parts.examples import NOW, folder
from parts.exported import folded
from parts.migrated import build

from orderloom.audit import verify as verifier
from orderloom.audit.entry import decode
from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import export_lines, verify_file, verify_store
from orderloom.platform.app.bringing import bring_orders
from orderloom.platform.app.doctor import examine
from orderloom.platform.codec import loads
from orderloom.platform.engine import OrderState
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Command
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings

SETS = (
    ("b2b-order", "northwind", "orders/northwind_json", 830),
    ("purchase-order", "adventureworks", "orders/adventureworks/purchase_orders.json", 500),
)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_real_orders_are_rebuilt_from_the_export_alone(
    kind: str, tmp_path: Path, shared_data: Path, request: pytest.FixtureRequest
) -> None:
    url = str(request.getfixturevalue("postgres_url")) if kind == "postgres" else ""
    app = build(Settings(home=tmp_path / "home", database_url=url, clock=NOW, second_person=False))
    try:
        for example, mapping, source, count in SETS:
            done = bring_orders(app, folder(example), mapping, shared_data / source)
            assert done.to_json()["created"] == count
        out = tmp_path / "export.jsonl"
        out.write_bytes(b"".join(export_lines(app)))
        with out.open("rb") as lines:
            rebuilt = folded(lines)
        stored = _stored(app, list(rebuilt))
        assert len(rebuilt) >= sum(count for *_, count in SETS)
        assert [id_ for id_, state in rebuilt.items() if state != stored.get(id_)] == []
        assert [check for check in examine(app) if check.problems] == []
        report = verify_store(app)
        assert (report["ok"], report["streams"]) == (True, app_streams(app))
        alone = verify_file(out)
        # The database tells of its seal besides.
        assert alone == {key: report[key] for key in alone}
        _verified_alone(out, tmp_path, report["checked"])
    finally:
        app.close()


def app_streams(app: Application) -> int:
    return sum(1 for _ in app.store.audit.streams())


def _verified_alone(export: Path, folder: Path, entries: int) -> None:
    """By the files of the verifier alone, copied elsewhere, without any library."""
    alone = folder / "alone"
    alone.mkdir()
    for file in Path(verifier.__file__).parent.glob("verify*.py"):
        shutil.copy(file, alone / file.name)
    command = [sys.executable, "-I", "-S", str(alone / "verify.py"), str(export)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f'"checked": {entries}' in done.stdout


def _stored(app: Application, ids: list[int]) -> dict[int, OrderState]:
    found: dict[int, OrderState] = {}
    for start in range(0, len(ids), 200):
        rows = app.store.reads.orders_by_id(1, ids[start : start + 200])
        found |= {id_: row.state for id_, row in rows.items()}
    return found


# ── random commands ──────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with small_application(tmp_path_factory.mktemp("small"), database="memory:", clock=NOW) as app:
        yield app


TEXT = st.text(max_size=12)
TASK = st.integers(1, 9)
BODIES = st.one_of(
    st.builds(
        lambda title, total, draft: c.Create(
            "request", {"title": title, "total": total}, draft=draft
        ),
        TEXT,
        st.decimals(-1, 400, places=2),
        st.booleans(),
    ),
    st.builds(lambda note, total: c.EditData({"note": note, "total": total}), TEXT, TASK),
    st.builds(
        lambda name, reason: c.SendEvent(name, reason=reason),
        st.sampled_from(["cancel", "paid", "x"]),
        TEXT,
    ),
    st.builds(
        c.CastVerdict,
        TASK,
        st.sampled_from(["approve", "reject", "return", "ask", "abstain"]),
        TEXT,
    ),
    st.builds(lambda task, invoice: c.CompleteTask(task, data={"invoice": invoice}), TASK, TEXT),
    st.builds(c.ClaimTask, TASK, st.booleans()),
    st.just(c.StartDraft()),
    st.just(c.DiscardDraft()),
    st.just(c.Wake()),
)
LOGINS = st.sampled_from(["alice", "alice", "bob", "bob", "carol", "erin", "mallory"])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(LOGINS, BODIES), min_size=1, max_size=14))
def test_random_commands_are_rebuilt_from_the_export_alone(
    small: Application, moves: list[tuple[str, c.Body]]
) -> None:
    orders: list[int] = []
    begun = c.Create("request", {"title": "Desk", "total": 250})
    for login, body in [("alice", begun), *moves]:
        actor = small.accounts.by_login(login)
        assert actor is not None
        order = 0 if isinstance(body, c.Create) else (orders or [0])[-1]
        sent = c.SYSTEM if isinstance(body, c.Wake) else actor
        reply = small.handle(Command(body=body, actor=sent, order=order))
        if not isinstance(reply, Rejection) and reply.order not in orders:
            orders.append(reply.order)
    stored = _stored(small, orders)
    for order in orders:
        lines = list(export_lines(small, order=_number(small, order)))
        assert folded(lines) == {order: stored[order]}
        assert verifier.verify_lines(lines).ok


def _number(app: Application, order: int) -> str:
    state = _stored(app, [order])[order]
    return state.number or f"~{order}"


def test_the_random_commands_reach_every_end(small: Application) -> None:
    """What the property has made so far: refusals, verdicts and ends are among it."""
    types = {
        type_
        for line in export_lines(small)
        if b'"b":' in line
        for type_, _ in decode(loads(line)["b"]).told()
    }
    assert {"order.created", "approval.opened", "decided", "data.changed", "refused"} <= types
