"""What is kept beside an entry must be what the entry names, however that is written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orderloom.audit.personal import commitment
from orderloom.audit.verify_rows import Row, keeps_its_promises, place_of

SALT, VALUE = b"s" * 16, b'"Ada"'
GOOD = commitment(SALT, VALUE)
OTHER = commitment(SALT, b'"Eve"')


def _keeps(body: bytes, slot: Any = 1, value: bytes = VALUE) -> bool:
    return keeps_its_promises(Row(1, 1, b"", body, None, {slot: (SALT, value)}))


def _body(**facts: Any) -> bytes:
    return json.dumps(facts, separators=(",", ":")).encode()


def _stated(slot: Any, told: str) -> dict[str, Any]:
    return {"$p": slot, "c": told}


def test_a_value_is_the_one_that_was_committed() -> None:
    assert _keeps(_body(name=_stated(1, GOOD)))
    assert not _keeps(_body(name=_stated(1, OTHER)))
    assert not _keeps(_body(name=_stated(2, GOOD)))
    assert not _keeps(_body(name=_stated(11, GOOD)))
    assert not _keeps(_body(name=_stated(1, GOOD)), value=b'"Eve"')


def test_another_way_of_writing_the_same_is_read_too() -> None:
    assert _keeps(json.dumps({"name": _stated(1, GOOD)}).encode())
    assert _keeps(_body(name={"c": GOOD, "$p": 1}))


def test_a_commitment_within_a_text_is_none() -> None:
    text = json.dumps(_stated(1, GOOD), separators=(",", ":"))
    assert not _keeps(_body(note=text))
    assert _keeps(_body(note=text, name=_stated(1, GOOD)))


def test_of_two_commitments_for_a_value_the_other_one_is_seen() -> None:
    assert not _keeps(_body(a=_stated(1, GOOD), b=_stated(1, OTHER)))
    assert _keeps(_body(a=_stated(1, GOOD), b=_stated(1, GOOD)))


@pytest.mark.parametrize("slot", ["1", "%d", None, float("inf"), float("nan")])
def test_a_slot_that_is_no_number_is_nobodys(slot: Any) -> None:
    assert not _keeps(_body(name=_stated(1, GOOD)), slot)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"act":"u","c":[12,0,3],"ch":"web"}', (12, 0, 3)),
        (b'{"act":"u","c":[12,0,3],"cause":"start","ch":"web"}', (12, 0, 3)),
        (b'{"act":"u", "c": [12, 0, 3]}', (12, 0, 3)),
        (b'{"act":{"c":[1,0,1],"ch":"x"},"c":[12,0,3],"ch":"web"}', (12, 0, 3)),
        (b'{"act":"\\"c\\":[1,0,1],\\"ch\\":","c":[12,0,3],"ch":"web"}', (12, 0, 3)),
        (b'{"act":"u","c":[12,0],"ch":"web"}', None),
        (b'{"act":"u","c":["12",0,3],"ch":"web"}', None),
        (b'{"act":"u"}', None),
        (b"1,0,1]", None),
    ],
)
def test_the_place_in_a_command_is_read(body: bytes, place: tuple[int, ...] | None) -> None:
    assert place_of(body) == place
