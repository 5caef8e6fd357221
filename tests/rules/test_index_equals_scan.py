"""The index finds what running every cell finds: any cells, values, hit policies, errors too."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import event, given, settings
from hypothesis import strategies as st

from orderloom.rules import EvaluationError, YearsMonths, to_json
from orderloom.rules.hit_policy import HIT_POLICIES, POLICIES, nothing
from orderloom.rules.table import Table
from orderloom.rules.table_reading import compile_table

NUMBERS = ("-1", "0", "1", "2", "2.50", "3", "10")
TEXTS = ('"a"', '"b"', '"Z"', '""')
DATES = ('date("2026-01-01")', '@"2026-01-02"', '@"2026-03-01"')
MOMENTS = ('@"2026-01-01T00:00:00"', '@"2026-01-01T10:00:00Z"', '@"2026-01-01T11:00:00+01:00"')
DURATIONS = ('@"PT1H"', '@"P1D"', 'duration("PT60M")', '@"P2M"', '@"P1Y"')
LITERALS = {"number": NUMBERS, "string": TEXTS, "date": DATES, "moment": MOMENTS, "span": DURATIONS}
FITTING = {
    "number": (0, 1, 2, Decimal("2.5"), Decimal("2.0"), 7),
    "string": ("a", "b", "c", ""),
    "date": (date(2026, 1, 1), date(2026, 2, 1)),
    "moment": (
        *(datetime(2026, 1, 1), datetime(2026, 1, 1, 10, tzinfo=UTC)),
        datetime(2026, 1, 1, 11, tzinfo=ZoneInfo("Europe/Warsaw")),
    ),
    "span": (timedelta(hours=1), timedelta(days=1), YearsMonths(2)),
}
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, Decimal("2.5"), Decimal("2.0"), 7, "a", "c", "", [1], [], {"x": 1}),
    *(date(2026, 1, 1), date(2026, 2, 1), datetime(2026, 1, 1), datetime(2026, 1, 1, 10)),
    *(datetime(2026, 1, 1, 10, tzinfo=UTC), timedelta(hours=1), timedelta(days=2)),
)
ENDS = st.tuples(st.sampled_from("[("), st.sampled_from("])"))
OPEN = (
    *("? != null", "? != null", "n", "? = other", "> other", "n + other > 1", "?"),
    *("[n, other]", "1 / n > 0"),
)


def single(literals: tuple[str, ...]) -> st.SearchStrategy[str]:
    one = st.sampled_from(literals)
    return st.one_of(
        one,
        st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), one),
        st.builds(lambda ends, a, b: f"{ends[0]}{a}..{b}{ends[1]}", ENDS, one, one),
        st.lists(one, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    )


ANY = st.one_of(*(single(literals) for literals in LITERALS.values()))
DAY = st.sampled_from(["2026-01-01", "2026-02-01", "2026-06-30"])


def cell(plain: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    part = plain | st.sampled_from(["null", "true", "false"])
    several = st.lists(part, min_size=1, max_size=3).map(", ".join)
    usual = st.one_of(st.just("-"), plain, several, several.map("not({})".format))
    return st.integers(0, 15).flatmap(lambda n: usual if n else st.sampled_from(OPEN))


@st.composite
def inputs(draw: st.DrawFn, name: str) -> tuple[dict[str, Any], st.SearchStrategy[str], Any]:
    """A column, its cells and a value: mostly of one kind, as authors write them."""
    kind = draw(st.sampled_from([*LITERALS, "any"]))
    plain = single(LITERALS[kind]) if kind in LITERALS else ANY
    more: dict[str, Any] = {"nullable": draw(st.sampled_from([True, True, False]))}
    if draw(st.integers(0, 4)) == 0:
        more["type"] = draw(st.sampled_from([kind, "any", "duration", "[number]", "date"]))
        more["type"] = more["type"].replace("moment", "date and time").replace("span", "duration")
    if draw(st.integers(0, 5)) == 0:
        more["allowed"] = draw(st.lists(plain, min_size=1, max_size=3).map(", ".join))
    odd = draw(st.integers(0, 5)) == 0
    value = draw(st.sampled_from(VALUES if odd else FITTING.get(kind, VALUES)))
    return {"name": name, **more}, cell(plain), value


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A table and a scope for it."""
    (first, cells, n), (second, more, s) = draw(inputs("n")), draw(inputs("s"))
    outputs: list[dict[str, Any]] = [{"name": "out", "allowed": "2, 1"}, {"name": "more"}]
    if draw(st.integers(0, 3)):
        outputs[0]["default"] = "0"
    outputs = outputs[: draw(st.sampled_from([1, 1, 2]))]
    results = st.sampled_from(["1", "2", "2", "other"])
    rule = st.fixed_dictionaries(
        {
            "when": st.tuples(cells, more).map(list),
            "then": st.lists(results, min_size=len(outputs), max_size=len(outputs)),
        },
        optional={"valid_from": DAY, "valid_to": DAY},
    )
    rules = draw(st.lists(rule, max_size=8))
    document = {
        "id": "t",
        "hit": draw(st.sampled_from(HIT_POLICIES)),
        "inputs": [first, second],
        "outputs": outputs,
        "rules": [{"id": f"r{number}", **one} for number, one in enumerate(rules, 1)],
    }
    scope = {"n": n, "s": s, "other": 2}
    if draw(st.booleans()):
        scope["today"] = draw(st.dates(date(2025, 12, 1), date(2026, 8, 1)))
    return document, scope


@settings(max_examples=300)
@given(tables())
def test_the_index_equals_the_scan(drawn: tuple[dict[str, Any], dict[str, Any]]) -> None:
    document, scope = drawn
    table = compile_table(document)
    found = answered(lambda: fast(table, scope))
    assert found == answered(lambda: slow(table, scope))
    event("error" if found[1] == "error" else f"{document['hit']}, {len(found[1])}")


def fast(table: Table, scope: Mapping[str, Any]) -> tuple[Any, Any]:
    result = table.evaluate(scope)
    return (result.outputs, result.trace["inputs"]), result.matched


def slow(table: Table, scope: Mapping[str, Any]) -> tuple[Any, Any]:
    values = table.read(scope)
    rows = table.matching(values, scope)
    inputs = dict(zip([one.name for one in table.inputs], map(kept_of, values), strict=True))
    if not rows:
        return (nothing(table, scope), inputs), ()
    outputs, kept = POLICIES[table.hit](table, rows, scope)
    return (outputs, inputs), tuple(row.id for row in kept)


def kept_of(value: Any) -> Any:
    return f"context of {len(value)}" if isinstance(value, dict) else to_json(value)


def answered(run: Callable[[], tuple[Any, Any]]) -> tuple[Any, Any]:
    try:
        return run()
    except EvaluationError as error:
        return (str(error), error.row, error.column), "error"


def test_a_table_of_many_rows_is_indexed_in_good_time() -> None:
    rules = [
        {"when": [f"[{n * 10}..{n * 10 + 9}]", f'"c{n % 40}"'], "then": [str(n)]}
        for n in range(3000)
    ]
    document = {
        "id": "t",
        "hit": "UNIQUE",
        "inputs": [{"name": "n", "type": "number"}, {"name": "s", "type": "string"}],
        "outputs": [{"name": "out"}],
        "rules": rules,
    }
    table = compile_table(document)
    result = table.evaluate({"n": 20_005, "s": "c0"})
    assert (result.outputs, result.trace["how"]) == (2000, "indexed")
