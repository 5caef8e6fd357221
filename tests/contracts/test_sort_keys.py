"""Keys sort as the values do, in Python and in each database."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from parts.store_rows import add, keys
from sqlalchemy import text

from orderloom.platform.store import Store
from orderloom.platform.store.plain_text import MOST_SIGNS, bounded
from orderloom.platform.store.sort_keys import sort_key

NUMBERS = st.one_of(
    st.integers(-(10**40), 10**40),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.decimals(-100, 100, places=2),
    st.builds(
        lambda digits, exponent: Decimal(digits).scaleb(exponent),
        st.integers(-(10**20), 10**20),
        st.integers(-500, 500),
    ),
)
MOMENTS = st.one_of(
    st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)).map(
        lambda moment: moment.replace(tzinfo=UTC)
    ),
    st.datetimes(min_value=datetime(1900, 1, 1)).map(
        lambda moment: (
            moment.replace(tzinfo=timezone(timedelta(hours=1)), year=min(moment.year, 9000))
            if (moment.month, moment.day) != (2, 29)
            else datetime(2000, 1, 1, tzinfo=UTC)
        )
    ),
)
KINDS: list[list[Any]] = [
    [None],
    [False],
    [True],
    [-(10**30), Decimal("-0.5"), 0, Decimal("1E-30"), 1, Decimal("1E+30")],
    [date(2026, 3, 6), datetime(2026, 3, 6, 12, tzinfo=UTC), date(2026, 3, 7)],
    ["", "1", "a", "ż", "\U0010ffff"],
    [[1], {"a": 1}],
]
DICTIONARY: list[list[str]] = [
    ["Lublin", "luty", "lwa", "łach", "Łódź", "łza", "mak"],
    ["cło", "czas", "ćma", "dom"],
    ["Eliza", "Ewa", "Ędward", "fa"],
    ["oset", "ozon", "ósmy", "pan"],
    ["sól", "szal", "ślub", "tok"],
    ["zysk", "źle", "źrebak", "żaba", "żyto"],
    ["nuta", "nzz", "ńca", "oko"],
    ["cena", "czech", "čaj", "dom"],
    ["soľ", "suk", "šál", "tok"],
    ["zub", "zvon", "žaba"],
    ["Dalibor", "Ďuro", "dym"],
    ["ľad", "lampa", "Ľubo", "lux", "lyra"],
]


@given(NUMBERS, NUMBERS)
@example(Decimal("-0"), 0)
@example(Decimal("1.10"), Decimal("1.1"))
@example(Decimal("-0.12"), Decimal("-0.1"))
@example(Decimal("9E-1"), Decimal("1E+0"))
@example(10**33 + 1, 10**33)
@example(Decimal("0.99999999999999999999999999999999"), 1)
def test_numbers(one: Any, other: Any) -> None:
    _same_order(one, other)


@given(MOMENTS, MOMENTS)
def test_instants(one: datetime, other: datetime) -> None:
    _same_order(one, other)


@given(st.dates(), st.dates())
def test_days(one: date, other: date) -> None:
    _same_order(one, other)


@given(*[st.text(st.characters(codec="ascii", categories=["Ll", "Nd", "Zs"]), max_size=20)] * 2)
def test_plain_words(one: str, other: str) -> None:
    _same_order(one, other)


@given(st.text(max_size=30), st.text(max_size=30))
@example("a\0", "a\ufffd")
@example("STRASSE", "straße")
@example("é", "e\u0301")
def test_texts_are_told_apart(one: str, other: str) -> None:
    same = one.replace("\0", "\ufffd") == other.replace("\0", "\ufffd")
    assert (sort_key(one) == sort_key(other)) == same
    assert "\0" not in sort_key(one)


@pytest.mark.parametrize(
    "words",
    [
        ["bob", "Bobby", "BOC"],
        ["Straße", "strasse", "strassen"],
        ["resume", "résumé", "resumes"],
        ["a", "a b", "ab"],
        ["Ďuro", "Duro", "Ďurov"],
    ],
)
def test_case_and_accents_only_break_ties(words: list[str]) -> None:
    first, second, last = map(sort_key, words)
    assert max(first, second) < last
    assert first != second


@pytest.mark.parametrize("words", DICTIONARY, ids=lambda words: words[0])
def test_words_as_in_a_dictionary(words: list[str]) -> None:
    mixed = random.Random(7).sample(words, len(words))
    assert sorted(mixed, key=sort_key) == words


def test_kinds_follow_each_other() -> None:
    values = [value for kind in KINDS for value in kind]
    found = [sort_key(value) for value in values]
    assert found == sorted(found)
    assert len(set(found)) == len(found)


@given(st.text(min_size=300, max_size=600), NUMBERS)
def test_keys_are_short(value: str, number: Any) -> None:
    assert len(sort_key(value)) <= MOST_SIGNS
    assert len(sort_key(f"{value}a")) == len(sort_key(f"{value}b")) == MOST_SIGNS
    assert sort_key(f"{value}a") != sort_key(f"{value}b")
    assert len(sort_key(number * 10**5000)) <= MOST_SIGNS


@pytest.mark.parametrize("size", [0, 1, MOST_SIGNS - 1, MOST_SIGNS, MOST_SIGNS + 1, 100_000])
def test_a_bounded_text_keeps_its_beginning(size: int) -> None:
    found = bounded("ż" * size)
    assert len(found) == min(size, MOST_SIGNS)
    assert (found == "ż" * size) == (size <= MOST_SIGNS)
    assert bounded("ż" * size + "a") != bounded("ż" * size + "b")


def test_the_databases_sort_keys_as_python_does(store: Store) -> None:
    words = [word for each in DICTIONARY for word in each]
    values = [value for kind in KINDS for value in kind] + words + ["😀" * 300, "ż" * 5000]
    found = {sort_key(value) for value in values}
    add(store, *(key for n, each in enumerate(found) for key in keys(n, {"column:a": each})))
    with store.database.reading() as connection:
        rows = connection.execute(
            text("SELECT sort_key FROM order_key WHERE slot = 'column:a' ORDER BY sort_key")
        ).scalars()
        assert list(rows) == sorted(found)


def _same_order(one: Any, other: Any) -> None:
    first, second = sort_key(one), sort_key(other)
    assert (first < second) == (one < other)
    assert (first == second) == (one == other)
