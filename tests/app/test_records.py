"""Files of records: each with its line, broken ones beside good ones."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orderloom.platform.app.records import read_records
from orderloom.platform.problem import Rejection

ARRAY = '[\n  {"id": 1, "amount": 10.10},\n  {"id": 2,\n   "text": "a ] } , b"}\n]\n'
BROKEN = '[{"id": 1},\n{"id": 2, "id": 3},\n{"id": 4,},\n{"id": 5}]'


def read(folder: Path, name: str, content: str) -> list[tuple[int, Any]]:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return [(each.line, each.value) for each in read_records(path)]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "a.json",
            ARRAY,
            [(2, {"id": 1, "amount": Decimal("10.10")}), (3, {"id": 2, "text": "a ] } , b"})],
        ),
        ("one.json", '{"id": 1}', [(1, {"id": 1})]),
        ("empty.json", "[]", []),
        ("flat.json", '[1, "a,b",\n null]', [(1, 1), (1, "a,b"), (2, None)]),
        ("nested.json", '[{"a": [{"b": []}, 2]}]', [(1, {"a": [{"b": []}, 2]})]),
        ("marked.json", '\ufeff[{"id": 1}]', [(1, {"id": 1})]),
        ("a.jsonl", '{"id": 1}\n\n{"id": 2}\n', [(1, {"id": 1}), (3, {"id": 2})]),
        ("a.csv", 'id,text\n1,"a,b"\n', [(2, {"id": "1", "text": "a,b"})]),
    ],
)
def test_records_come_with_their_line(
    tmp_path: Path, name: str, content: str, expected: list[tuple[int, Any]]
) -> None:
    assert read(tmp_path, name, content) == expected


@pytest.mark.parametrize(
    ("name", "content", "good", "bad"),
    [
        ("a.json", BROKEN, [(1, {"id": 1}), (4, {"id": 5})], [2, 3]),
        ("cut.json", '[{"id": 1},\n{"id": 2', [(1, {"id": 1})], [2]),
        ("a.jsonl", '{"id": 1}\nnonsense\n{"id": 2}', [(1, {"id": 1}), (3, {"id": 2})], [2]),
        ("a.csv", "id,text\n1\n2,b\n", [(3, {"id": "2", "text": "b"})], [2]),
    ],
)
def test_a_broken_record_does_not_stop_the_rest(
    tmp_path: Path, name: str, content: str, good: list[tuple[int, Any]], bad: list[int]
) -> None:
    found = read(tmp_path, name, content)
    assert [each for each in found if not isinstance(each[1], Rejection)] == good
    assert [line for line, value in found if isinstance(value, Rejection)] == bad
