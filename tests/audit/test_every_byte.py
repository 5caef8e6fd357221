"""Whatever byte of an export is changed is found and named, even when checksums are repaired."""

from __future__ import annotations

import functools
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from parts.exported_log import KEY, LOG, OTHER_KEY, repacked, sealed_log, unpacked
from parts.exported_log import stream as stream_of

from orderloom.audit.verify import Problem, Report, verify_file
from orderloom.audit.verify_beside import Kept, read_receipts
from orderloom.audit.verify_ed25519 import is_signature
from orderloom.audit.verify_notes import read_key

# Two orders of three entries; the last one is not sealed.
SMALL = sealed_log(2, (2, 5), entries=3)
ZIP, LINES = SMALL.zip(), SMALL.lines()
PACK = SMALL.zip(streams=SMALL.streams[:1], whole=False)
LABEL = re.compile(rb'("order":"[^"]*|"no":[0-9]*)$')
Verify = Callable[..., Report]


@pytest.fixture
def verify(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verify:
    """Checks bytes. A signature that was looked at once is not looked at again."""
    again = functools.cache(is_signature)
    monkeypatch.setattr("orderloom.audit.verify_notes.is_signature", again)
    path = tmp_path / "export"

    def checked(content: bytes, **more: Any) -> Report:
        path.write_bytes(content)
        return verify_file(path, **more)

    return checked


@pytest.mark.parametrize("content", [ZIP, LINES, PACK], ids=["zip", "lines", "pack"])
def test_untouched_it_is_good(content: bytes, verify: Verify) -> None:
    report = verify(content)
    assert report.ok, report
    assert report.checked == (3 if content is PACK else 6)


@pytest.mark.parametrize("content", [ZIP, LINES, PACK], ids=["zip", "lines", "pack"])
def test_every_single_byte(content: bytes, verify: Verify) -> None:
    names = dict(_parts(content)) if content is not LINES else {}
    for place in range(0, len(content), 5 if content is PACK else 1):
        first = verify(_flipped(content, place)).first
        assert first is not None, f"byte {place} can be changed"
        if names.get(place, "").startswith("entries"):
            assert first.entry is not None or first.part == names[place], (place, first)
        elif content is not LINES:
            assert first.part is not None or first.entry is not None


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_bytes_by_any_other(verify: Verify, data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([ZIP, LINES, PACK])))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    if bytes(content) not in (ZIP, LINES, PACK):
        assert not verify(bytes(content)).ok


def test_every_byte_of_an_entry_names_that_entry_even_with_repaired_checksums(
    verify: Verify,
) -> None:
    parts = unpacked(ZIP)
    bodies = parts["entries/000001.jsonl"]
    for place in range(len(bodies)):
        before = bodies[:place].count(b"\n")
        changed = {**parts, "entries/000001.jsonl": _flipped(bodies, place)}
        report = verify(repacked(changed, ZIP), unsigned=True)
        line_end = bodies[place : place + 1] == b"\n"
        named = {(each.order, each.entry) for each in report.problems}
        if not line_end:
            assert (f"SO-{before // 3 + 1}", before % 3 + 1) in named, (place, report)
        assert not report.ok


@pytest.mark.parametrize("name", sorted(set(unpacked(ZIP)) - {"entries/000001.jsonl"}))
def test_whoever_repairs_all_checksums_is_found_by_chain_tree_or_signature(
    name: str, verify: Verify
) -> None:
    parts = unpacked(ZIP)
    for place in range(0, len(parts[name]), 2):
        content = repacked({**parts, name: _flipped(parts[name], place)}, ZIP)
        assert not verify(content).ok  # The manifest was signed.
        # An order's number and a checkpoint's are vouched for by the manifest alone.
        if not LABEL.search(parts[name][:place]):
            assert not verify(content, unsigned=True).ok, (name, place)


def test_facts_of_the_manifest_are_signed(verify: Verify) -> None:
    for facts in ({"at": "2027-01-01T00:00:00.000000Z"}, {"personal": "left out"}):
        report = verify(repacked(unpacked(ZIP), ZIP, facts=facts))
        assert report.first == Problem(None, None, "missing", "manifest.note")
        signed = repacked(unpacked(ZIP), ZIP, facts=facts, keep_signature=True)
        assert verify(signed).first == Problem(None, None, "forged", "manifest.note")


