"""Nobody adds a place for data without saying how a person is erased from it."""

from __future__ import annotations

from collections import Counter

from orderloom.platform.store.personal_places import PLACES
from orderloom.platform.store.tables import METADATA


def test_every_column_says_what_becomes_of_people_in_it() -> None:
    there = {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
    }
    listed = Counter(
        f"{table}.{column}"
        for table, ways in PLACES.items()
        for columns in ways.values()
        for column in columns.split()
    )
    assert sorted(there - listed.keys()) == [], "say it in platform/store/personal_places.py"
    assert sorted(listed.keys() - there) == []
    assert [place for place, times in listed.items() if times > 1] == []
