"""Every way of tampering with a log is found and named by a verifier of its own."""

import json
import subprocess
import sys
from ast import literal_eval
from base64 import b64decode, b64encode
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from orderloom.audit import verify as module
from orderloom.audit.chain import extend, genesis
from orderloom.audit.entry import Header, encode, encode_trace
from orderloom.audit.export import StoredEntry, Stream, export
from orderloom.audit.personal import Committer
from orderloom.audit.verify import Head, Row, verify, verify_file, verify_lines

LOG = "3f0c"
Line = dict[str, Any]
# Two commands of three entries each.
ENTRIES = 6


def stream(number: int) -> Stream:
    """A stream whose second entry hides a personal value and whose third has a trace."""
    salts = count()
    bodies, traces, personal = [], [], []
    for place in range(ENTRIES):
        author = Committer(["email"], lambda: next(salts).to_bytes(16, "big"))
        facts = author.facts({"n": place, "data": {"email": "a@b"} if place == 1 else {}})
        trace = encode_trace({"rows": ["r1"]}) if place == 2 else None
        header = Header(
            at=f"2026-03-06T16:00:0{place // 3}.000000Z",
            actor="u_1",
            channel="web",
            command=place // 3 + 1,
        )
        bodies.append(
            encode("data.changed", facts, header=header, index=place % 3, count=3, trace=trace)
        )
        traces.append(trace)
        personal.append(tuple(author.found))
    hashes = extend(genesis(LOG, number), number, 0, bodies)
    entries = [
        StoredEntry(seq, *rest)
        for seq, rest in enumerate(zip(hashes, bodies, traces, personal, strict=True), 1)
    ]
    return Stream(number, f"SO-{number}", ENTRIES, hashes[-1], entries)


def lines(*numbers: int) -> list[Line]:
    """An export of some streams, as objects: 0 header, 1 head, 2 to 7 entries 1 to 6, …"""
    content = [json.loads(line) for line in export(LOG, [stream(each) for each in numbers])]
    del content[-1]["end"]["lines"]  # It would tell of every change, and not of which.
    return content


def raw(content: list[Line]) -> list[bytes]:
    return [json.dumps(line).encode() + b"\n" for line in content]


def change_body(content: list[Line]) -> None:
    content[4]["b"] = content[4]["b"].replace('"n":2', '"n":9')


def change_body_and_hash(content: list[Line]) -> None:
    change_body(content)
    before = b64decode(content[3]["h"])
    content[4]["h"] = b64encode(extend(before, 1, 2, [content[4]["b"].encode()])[0]).decode()


def rewrite_the_tail(content: list[Line]) -> None:
    change_body(content)
    before = b64decode(content[3]["h"])
    bodies = [line["b"].encode() for line in content[4:8]]
    for line, digest in zip(content[4:8], extend(before, 1, 2, bodies), strict=True):
        line["h"] = b64encode(digest).decode()


def swap_with_numbers(content: list[Line]) -> None:
    content[4], content[5] = content[5], content[4]
    content[4]["n"], content[5]["n"] = 3, 4


def swap_bodies(content: list[Line]) -> None:
    content[4]["b"], content[5]["b"] = content[5]["b"], content[4]["b"]


def renumber(content: list[Line]) -> None:
    for seq, line in enumerate(content[2:-1], 1):
        line["n"] = seq


def remove_and_renumber(content: list[Line]) -> None:
    del content[4]
    renumber(content)


def insert_and_renumber(content: list[Line]) -> None:
    content.insert(4, dict(content[3], b=content[3]["b"].replace('"n":1', '"n":7')))
    renumber(content)


def forge_value(content: list[Line]) -> None:
    content[3]["p"][0]["value"] = '"mallory@b"'


def forge_trace(content: list[Line]) -> None:
    content[4]["tr"] = '{"rows":["r2"]}'


def cut_tail_and_head(content: list[Line]) -> None:
    """Half a command is gone, and the head pretends that nothing followed."""
    del content[7]
    content[1] |= {"count": 5, "head": content[6]["h"]}


def move(content: list[Line]) -> None:
    content.insert(5, content.pop(3))


def add_copy(content: list[Line]) -> None:
    content.insert(5, dict(content[4]))


def add_after_end(content: list[Line]) -> None:
    content.insert(8, dict(content[7], n=7))


def delete(*places: int) -> Callable[[list[Line]], None]:
    def tamper(content: list[Line]) -> None:
        for place in sorted(places, reverse=True):
            del content[place]

    return tamper


TAMPERINGS: list[tuple[Callable[[list[Line]], None], str | int | None, int | None, str]] = [
    (change_body, "SO-1", 3, "changed"),
    (change_body_and_hash, "SO-1", 4, "changed"),
    (rewrite_the_tail, "SO-1", 6, "changed"),
    (forge_value, "SO-1", 2, "changed"),
    (forge_trace, "SO-1", 3, "changed"),
    (add_copy, "SO-1", 3, "inserted"),
    (insert_and_renumber, "SO-1", 3, "inserted"),
    (add_after_end, "SO-1", 7, "inserted"),
    (swap_with_numbers, "SO-1", 3, "reordered"),
    (swap_bodies, "SO-1", 3, "reordered"),
    (move, "SO-1", 2, "reordered"),
    (delete(4), "SO-1", 3, "missing"),
    (delete(2), "SO-1", 1, "missing"),
    (remove_and_renumber, "SO-1", 3, "missing"),
    (delete(7), "SO-1", 6, "cut"),
    (delete(2, 3, 4, 5, 6, 7), "SO-1", 1, "cut"),
    (cut_tail_and_head, "SO-1", 6, "cut"),
    (delete(1), 1, 1, "inserted"),
    (delete(*range(1, 8)), None, None, "missing"),
    (delete(-1), None, None, "cut"),
    (delete(0), None, None, "changed"),
]