@pytest.mark.parametrize("content", [ZIP, LINES, PACK], ids=["zip", "lines", "pack"])
def test_cut_extended_doubled(content: bytes, verify: Verify) -> None:
    for length in range(0, len(content), 7):
        assert not verify(content[:length]).ok
    assert not verify(content[:-1]).ok
    for more in (b"\0", b"\n", b"x", content, content[-22:]):
        assert not verify(content + more).ok
        assert not verify(more + content).ok


def test_orders_that_are_taken_out_put_in_or_exchanged(verify: Verify) -> None:
    log = sealed_log(3, (9,), entries=3)
    one, two, three = log.streams
    taken = verify(log.zip(streams=[one, three]))
    assert taken.first == Problem("SO-2", 1, "missing")
    put = verify(log.zip(streams=[one, two, three, stream_of(4, 3)]))
    assert put.ok
    assert put.facts["unsealed"] == 3
    left = list(three.entries)[:2]
    cut = verify(
        log.zip(streams=[one, two, replace(three, count=2, head=left[1].hash, entries=left)])
    )
    assert cut.first == Problem("SO-3", 3, "missing")
    other = verify(log.zip(streams=[one, stream_of(2, 3, said="otherwise"), three]))
    assert other.first == Problem("SO-2", 1, "changed")


def test_entries_may_not_change_places(verify: Verify) -> None:
    parts = unpacked(ZIP)
    lines = parts["entries/000001.jsonl"].splitlines(keepends=True)
    for one, other in ((0, 1), (1, 4), (0, 5)):
        swapped = list(lines)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        changed = {**parts, "entries/000001.jsonl": b"".join(swapped)}
        first = verify(repacked(changed, ZIP), unsigned=True).first
        assert first is not None
        assert (first.order, first.entry) == ("SO-1", one + 1)


def test_a_checkpoint_of_somebody_else_is_forged(verify: Verify) -> None:
    log = sealed_log(2, (2, 5), entries=3, keys=((KEY,), (OTHER_KEY,)))
    assert verify(log.zip()).ok  # The file brings both keys: it says no more than that.
    report = verify(log.zip(), keys=[read_key(str(KEY.verifier))])
    assert report.first == Problem(None, None, "forged", "checkpoint 2")
    # Whoever was trusted vouches for the next key by signing beside it.
    handed = sealed_log(2, (2, 4, 5), entries=3, keys=((KEY,), (OTHER_KEY, KEY), (OTHER_KEY,)))
    for key in (KEY, OTHER_KEY):
        assert verify(handed.zip(), keys=[read_key(str(key.verifier))]).ok


def test_a_whole_log_rewritten_with_a_key_of_ones_own_needs_the_true_key(verify: Verify) -> None:
    forged = sealed_log(2, (2, 5), entries=3, keys=((OTHER_KEY,),)).zip()
    report = verify(forged)
    assert report.ok
    assert "only as far as the file" in report.facts["warnings"][0]
    trusted = verify(forged, keys=[read_key(str(KEY.verifier))])
    assert {each.problem for each in trusted.problems} == {"forged"}
    unsealed = verify(sealed_log(2, ()).zip(), keys=[read_key(str(KEY.verifier))])
    assert unsealed.first == Problem(None, None, "missing", "checkpoints.jsonl")


def test_what_was_told_of_an_entry_is_compared(verify: Verify) -> None:
    entry = list(SMALL.streams[1].entries)[2]
    good = Kept(read_receipts(f"2:3:{entry.hash.hex()}"))
    header = f"Audit-Receipt: 2:3:{entry.hash.hex()}\r\n"
    assert read_receipts(header) == list(good.receipts)
    told = {"stream": 2, "seq": 3, "hash": entry.hash.hex()}
    for content in (ZIP, LINES):
        assert verify(content, kept=good).ok
        assert verify(content, kept=Kept(read_receipts(json.dumps(told)))).ok
        wrong = verify(content, kept=Kept(read_receipts(f"2:3:{bytes(32).hex()}")))
        assert (wrong.first, wrong.ok) == (Problem("SO-2", 3, "changed", "receipt"), False)
        gone = verify(content, kept=Kept(read_receipts(f"2:4:{bytes(32).hex()}")))
        assert gone.problems[0].problem == "missing"
        other = verify(content, kept=Kept(read_receipts(f"7:1:{bytes(32).hex()}")))
        assert other.first == Problem(7, 1, "missing", "receipt")


def _flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def _parts(content: bytes) -> Iterator[tuple[int, str]]:
    """Place → the part whose bytes or header stand there."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        for each in file.infolist():
            end = each.header_offset + 30 + len(each.filename) + each.compress_size
            yield from ((place, each.filename) for place in range(each.header_offset, end))


assert LOG in KEY.name
