"""Checkpoints outside: a file, a webhook, a mail, and what happens when they fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from parts.behind_the_back import without_triggers
from parts.chained import Moving, begin, sealer, write
from parts.stores import Stores

from orderloom.audit.checkpoint import open_note, read_verifier_key
from orderloom.platform.app.anchor_file import FileAnchor, told_in
from orderloom.platform.app.anchoring import AnchorFault
from orderloom.platform.app.anchors import MailAnchor, WebhookAnchor
from orderloom.platform.app.calls import Request, Response, Undelivered
from orderloom.platform.app.mail_content import Mail, MailFault
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.codec import loads
from orderloom.platform.store import Store
from orderloom.platform.store.seal_rows import CheckpointRow, SealTables
from orderloom.platform.words import Words


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores("memory")


def test_the_file_gets_every_checkpoint(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "anchors.jsonl"
    begin(store, 2)
    unanchored = sealer(store)
    write(store, 2)
    unanchored.seal()
    write(store, 2, 2)
    anchored = sealer(store, FileAnchor(path))
    anchored.keys = unanchored.keys
    for _ in range(3):
        anchored.run_once()
        write(store, 2)
    told = [each for each in told_in(path) if each is not None]
    rows = store.seal.checkpoints()
    assert [(each.no, each.note) for each in told] == [(row.no, row.note) for row in rows]
    assert [each.checkpoint.size for each in told] == [1, 3, 4, 5]
    assert store.seal.watches()["file"].no == rows[-1].no


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        ("rewrite", "anchor.differs"),
        ("cut", "anchor.differs"),
        ("scribble", "anchor.unreadable"),
        ("half", "anchor.unreadable"),
        ("forbid", "anchor.file"),
    ],
)
def test_a_file_that_says_otherwise_is_not_continued(
    store: Store, tmp_path: Path, harm: str, fault: str
) -> None:
    path = tmp_path / "anchors.jsonl"
    begin(store, 2)
    sealing = sealer(store, FileAnchor(path))
    write(store, 2, 2)
    sealing.run_once()
    match harm:
        case "rewrite":
            other = tmp_path.joinpath("other")
            other.write_bytes(path.read_bytes().replace(b"\\n2\\n", b"\\n1\\n"))
            other.replace(path)
        case "cut":
            path.write_bytes(path.read_bytes().replace(b"\\n2\\n", b"\\n9\\n"))
        case "scribble":
            path.write_bytes(path.read_bytes() + b"hello\n")
        case "half":
            path.write_bytes(path.read_bytes() + b'{"no":2,')
        case _:
            path.unlink()
            path.mkdir()
    before = path.read_bytes() if path.is_file() else b""
    write(store, 2)
    assert sealing.run_once() == 1
    assert store.seal.watches()["file"].fault.startswith(f"{fault}: ")
    assert (path.read_bytes() if path.is_file() else b"") == before


@dataclass
class Failing:
    """An anchor that fails as often as it is told to."""

    left: int
    name: str = "failing"
    every: timedelta = timedelta(seconds=1)
    told: list[int] = field(default_factory=list)

    def __call__(self, last: CheckpointRow, tables: SealTables, /) -> None:
        self.told.append(last.no)
        if self.left:
            self.left -= 1
            raise AnchorFault("anchor.test", "not today")


def test_what_fails_is_tried_again_later_and_later(store: Store) -> None:
    begin(store, 2)
    now, metrics = Moving(), Metrics()
    anchor = Failing(3)
    sealing = sealer(store, anchor, now=now, metrics=metrics)
    write(store, 2)
    tries = list[int]()
    for second in range(0, 120, 5):
        sealing.run_once()
        if len(anchor.told) > len(tries):
            tries.append(second)
        if second == 30:
            watch = store.seal.watches()["failing"]
            assert (watch.fault, watch.failures) == ("anchor.test: not today", 3)
            assert b'orderloom_anchor_failures{anchor="failing"} 3.0' in metrics.page()
        now.pass_(seconds=5)
    assert tries == [0, 10, 30, 70]
    assert store.seal.watches()["failing"].fault == ""
    assert b'orderloom_anchor_failures{anchor="failing"} 0.0' in metrics.page()


def test_a_mail_goes_out_once_a_day(store: Store) -> None:
    begin(store, 2)
    now, sent = Moving(), list[Mail]()
    sealing = sealer(store, MailAnchor("erin@example.com", sent.append, Words("sk")), now=now)
    for _ in range(50):
        write(store, 2)
        sealing.run_once()
        now.pass_(hours=1)
    assert len(sent) == 3
    assert sent[0].to == "erin@example.com"
    assert sent[0].subject == "Kontrolný bod 1 auditného denníka"
    keys = [read_verifier_key(each.verifier) for each in store.seal.signers()]
    assert open_note(sent[-1].text.split("\n\n", 1)[1], keys)


def test_mail_that_cannot_go_is_told(store: Store) -> None:
    def refuse(mail: Mail) -> None:
        raise MailFault("mail.550", again=False)

    begin(store, 2)
    write(store, 2)
    for send, fault in ((refuse, "anchor.mail: mail.550"), (None, "anchor.mail: no mail server")):
        sealing = sealer(store, MailAnchor("erin@example.com", send, Words("en")))
        sealing.seal(always=not store.seal.latest())
        sealing.anchoring.run_once(at_once=True)
        assert store.seal.watches()["mail"].fault.startswith(fault)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Response(204, b""), ""),
        (Response(500, b""), "anchor.refused: the other side answered 500"),
        (Undelivered("invalid", "address.refused", "private"), "address.refused: private"),
    ],
)
def test_a_webhook_is_told_and_heard(
    store: Store, answer: Response | Undelivered, fault: str
) -> None:
    sent = list[Request]()

    def send(request: Request, /) -> Response | Undelivered:
        sent.append(request)
        return answer

    begin(store, 2)
    write(store, 2)
    sealing = sealer(store, WebhookAnchor("https://anchor.example/", send))
    sealing.run_once()
    assert store.seal.watches()["webhook"].fault == fault
    (request,) = sent
    row = store.seal.latest()
    assert row is not None
    assert loads(request.body or b"") == {"no": 1, "at": row.at, "size": 1, "note": row.note}
    assert request.headers["Idempotency-Key"] == "checkpoint-1"


def test_a_rewritten_database_differs_from_its_anchor(store: Store, tmp_path: Path) -> None:
    begin(store, 2)
    sealing = sealer(store, FileAnchor(tmp_path / "anchors.jsonl"))
    write(store, 2, 2)
    sealing.run_once()
    without_triggers(
        store,
        *(f"DELETE FROM {table}" for table in ("audit_tile", "audit_checkpoint", "audit_key")),
        "UPDATE audit_entry SET actor = 'u_2'",
        "DELETE FROM audit_entry WHERE seq = 2",
        "UPDATE order_row SET chain_seq = 1, chain_head ="
        " (SELECT hash FROM audit_entry WHERE stream = 2)",
    )
    assert sealing.run_once() == 1
    assert store.seal.watches()["file"].fault.startswith("anchor.differs")
