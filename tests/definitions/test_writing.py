"""What is written reads back the same: values, their order, exact numbers, texts that look odd."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom.platform.codec import dumps, load_all_yaml
from orderloom.platform.definitions import Bundle, Document, check, read_bundle, write_bundle
from orderloom.platform.definitions.writing import bundle_texts

GOOD = Path(__file__).parents[1] / "data" / "findings" / "bundle"


def read(path: Path) -> Bundle:
    bundle = read_bundle(path)
    assert isinstance(bundle, Bundle)
    return bundle


@pytest.mark.parametrize("name", ["copy", "copy.zip"])
def test_a_bundle_comes_back_whole(name: str, tmp_path: Path) -> None:
    bundle = read(GOOD)
    write_bundle(bundle, tmp_path / name)
    again = read(tmp_path / name)
    assert again.meta == bundle.meta
    assert again.meta_text == bundle.meta_text != ""
    assert [one.file for one in again.documents] == [one.file for one in bundle.documents]
    for mine, other in zip(
        (*bundle.documents, *bundle.scenarios), (*again.documents, *again.scenarios), strict=True
    ):
        # Text, so that the order of keys counts too.
        assert dumps(other.value) == dumps(mine.value)
    assert check(again) == ()


def test_equal_bundles_make_equal_archives(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        write_bundle(read(GOOD), tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize(
    ("kind", "file", "expected"),
    [
        ("form", "forms.yaml", "forms.yaml"),
        ("form", "more/forms.yml", "more/forms.yml"),
        ("form", "forms.json", "forms.yaml"),
        ("form", "../forms.yaml", "form-x.yaml"),
        ("form", "/forms.yaml", "form-x.yaml"),
        ("form", "mappings/forms.yaml", "form-x.yaml"),
        ("form", "scenarios/forms.yaml", "form-x.yaml"),
        ("form", "demo.yaml", "form-x.yaml"),
        ("form", "bundle.yaml", "form-x.yaml"),
        ("scenario", "scenarios/a.yaml", "scenarios/a.yaml"),
        ("scenario", "a.yaml", "scenarios/scenario-x.yaml"),
    ],
)
def test_each_document_goes_to_a_file_that_is_read(kind: str, file: str, expected: str) -> None:
    document = Document(kind=kind, id="x", file=file, line=1, value={"id": "x"})
    one, some = ((), (document,)) if kind == "scenario" else ((document,), ())
    texts = bundle_texts(Bundle(meta={"bundle": "b"}, documents=one, scenarios=some))
    assert list(texts) == ["bundle.yaml", expected]


TEXTS = st.text(max_size=20) | st.sampled_from(
    ["no", "on", "1e5", "0x1F", "~", "---", "- a", "x: y"]
)
NUMBERS = st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=3)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


@settings(derandomize=True, deadline=None)
@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_any_value_comes_back(value: dict[str, Any]) -> None:
    document = Document(kind="form", id="x", file="x.yaml", line=1, value=value)
    texts = bundle_texts(Bundle(meta={}, documents=(document, document)))
    found = [one.value for one in load_all_yaml(texts["x.yaml"])]
    assert [dumps(one) for one in found] == [dumps(value)] * 2


def test_numbers_are_kept_to_the_last_digit() -> None:
    amount = Decimal("1234567890123456789012345678901234.10")
    document = Document(kind="form", id="x", file="x.yaml", line=1, value={"amount": amount})
    (found,) = load_all_yaml(bundle_texts(Bundle(meta={}, documents=(document,)))["x.yaml"])
    assert str(found.value["amount"]) == str(amount)
