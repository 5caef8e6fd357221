"""Decisions of every form that documents can have, for what must give back what it was given."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True).filter(
    lambda name: (
        name
        not in {"if", "then", "else", "for", "in", "return", "some", "every", "and", "or", "of"}
        and name not in {"between", "function", "instance", "true", "false", "null", "satisfies"}
    )
)
IDS = st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
# Everything that is hard somewhere: quotes, signs of formulas, breaks, other alphabets, XML.
TEXTS = st.text(
    st.sampled_from(list("ab 1=+-@;,'\"&<>|\\[]{}:#%~\n\r\t\u00a0żółš字")), min_size=1, max_size=12
)
TITLES = st.one_of(TEXTS, st.dictionaries(st.sampled_from(["en", "pl", "sk"]), TEXTS, min_size=1))
QUOTED = TEXTS.map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')
NUMBERS = st.decimals(min_value=-1000, max_value=1000, places=3, allow_nan=False).map(
    lambda number: number if number != 0 else Decimal(0)
)
DATES = st.dates().map(lambda day: day.isoformat())
CELLS = st.one_of(
    QUOTED,
    NUMBERS,
    st.integers(-5, 5),
    st.booleans(),
    st.none(),
    st.sampled_from(
        ["-", "> 1", "<= 5.50", "[1..3)", "not(1, 2)", "null", "(1..2]", "= 1", '@"P1D"']
    ),
    st.tuples(QUOTED, QUOTED).map(", ".join),
)
VALUES = st.one_of(
    QUOTED,
    NUMBERS,
    st.booleans(),
    st.none(),
    st.sampled_from(["-1", "1 + 2", "(1)", "[1, 2]", "{a: 1}", 'upper case("a")']),
)
TYPES = st.sampled_from(
    ["string", "number", "boolean", "date", "date and time", "duration", "any", ["string"]]
)
PLAIN = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none(), st.lists(st.integers(0, 9), max_size=2))


def _optional(**keys: st.SearchStrategy[Any]) -> Any:
    return st.fixed_dictionaries({}, optional=keys)


@st.composite
def tables(draw: Any) -> dict[str, Any]:
    """A decision table that compiles."""
    names = draw(st.lists(NAMES, min_size=2, max_size=5, unique=True))
    split = draw(st.integers(1, len(names) - 1))
    # A column may have the name of one on the other side.
    inputs, outputs = names[:split], [*names[split:], *names[: draw(st.integers(0, 1))]]
    made: dict[str, Any] = {"kind": "decision", "id": draw(IDS), "title": draw(TITLES)}
    made |= draw(
        _optional(
            description=TITLES,
            owner=TEXTS,
            tags=st.lists(IDS, max_size=2),
            hit=st.sampled_from(["FIRST", "RULE ORDER", "COLLECT", "COLLECT SUM", "ANY"]),
            reads=st.dictionaries(NAMES, IDS, max_size=1),
        )
    )
    extra: Any = {"x-more": PLAIN, "x-label": TEXTS.map(str.strip).filter(bool)}
    made["inputs"] = [
        {"name": name}
        | draw(
            _optional(
                type=TYPES,
                nullable=st.booleans(),
                value=st.sampled_from(["total", "customer.country", "a + 1", name]),
                allowed=st.sampled_from(['"a","b"', "[0..10]", "1, 2"]),
                **extra,
            )
        )
        for name in inputs
    ]
    made["outputs"] = [
        {"name": name}
        | draw(
            _optional(
                type=TYPES, default=VALUES, allowed=st.sampled_from(['"a","b"', "1, 2"]), **extra
            )
        )
        for name in outputs
    ]
    made["rules"] = draw(st.lists(_rules(inputs, outputs), max_size=4))
    made["tests"] = draw(
        st.lists(st.fixed_dictionaries({"given": st.dictionaries(NAMES, PLAIN)}), max_size=1)
    )
    return made


@st.composite
def _rules(draw: Any, inputs: list[str], outputs: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = draw(
        _optional(id=IDS, note=TITLES, valid_from=DATES, valid_to=DATES, **{"x-why": PLAIN})
    )
    when, then = {n: draw(CELLS) for n in inputs}, {n: draw(VALUES) for n in outputs}
    if draw(st.booleans()):
        return {**made, "when": list(when.values()), "then": list(then.values())}
    return {**made, "when": when, "then": then}
