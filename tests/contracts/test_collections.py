"""Rows of collections: replaced as a whole, found by key, each organisation by itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from orderloom.platform.store import Store

EXACT = Decimal("0.1234567890123456789012345678901234")
ROWS: dict[str, dict[str, Any]] = {
    "łódź": {"price": EXACT, "name": "Żółć \0 ľ"},
    "b": {"price": 10**33 + 1},
    "a": {"price": Decimal("1.10"), "nested": {"list": [1, None, True]}},
}


def test_rows_come_back_exactly(store: Store) -> None:
    store.collections.replace(1, "prices", ROWS)
    assert {key: store.collections.row(1, "prices", key) for key in ROWS} == ROWS
    found = store.collections.row(1, "prices", "a")
    assert found is not None
    assert str(found["price"]) == "1.10"
    assert store.collections.rows(1, "prices") == [ROWS["a"], ROWS["b"], ROWS["łódź"]]


def test_rows_belong_to_one_collection_of_one_organisation(store: Store) -> None:
    store.collections.replace(1, "prices", ROWS)
    store.collections.replace(1, "rates", {"a": {"rate": 1}})
    store.collections.replace(2, "prices", {"a": {"price": 2}})
    store.collections.replace(1, "prices", {"c": {"price": 3}})
    assert store.collections.rows(1, "prices") == [{"price": 3}]
    assert store.collections.rows(1, "rates") == [{"rate": 1}]
    assert store.collections.rows(2, "prices") == [{"price": 2}]
    assert store.collections.row(1, "prices", "a") is None
    store.collections.replace(1, "prices", {})
    assert store.collections.rows(1, "prices") == []
    assert store.collections.rows(3, "prices") == []


@pytest.mark.parametrize("key", ["", "x" * 100_000, "a\0b", "👩‍🏭" * 5000, "a'--"])
def test_any_key_finds_its_row_and_no_other(store: Store, key: str) -> None:
    store.collections.replace(1, "names", {key: {"n": 1}, f"{key}2": {"n": 2}})
    assert store.collections.row(1, "names", key) == {"n": 1}
    assert store.collections.row(1, "names", f"{key}2") == {"n": 2}
    assert store.collections.row(1, "names", f"{key}3") is None


def test_many_rows(store: Store) -> None:
    rows = {f"{n:05}": {"n": n} for n in range(5000)}
    store.collections.replace(1, "many", rows)
    assert store.collections.rows(1, "many") == list(rows.values())


PEOPLE: dict[str, dict[str, Any]] = {
    "C-1": {"name": "Łódzkie Zakłady Żaluzji", "town": "Łódź"},
    "C-2": {"name": "Acme Tools & Works", "contact": {"email": "anna@acme.example"}},
    "C-3": {"name": "ACME Toys", "tags": ["wooden", "Toys"]},
    "D_%": {"name": "50% off", "amount": 50},
}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", ["C-1", "C-2", "C-3", "D_%"]),
        ("  ", ["C-1", "C-2", "C-3", "D_%"]),
        ("lodz", ["C-1"]),
        ("ŻALU łódź", ["C-1"]),
        ("acme", ["C-2", "C-3"]),
        ("acme to", ["C-2", "C-3"]),
        ("to works", ["C-2"]),
        ("c-", ["C-1", "C-2", "C-3"]),
        ("c", ["C-1", "C-2", "C-3"]),
        ("a", ["C-2", "C-3"]),
        ("anna@acme", ["C-2"]),
        ("example", ["C-2"]),
        ("wood", ["C-3"]),
        ("%", []),
        ("50%", ["D_%"]),
        ("_", []),
        ("acmex", []),
        ("\0", []),
    ],
)
def test_records_are_found_by_beginnings_of_their_words(
    store: Store, text: str, keys: list[str]
) -> None:
    store.collections.replace(1, "customers", PEOPLE)
    store.collections.replace(2, "customers", {"X": PEOPLE["C-2"]})
    found = store.collections.search(1, "customers", text, None, 10)
    assert sorted(each.key for each in found) == keys
    assert all(each.body == PEOPLE[each.key] and each.version == 1 for each in found)
    places: list[str] = []
    after = None
    while page := store.collections.search(1, "customers", text, after, 1):
        places.append(page[0].key)
        after = page[0].place
    assert places == [each.key for each in found]


def test_what_is_replaced_is_no_longer_found(store: Store) -> None:
    store.collections.replace(1, "customers", PEOPLE)
    store.collections.replace(1, "customers", {"C-1": {"name": "Other"}})
    assert store.collections.search(1, "customers", "lodz", None, 10) == []
    assert [r.key for r in store.collections.search(1, "customers", "oth", None, 10)] == ["C-1"]