@pytest.mark.parametrize(
    ("tamper", "order", "entry", "problem"),
    TAMPERINGS,
    ids=[f"{each[0].__name__}-{each[3]}-{place}" for place, each in enumerate(TAMPERINGS)],
)
def test_tampering_with_an_export_is_named(
    tamper: Callable[[list[Line]], None], order: str | int | None, entry: int | None, problem: str
) -> None:
    content = lines(1, 2)
    tamper(content)
    first = verify_lines(raw(content)).first
    assert first is not None
    assert (first.order, first.entry, first.problem) == (order, entry, problem)


@pytest.mark.parametrize("place", range(1, 16))
def test_any_line_taken_away_is_missed(place: int) -> None:
    content = lines(1, 2)
    assert len(content) == 16
    del content[place]
    assert not verify_lines(raw(content)).ok


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_an_untouched_export_is_good(number: int) -> None:
    report = verify_lines(raw(lines(*range(1, number + 1))))
    assert report.to_json() == {"ok": True, "checked": number * ENTRIES, "streams": number}


def test_without_personal_values_an_export_is_still_good() -> None:
    plain = list(export(LOG, [stream(1)], personal=False))
    assert not any(b"a@b" in line for line in plain)
    assert verify_lines(plain).ok


def test_a_file_cut_in_a_line_is_cut() -> None:
    data = b"".join(raw(lines(1)))
    for length in range(len(data) - 2):
        assert not verify_lines(data[:length].splitlines(keepends=True)).ok
    assert verify_lines([data[: 30 + len(data) // 2].splitlines(keepends=True)[0]]).first == (
        module.Problem(None, None, "cut")
    )


def test_every_changed_byte_of_a_stored_row_is_found() -> None:
    rows, heads = database(1)
    good = rows[3]
    for place in range(len(good.body)):
        body = bytearray(good.body)
        body[place] ^= 1
        rows[3] = Row(1, 4, good.hash, bytes(body))
        report = verify(rows, heads, log=LOG)
        assert report.first == module.Problem("SO-1", 4, "changed")


def database(*numbers: int) -> tuple[list[Row], dict[int, Head]]:
    """Rows as a store hands them over."""
    streams = [stream(each) for each in numbers]
    rows = [Row(each.stream, e.seq, e.hash, e.body) for each in streams for e in each.entries]
    return rows, {each.stream: Head(each.count, each.head, each.name) for each in streams}


@pytest.mark.parametrize(
    ("known", "present", "problem"),
    [
        ([1, 2], [1, 2], None),
        ([1, 2], [1], module.Problem("SO-2", 1, "cut")),
        ([1], [1, 2], module.Problem(2, 1, "inserted")),
        ([1, 2], [1, 2, 1], module.Problem("SO-1", 1, "reordered")),
    ],
)
def test_streams_are_compared_with_their_heads(
    known: list[int], present: list[int], problem: module.Problem | None
) -> None:
    _, heads = database(*known)
    rows, _ = database(*present)
    assert verify(rows, heads, log=LOG).first == problem


def test_another_log_s_entries_do_not_fit() -> None:
    rows, heads = database(1)
    assert verify(rows, heads, log="other").first == module.Problem("SO-1", 1, "changed")


def test_a_break_does_not_hide_a_later_one() -> None:
    rows, heads = database(1, 2, 3)
    del rows[14], rows[1]
    report = verify(rows, heads, log=LOG)
    assert report.problems == (
        module.Problem("SO-1", 2, "missing"),
        module.Problem("SO-3", 3, "missing"),
    )
    assert report.checked == 16


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["good.jsonl"], 0, '{"ok": true, "checked": 6, "streams": 1}'),
        (["bad.jsonl"], 1, '"first": {"order": "SO-1", "entry": 3, "problem": "changed"}'),
        (["none.jsonl"], 3, ""),
        ([], 2, ""),
    ],
)
def test_the_verifier_runs_alone(
    tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    content = lines(1)
    (tmp_path / "good.jsonl").write_bytes(b"".join(raw(content)))
    change_body(content)
    (tmp_path / "bad.jsonl").write_bytes(b"".join(raw(content)))
    program = Path(module.__file__).resolve()
    # -S and -I: neither our package nor any library can be found.
    command = [sys.executable, "-I", "-S", str(program), *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert said in done.stdout


def test_the_verifier_loads_no_line_of_the_writer() -> None:
    program = (
        "import sys, orderloom.audit.verify;"
        "print({each[:22] for each in sys.modules if each.startswith(('orderloom.', 'msgspec'))})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert sorted(literal_eval(done.stdout)) == ["orderloom.audit", "orderloom.audit.verify"]


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        (0, "log", 7),
        (1, "stream", -1),
        (1, "stream", 1 << 64),
        (1, "count", -1),
        (1, "count", 1 << 32),
        (1, "head", 7),
        (2, "s", -1),
        (2, "s", 1 << 64),
        (2, "n", -1),
        (2, "h", "x"),
        (2, "b", 7),
        (3, "p", 7),
        (8, "end", 7),
        (8, "end", {"streams": "x"}),
    ],
)
def test_an_export_of_nonsense_is_a_problem_not_a_crash(line: int, name: str, value: Any) -> None:
    content = lines(1)
    content[line][name] = value
    assert not verify_lines(raw(content)).ok


def test_progress_is_told() -> None:
    told: list[int] = []
    rows, heads = database(*range(1, 340))
    verify(rows, heads, log=LOG, progress=told.append)
    assert told == [1000, 2000]


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(raw(lines(1))))
    assert verify_file(path).ok
