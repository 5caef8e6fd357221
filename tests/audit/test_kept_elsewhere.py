"""What was kept elsewhere gives away a log that was rewritten with its own key."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from parts.exported_log import SealedLog, sealed_log, stream

from orderloom.audit.export import Stream
from orderloom.audit.verify import Problem, verify_file
from orderloom.audit.verify_beside import ANCHOR, EARLIER, Kept, earlier_anchors, read_anchor

THREE = [stream(number, 3) for number in (1, 2, 3)]


def upto(whole: Stream, count: int) -> Stream:
    """A stream's beginning."""
    entries = list(whole.entries)[:count]
    return replace(whole, count=count, head=entries[-1].hash, entries=entries)


# How it was: of each order the first two entries, sealed at 4 and 6.
OLD = SealedLog([upto(each, 2) for each in THREE], (4, 6))
# Rewritten by somebody who has the key: everything fits again.
REWRITTEN = {
    "nothing": (SealedLog(THREE, (4, 6, 9)), None),
    "an order is gone": (
        SealedLog([THREE[0], THREE[2]], (4, 6)),
        Problem("SO-2", 2, "missing", EARLIER),
    ),
    "an order is another": (
        SealedLog([THREE[0], stream(2, 3, said="no"), THREE[2]], (4, 6, 9)),
        Problem("SO-2", 2, "changed", EARLIER),
    ),
    "the tail is gone": (
        SealedLog([THREE[0], upto(THREE[1], 1), THREE[2]], (4, 6)),
        Problem("SO-2", 2, "cut"),
    ),
    "one was put in before": (
        SealedLog([stream(0, 3), *THREE], (4, 6, 12)),
        Problem(None, None, "changed", f"{EARLIER}, checkpoint of 4 entries"),
    ),
}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.zip"
    path.write_bytes(OLD.zip())
    return path


@pytest.mark.parametrize("what", REWRITTEN)
def test_an_earlier_export(what: str, old: Path, tmp_path: Path) -> None:
    log, problem = REWRITTEN[what]
    path = tmp_path / "new.zip"
    path.write_bytes(log.zip())
    assert verify_file(path, kept=Kept((), earlier_anchors(old), old)).first == problem


@pytest.mark.parametrize("form", ["lines", "notes", "letter"])
def test_an_anchor_in_any_form(form: str, tmp_path: Path) -> None:
    anchor, path = tmp_path / "anchor", tmp_path / "new.zip"
    letter = f"Date: today\n\nThe log stands at\n\n{OLD.notes[-1][1]}\n-- \n"
    told = [{"no": no, "at": "x", "note": note} for no, note in OLD.notes]
    forms = {
        "lines": "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in told),
        "notes": "\n".join(note for _, note in OLD.notes),
        "letter": letter.replace("\n", "\r\n"),
    }
    anchor.write_text(forms[form], encoding="utf-8", newline="")
    kept = Kept((), read_anchor(anchor))
    assert len(kept.anchors) == (1 if form == "letter" else 2)
    path.write_bytes(REWRITTEN["nothing"][0].zip())
    assert verify_file(path, kept=kept).ok
    path.write_bytes(REWRITTEN["an order is another"][0].zip())
    sizes = (6,) if form == "letter" else (4, 6)
    assert [each.part for each in verify_file(path, kept=kept).problems] == [
        f"{ANCHOR}, checkpoint of {size} entries" for size in sizes
    ]
    path.write_bytes(SealedLog(THREE[:1], (2,)).zip())
    cut = verify_file(path, kept=kept)
    assert cut.first == Problem(None, None, "cut", f"{ANCHOR}, checkpoint of {sizes[0]} entries")


def test_streams_that_go_on_over_several_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderloom.audit.export_zip.BLOCK_ROWS", 4)
    log = sealed_log(3, (5, 20), entries=10)
    one, two, three = log.streams
    path, before = tmp_path / "blocks.zip", tmp_path / "before.zip"
    path.write_bytes(log.zip())
    report = verify_file(path, processes=2)
    assert (report.ok, report.checked, report.streams) == (True, 30, 3), report
    before.write_bytes(SealedLog([upto(two, 8)]).zip())
    assert verify_file(path, kept=Kept((), (), before)).ok
    entry = list(two.entries)[7]
    changed = replace(entry, body=entry.body.replace(b"u_1", b"u_2"))
    entries = [changed if each.seq == 8 else each for each in two.entries]
    path.write_bytes(log.zip(streams=[one, replace(two, entries=entries), three]))
    assert verify_file(path).first == Problem("SO-2", 8, "changed")
    path.write_bytes(log.zip(streams=[one, replace(two, entries=entries[:4]), three]))
    assert ("SO-2", 5) in {(each.order, each.entry) for each in verify_file(path).problems}
