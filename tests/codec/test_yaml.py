"""YAML in and out: strict, exact, with lines."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.platform.codec import CodecError, dump_yaml, load_all_yaml, load_yaml

numbers = st.integers() | st.decimals(allow_nan=False, allow_infinity=False).filter(
    lambda number: abs(number.adjusted()) < 6000
)
texts = st.text(st.characters(codec="utf-8"))
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_is_written_is_read_again(value: Any) -> None:
    found = load_yaml(dump_yaml(value)).value
    assert found == value
    assert repr(found) == repr(value) or isinstance(value, dict | list | Decimal)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on: NO", {"on": "NO"}),
        ("day: 2026-03-01", {"day": "2026-03-01"}),
        (
            "n: 1234567890123456789012345678901.234",
            {"n": Decimal("1234567890123456789012345678901.234")},
        ),
        ("n: 0o17", {"n": 15}),
        ("n: 1_000", {"n": "1_000"}),
        ("a: ~\nb: ''\nc: ", {"a": None, "b": "", "c": None}),
        ("yes: y", {"yes": "y"}),
        ('{"a": [1, 2.50, true, null]}', {"a": [1, Decimal("2.50"), True, None]}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
    ],
)
def test_core_schema(text: str, expected: Any) -> None:
    assert load_yaml(text).value == expected


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\na: 2", "yaml.duplicate_key", 2),
        ("a: !!python/object:os.system x", "yaml.tag", 1),
        ("a: .nan", "yaml.number", 1),
        ("a: 1e99999999", "yaml.number", 1),
        ("a:\n  - b\n - c", "yaml.malformed", 3),
        ("? [1]\n: 2", "yaml.key", 1),
        ("a: *b", "yaml.alias", 1),
        ("a: 1\n---\nb: 2", "yaml.several", 3),
        ("[" * 200 + "]" * 200, "yaml.too_deep", 1),
        ("%YAML 1.1\n---\na: 1", "yaml.directive", 2),
        (b"a: \xff", "yaml.encoding", 1),
    ],
)
def test_refusals_have_a_code_and_a_line(text: str | bytes, code: str, line: int) -> None:
    with pytest.raises(CodecError) as caught:
        load_yaml(text)
    assert (caught.value.code, caught.value.line) == (code, line)


def test_an_alias_bomb_is_refused() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(CodecError) as caught:
        load_yaml("\n".join(rows))
    assert caught.value.code == "yaml.alias"


def test_what_is_read_twice_is_ones_own_each_time() -> None:
    text = "steps: [{who: bob}]\nagain: &a {x: [1]}\nmore: *a\n"
    first = load_yaml(text).value
    first["steps"][0]["who"] = "mallory"
    first["again"]["x"].append(2)
    assert load_yaml(text).value == {
        "steps": [{"who": "bob"}],
        "again": {"x": [1]},
        "more": {"x": [1]},
    }


def test_every_value_knows_its_line() -> None:
    found = load_yaml("a: 1\nb:\n  - c: 2\n    d: [3, 4]\n")
    assert found.lines[("b", 0, "d", 1)] == (4, 12)
    assert found.line(("b", 0, "d", "nothing")) == 4
    assert [d.value for d in load_all_yaml("a: 1\n---\nb: 2\n")] == [{"a": 1}, {"b": 2}]


def test_the_public_parser_cases_never_crash(shared_data: Path) -> None:
    """351 cases: read, or refused by a `CodecError`."""
    folder = shared_data / "security" / "yaml-test-suite"
    read = refused = 0
    for file in sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml")):
        try:
            load_all_yaml(file.read_bytes())
            read += 1
        except CodecError:
            refused += 1
    assert read > 100, (read, refused)
