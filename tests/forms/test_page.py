"""A form as a page: what is shown to whom, and that what comes back is what was there."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts.form_page import page, sent
from parts.order_form import sample

from orderloom.forms import FieldProblem, FormView
from orderloom.platform.words import Words

SALES = {"id": "alice", "roles": ["sales"]}
LANGUAGES = ("en", "pl", "sk")
DATA: dict[str, Any] = {
    "customer": {"name": "ACME"},
    "currency": "PLN",
    "wanted": "2026-03-09",
    "notes": "one\ntwo",
    "lines": [
        {"sku": "A", "qty": 2, "price": Decimal("12345.50"), "shipped": True},
        {"sku": "B", "qty": 1, "price": 3, "shipped": False},
    ],
}


def shown(data: dict[str, Any], language: str = "en", **options: Any) -> FormView:
    given_options: dict[str, Any] = {"stages": set(), "draft": True, "actor": SALES, **options}
    return sample().view(data, language=language, words=Words(language), **given_options)


def field(view: FormView, path: str) -> Any:
    fields = [one for section in view.sections for one in section.fields]
    cells = [cell for one in fields for row in one.rows for cell in row.cells]
    return next(one for one in (*fields, *cells) if one.path == path)


@pytest.mark.parametrize(
    ("language", "price", "day"),
    [
        ("en", "12,345.50", "09/03/2026"),
        ("pl", "12\u00a0345,50", "09.03.2026"),
        ("sk", "12\u00a0345,50", "9. 3. 2026"),
    ],
)
def test_numbers_and_dates_are_written_as_in_the_language(
    language: str, price: str, day: str
) -> None:
    view = shown(DATA, language)
    assert field(view, "lines.0.price").text == price
    assert field(view, "wanted").text == day


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_untouched_page_changes_nothing(language: str) -> None:
    html = page(shown(DATA, language), language)
    read = sample().submit(sent(html), DATA, language=language)
    assert (read.patch, read.problems, read.again) == ({}, (), False)


amounts = st.one_of(
    st.integers(min_value=0, max_value=10**34),
    st.decimals(min_value=0, allow_nan=False, allow_infinity=False, places=2),
    st.builds(
        lambda digits, places: (
            Decimal(digits).scaleb(0) / 1 if not places else Decimal(f"{digits}e-{places}")
        ),
        st.integers(min_value=10**33, max_value=10**34 - 1),
        st.integers(min_value=0, max_value=20),
    ),
)
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\x00"), min_size=1
)
rows = st.lists(
    st.fixed_dictionaries(
        {"sku": texts, "qty": amounts, "price": amounts}, optional={"shipped": st.booleans()}
    ),
    min_size=1,
    max_size=4,
)
orders = st.fixed_dictionaries(
    {"customer": st.fixed_dictionaries({"name": texts}), "lines": rows},
    optional={
        "currency": st.sampled_from(["PLN", "EUR", "JPY"]),
        "courier": st.booleans(),
        "wanted": st.dates().map(str),
        "notes": st.text(st.characters(exclude_categories=("Cs", "Cc"))),
        "tags": st.lists(texts, max_size=3),
        "weight": amounts,
    },
)


@given(data=orders, language=st.sampled_from(LANGUAGES))
def test_data_survive_the_page_to_the_digit(data: dict[str, Any], language: str) -> None:
    pairs = sent(page(shown(data, language), language))
    read = sample().submit(pairs, data, language=language)
    assert (read.patch, read.problems) == ({}, ())
    assert repr(plain(read.data)) == repr(data)


@given(data=orders, language=st.sampled_from(LANGUAGES))
def test_data_typed_into_an_empty_form_are_these_data(data: dict[str, Any], language: str) -> None:
    pairs = sent(page(shown(data, language), language))
    typed = [(name, "" if name.endswith("._row") else value) for name, value in pairs]
    read = sample().submit(typed, {}, language=language)
    expected = {name: v for name, v in data.items() if v is not False and v not in ("", [])}
    expected["lines"] = [
        {name: value for name, value in row.items() if name != "shipped"} for row in data["lines"]
    ]
    assert read.problems == ()
    assert plain(read.data) == expected


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def test_removing_a_row_keeps_what_the_others_had_unseen() -> None:
    pairs = sent(page(shown(DATA)))
    first = sample().submit([*pairs, ("_remove", "lines.0")], DATA, language="en")
    assert first.again
    again = sent(page(shown(dict(first.data))))
    second = sample().submit(again, DATA, language="en")
    assert second.patch == {"lines": [DATA["lines"][1]]}


def test_adding_a_row_then_filling_it() -> None:
    pairs = sent(page(shown(DATA)))
    first = sample().submit([*pairs, ("_add", "lines")], DATA, language="en")
    assert (first.again, len(first.data["lines"])) == (True, 3)
    pairs = sent(page(shown(dict(first.data))))
    filled = [
        (name, {"lines.2.sku": "C", "lines.2.qty": "1"}.get(name, text)) for name, text in pairs
    ]
    second = sample().submit(filled, DATA, language="en")
    assert second.patch["lines"][2] == {"sku": "C", "qty": 1}
    assert not second.again


def test_an_added_row_left_empty_is_no_row() -> None:
    first = sample().submit([("lines._rows", ""), ("_add", "lines")], {}, language="en")
    pairs = sent(page(shown(dict(first.data))))
    assert "lines" not in sample().submit(pairs, {}, language="en").data


def test_rows_may_be_sent_by_their_plain_names() -> None:
    pairs = [("lines.0.sku", "A"), ("lines.0.qty", "2"), ("lines.1.sku", "B")]
    read = sample().submit(pairs, {}, language="en")
    assert read.data["lines"] == [{"sku": "A", "qty": 2}, {"sku": "B"}]


@pytest.mark.parametrize(
    ("name", "text", "language", "value", "code"),
    [
        ("weight", "1 234,5", "pl", Decimal("1234.5"), None),
        ("weight", "1234.5", "pl", Decimal("1234.5"), None),
        ("weight", "1.234,50", "pl", Decimal("1234.50"), None),
        ("weight", "1.234.567", "sk", 1234567, None),
        ("weight", "0.125", "pl", Decimal("0.125"), None),
        ("weight", "1.234", "pl", "1.234", "number_ambiguous"),
        ("weight", "12.345", "sk", "12.345", "number_ambiguous"),
        ("weight", "1.2.3", "pl", "1.2.3", "type_number"),
        ("weight", "1.23,5", "pl", "1.23,5", "type_number"),
        ("weight", "1,234.50", "en", Decimal("1234.50"), None),
        ("weight", "12,34", "en", "12,34", "type_number"),
        ("weight", "1,5", "en", "1,5", "type_number"),
        ("weight", "−3", "sk", -3, None),
        ("weight", "1e3", "en", "1e3", "type_number"),
        ("weight", "NaN", "en", "NaN", "type_number"),
        ("weight", "٣", "en", "٣", "type_number"),
        ("wanted", "31.12.2026", "pl", "2026-12-31", None),
        ("wanted", "2026-12-31", "sk", "2026-12-31", None),
        ("wanted", "31/2/2026", "en", "31/2/2026", "format_date"),
        ("currency", "EUR", "en", "EUR", None),
        ("currency", "QQQ", "en", "QQQ", "enum"),
        ("courier", "true", "en", True, None),
    ],
)
def test_reading_what_was_typed(
    name: str, text: str, language: str, value: Any, code: str | None
) -> None:
    read = sample().submit([(name, text)], {}, language=language)
    assert read.data == {name: value}
    assert type(read.data[name]) is type(value)
    assert [one.code for one in read.problems] == ([code] if code else [])
    assert all(one.path == name for one in read.problems)


def test_computed_fields_are_never_read_and_always_shown() -> None:
    read = sample().submit([("total", "1"), ("lines.0.net", "1")], {}, language="en")
    assert "total" not in read.data
    view = shown({**DATA, "total": 1})
    total = field(view, "total")
    assert (total.readonly, total.text, total.currency) == (True, "24,694.00", "PLN")


def test_conditional_fields_come_with_their_condition() -> None:
    paths = [one.path for section in shown(DATA).sections for one in section.fields]
    assert "phone" not in paths
    phone = field(shown({**DATA, "courier": True}), "phone")
    assert phone.required


def test_what_the_viewer_may_not_change_has_no_control() -> None:
    view = shown(
        DATA, actor={"id": "dave", "roles": ["warehouse"]}, draft=False, stages={"picking"}
    )
    names = {name for name, _ in sent(page(view)) if not name.endswith("_row")}
    assert names >= {"lines.0.qty", "lines.1.qty", "priority"}
    assert not names & {"customer.name", "lines._rows", "lines.0.sku", "notes"}


def test_one_open_column_changes_rows_where_they_are() -> None:
    view = shown(
        DATA, actor={"id": "dave", "roles": ["warehouse"]}, draft=False, stages={"picking"}
    )
    pairs = [(name, "5" if name == "lines.1.qty" else text) for name, text in sent(page(view))]
    read = sample().submit(pairs, DATA, language="en")
    assert read.data["lines"][0] == DATA["lines"][0]
    assert read.data["lines"][1] == {**DATA["lines"][1], "qty": 5}


def test_a_task_shows_only_its_fields_and_lets_them_be_changed() -> None:
    view = shown(DATA, actor={"id": "carol", "roles": []}, draft=False, only=["notes", "lines.qty"])
    assert [one.path for section in view.sections for one in section.fields] == ["notes", "lines"]
    names = {name for name, _ in sent(page(view))}
    assert {"notes", "lines.0.qty"} <= names
    assert "lines.0.price" not in names
    read = sample().submit([("notes", "new")], DATA, language="en", only=["notes"])
    assert read.patch == {"notes": "new"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_problems_stand_at_their_fields_and_in_the_summary(language: str) -> None:
    form, data = sample(), {"lines": [{"sku": "A", "qty": 0, "price": 1}], "wanted": "x"}
    problems = form.validate(data)
    html = page(shown(data, language, problems=problems), language)
    ids = set(re.findall(r' id="([^"]+)"', html))
    assert len(ids) == len(re.findall(r' id="[^"]+"', html))
    for target in re.findall(r'href="#([^"]+)"', html):
        assert target in ids
    for about in re.findall(r'aria-describedby="([^"]+)"', html):
        assert set(about.split()) <= ids
    for label in re.findall(r'<label[^>]* for="([^"]+)"', html):
        assert label in ids
    sentence = Words(language).text("forms.above", limit="0")
    assert html.count(sentence) == 2
    assert html.count('aria-invalid="true"') >= 2
    assert "style=" not in html
    assert "forms." not in html


def test_a_prefix_stands_before_every_name_and_id() -> None:
    html = page(shown(DATA, prefix="cancel."))
    assert all(name.startswith("cancel.") for name, _ in sent(html))
    assert 'name="cancel._add"' in html
    assert 'id="f-cancel-wanted"' in html


def test_values_are_escaped() -> None:
    html = page(shown({"customer": {"name": '"><script>'}, "notes": "</textarea><b>"}))
    assert "<script>" not in html
    assert "</textarea><b>" not in html


def test_an_unknown_problem_is_told_in_its_own_words() -> None:
    problem = FieldProblem("wanted", "no_such_code", "too early")
    assert field(shown(DATA, problems=(problem,)), "wanted").problem == "too early"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("forged", "x", "unknown_field"),
        ("lines.0.forged", "x", "unknown_field"),
        ("customer.forged", "x", "unknown_field"),
        ("total", "1", "not_editable"),
        ("lines.0.net", "1", "not_editable"),
        ("notes", "x" * 100_001, "max_length"),
    ],
)
def test_fields_that_no_page_sends_are_refused_and_nothing_is_taken(
    name: str, text: str, code: str
) -> None:
    read = sample().submit([("notes", "mine"), (name, text)], DATA, language="en")
    assert [(one.path, one.code) for one in read.problems] == [(name, code)]
    assert (read.strange, read.data, read.patch) == (True, DATA, {})


def test_a_task_takes_the_fields_that_it_asks_for() -> None:
    read = sample().submit([("currency", "EUR")], DATA, language="en", only=["notes"])
    assert (read.strange, [one.code for one in read.problems]) == (True, ["not_editable"])
