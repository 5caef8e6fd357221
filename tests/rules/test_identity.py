"""Keys of values agree with `=`."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orderloom.rules import YearsMonths
from orderloom.rules.far import far_date
from orderloom.rules.identity import key
from orderloom.rules.operators import equal
from orderloom.rules.values import Range

SCALARS: list[Any] = [
    *(None, True, False, 0, 1, Decimal("1.0"), Decimal("0.5"), "", "1", "a"),
    *(date(2026, 1, 1), datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)),
    datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
    *(time(1), time(1, tzinfo=UTC), time(2, tzinfo=timezone(timedelta(hours=1)))),
    *(timedelta(0), timedelta(days=1), YearsMonths(0), YearsMonths(1)),
    *(far_date(12000, 1, 1), far_date(-5, 1, 1), Range(1, 2), Range(Decimal("1.0"), 2)),
    *(Range(1, 2, high_closed=False), Range(1, None, sign=">="), Range(1, None)),
]
values = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)


@given(values, values)
def test_keys_are_equal_where_values_are(one: Any, other: Any) -> None:
    assert (key(one) == key(other)) is (equal(one, other) is True)


def test_all_pairs_of_scalars() -> None:
    for one in SCALARS:
        for other in SCALARS:
            assert (key(one) == key(other)) is (equal(one, other) is True), (one, other)
