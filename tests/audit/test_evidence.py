"""Samples that can be drawn again, and packs that a stranger reads and verifies."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts.application import small_application
from parts.behind_the_back import without_triggers
from parts.examples import NOW

from orderloom.audit.verify import Problem, verify_file
from orderloom.platform.app.application import Application
from orderloom.platform.app.evidence import Made, make_pack, sample
from orderloom.platform.app.evidence_sample import Sample, SampleQuery, quotas, rank_of
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Actor, Command
from orderloom.platform.problem import Rejection

CANARY = "kanarek <script>alert(1)</script> żółty"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """Six orders, two of them approved, with a comment that is personal and hostile."""
    with small_application(tmp_path_factory.mktemp("evidence"), clock=NOW) as app:
        alice, bob = actor(app, "alice"), actor(app, "bob")
        for n in range(6):
            body = c.Create("request", {"title": f"Desk {n}", "total": 250 + 100 * n})
            made = app.handle(Command(body=body, actor=alice))
            assert not isinstance(made, Rejection)
            if n % 3 == 0:
                told = app.handle(
                    Command(body=c.CastVerdict(3, "approve", CANARY), actor=bob, order=made.order)
                )
                assert not isinstance(told, Rejection), told
        app.sealing.seal()
        yield app


def actor(app: Application, login: str) -> Actor:
    found = app.accounts.by_login(login)
    assert found is not None
    return found


def packed(app: Application, path: Path, *numbers: str, **more: Any) -> Made:
    given = {"reason": "yearly audit", "personal": False, "channel": "cli", **more}
    with path.open("wb") as out:
        made = make_pack(app, actor(app, "erin"), numbers, out=out, **given)
    assert isinstance(made, Made), made
    return made


def test_a_pack_verifies_by_itself(app: Application, tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    made = packed(app, path, "RQ-000001", "RQ-000004")
    key = str(app.store.seal.signers()[-1].verifier)
    program = [sys.executable, "-I", "-S", "audit/verify.py", str(path), "--key", key]
    root = Path(__file__).parents[2]
    done = subprocess.run(program, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    report = verify_file(path)
    assert (report.ok, report.facts["content"], report.facts["unsealed"]) == (True, "orders", 0)
    assert (report.checked, report.streams) == (made.entries, 2)


def test_the_verifier_in_a_pack_is_the_one_of_the_source(app: Application, tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    packed(app, path, "RQ-000001")
    with zipfile.ZipFile(path) as file:
        own = [name for name in file.namelist() if name.startswith("verifier/")]
        for name in own:
            (tmp_path / Path(name).name).write_bytes(file.read(name))
    program = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(path)]
    assert subprocess.run(program, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("personal", [False, True])
def test_what_stands_in_a_pack(app: Application, tmp_path: Path, personal: bool) -> None:
    path = tmp_path / "p.zip"
    packed(app, path, "RQ-000001", personal=personal)
    with zipfile.ZipFile(path) as file:
        content = {name: file.read(name) for name in file.namelist()}
    everything = b"".join(content.values())
    assert (b"kanarek" in everything) == personal
    # Names of people who acted are told; whoever reads must know who it was.
    for language, said in (("en", "approved"), ("pl", "Raport dowodowy"), ("sk", "Správa")):
        text = content[f"report-{language}.html"].decode()
        assert said in text
        assert "<script" not in text
        assert "http" not in text.replace("http-equiv", "")
        assert re.search(r"RQ-000001", text)
    assert ("kanarek &lt;script&gt;" in content["report-en.html"].decode()) == personal
    assert b"THIS_FILE.zip" in content["README.txt"]
    app.readings.flush()
    entries = [entry.body for each in app.store.audit.streams() for entry in each.entries]
    taken = [body for body in entries if b'"personal.exported"' in body and b'"evidence"' in body]
    assert bool(taken) == personal
    digests = [name for name in content if name.startswith("definitions/")]
    assert len(digests) >= 3
    assert verify_file(path).ok


def test_a_pack_is_an_entry_with_who_and_why(app: Application, tmp_path: Path) -> None:
    made = packed(app, tmp_path / "p.zip", "RQ-000002", reason="sample 14")
    entries = (entry for stream in app.store.audit.streams() for entry in stream.entries)
    last = [entry for entry in entries if b'"evidence.made"' in entry.body][-1]
    assert made.digest.encode() in last.body
    assert b"sample 14" not in last.body  # People's own words stand beside it.
    assert [each.value for each in last.personal] == [b'"sample 14"']


@pytest.mark.parametrize(
    ("numbers", "reason", "code"),
    [
        ((), "why", "evidence.none"),
        (("RQ-000001",), " ", "evidence.reason"),
        (("RQ-999999",), "why", "order.not_found"),
        (tuple(f"RQ-{n}" for n in range(501)), "why", "evidence.many"),
    ],
)
def test_what_is_refused(
    app: Application, numbers: tuple[str, ...], reason: str, code: str
) -> None:
    out = io.BytesIO()
    found = make_pack(
        app, actor(app, "erin"), numbers, reason=reason, personal=False, out=out, channel="web"
    )
    assert isinstance(found, Rejection)
    assert found.code == code


@pytest.mark.parametrize("login", ["alice", "bob", "mallory"])
def test_only_who_reads_the_audit_takes_evidence(app: Application, login: str) -> None:
    out = io.BytesIO()
    found = make_pack(
        app, actor(app, login), ["RQ-000001"], reason="x", personal=False, out=out, channel="web"
    )
    assert isinstance(found, Rejection)
    assert found.code == "permission.missing"
    query = SampleQuery(seed="1", size=3, where={})
    refused = sample(app, actor(app, login), query)
    assert isinstance(refused, Rejection)


def test_a_changed_definition_or_entry_is_found(app: Application, tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    packed(app, path, "RQ-000003")
    stored = app.store.reads.order_by_number(1, "RQ-000003")
    assert stored is not None
    with app.store.database.reading() as connection:
        find = "SELECT body FROM audit_entry WHERE seq = 1 AND stream = "
        body = connection.exec_driver_sql(f"{find}{stored.id}").scalar_one()
    change = "UPDATE audit_entry SET body = :b WHERE stream = :o AND seq = 1"
    without_triggers(app.store, change, o=stored.id, b=body.replace("Desk", "Tusk"))
    packed(app, path, "RQ-000003")
    without_triggers(app.store, change, o=stored.id, b=body)
    assert verify_file(path).first == Problem("RQ-000003", 1, "changed")


def test_the_same_seed_draws_the_same_orders_and_anybody_can_check(app: Application) -> None:
    numbers = [f"RQ-00000{n}" for n in range(1, 7)]
    for seed in ("14", "Żółw 2026"):
        query = SampleQuery(seed=seed, size=3, where={})
        found = sample(app, actor(app, "erin"), query)
        assert isinstance(found, Sample)
        assert found.population == 6
        assert [each.number for each in found.orders] == sorted(
            numbers, key=lambda number: rank_of(seed, number)
        )[:3]
    approved = sample(
        app,
        actor(app, "erin"),
        SampleQuery(seed="1", size=9, by="outcome", where={"status": "ended"}),
    )
    assert isinstance(approved, Sample)
    assert {each.number for each in approved.orders} <= {"RQ-000001", "RQ-000004"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (SampleQuery(seed="", size=3, where={}), "sample.seed"),
        (SampleQuery(seed="1", size=0, where={}), "sample.size"),
        (SampleQuery(seed="1", size=3, by="mood", where={}), "query.unknown_word"),
        (SampleQuery(seed="1", size=3, where={"mood": "good"}), "query.unknown_word"),
    ],
)
def test_a_wish_that_is_none(app: Application, query: SampleQuery, code: str) -> None:
    found = sample(app, actor(app, "erin"), query)
    assert isinstance(found, Rejection)
    assert found.code == code


@given(
    found=st.dictionaries(st.text("abcdef", min_size=1), st.integers(1, 500), min_size=1),
    size=st.integers(1, 300),
)
def test_quotas_are_in_proportion_and_add_up(found: dict[str, int], size: int) -> None:
    shares = quotas(found, size)
    total = sum(found.values())
    assert sum(shares.values()) == min(size, total)
    assert all(0 <= shares[name] <= found[name] for name in found)
    if size >= len(found):
        assert all(shares[name] >= 1 for name in found)
