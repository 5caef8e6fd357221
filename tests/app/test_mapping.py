"""Mappings: expressions over a record and joined files."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orderloom.platform.app.mapping import Mapped, OrderMapping, compile_mapping, find_mapping
from orderloom.platform.problem import Refused, Rejection

BASE: dict[str, Any] = {
    "mapping": "shop",
    "process": "order",
    "from": "shop",
    "key": "record.id",
    "data": {"name": "record.name"},
}


def made(**changes: Any) -> OrderMapping:
    return compile_mapping({**BASE, **changes})


@pytest.mark.parametrize(
    ("data", "record", "expected"),
    [
        ({"name": "record.name"}, {"id": 1, "name": "x"}, {"name": "x"}),
        (
            {"total": "number(record.total)"},
            {"id": 1, "total": "10.10"},
            {"total": Decimal("10.10")},
        ),
        (
            {"lines": "for l in record.rows return {qty: l.n}"},
            {"id": 1, "rows": [{"n": 2}, {"n": 3}]},
            {"lines": [{"qty": 2}, {"qty": 3}]},
        ),
        ({"a": {"b": "record.id", "c": "null"}}, {"id": 1}, {"a": {"b": 1}}),
        ({"n": 1, "t": '"PL"'}, {"id": 1}, {"n": 1, "t": "PL"}),
    ],
)
def test_data_is_what_the_expressions_say(
    data: dict[str, Any], record: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert made(data=data).apply(record, {}) == Mapped("1", expected)


def test_side_files_are_read_by_key(tmp_path: Path) -> None:
    (tmp_path / "products.json").write_text('[{"no": 7, "name": "Nut"}, {"no": 8, "name": "Bolt"}]')
    mapping = made(
        join={"products": {"file": "products.json", "key": "no"}},
        data={"name": "get value(products, string(record.product)).name"},
    )
    sides = mapping.side_files(tmp_path)
    assert mapping.apply({"id": "a", "product": 8}, sides) == Mapped("a", {"name": "Bolt"})


def test_a_condition_leaves_records_out() -> None:
    mapping = made(**{"if": 'record.status = "new"'})
    assert mapping.apply({"id": 1, "name": "x", "status": "old"}, {}) is None
    assert isinstance(mapping.apply({"id": 1, "name": "x", "status": "new"}, {}), Mapped)


@pytest.mark.parametrize(
    ("changes", "record", "code"),
    [
        ({"data": {"n": "record.name + 1"}}, {"id": 1, "name": "x"}, "import.expression"),
        ({}, {"name": "x"}, "import.no_key"),
        ({"key": "record"}, {"id": 1}, "import.no_key"),
    ],
)
def test_what_cannot_be_mapped_is_refused_by_itself(
    changes: dict[str, Any], record: dict[str, Any], code: str
) -> None:
    answer = made(**changes).apply(record, {})
    assert isinstance(answer, Rejection)
    assert answer.code == code


@pytest.mark.parametrize(
    "document",
    [
        "text",
        {**BASE, "nonsense": 1},
        {key: value for key, value in BASE.items() if key != "process"},
    ],
)
def test_a_mapping_of_another_shape_is_refused(document: Any) -> None:
    with pytest.raises(Refused) as refused:
        compile_mapping(document)
    assert refused.value.rejection.code == "mapping.invalid"


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"mapping\.unknown"):
        find_mapping(tmp_path, "nothing")
    with pytest.raises(Refused, match=r"products\.json"):
        made(join={"p": {"file": "products.json", "key": "no"}}).side_files(tmp_path)
