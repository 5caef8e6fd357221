"""Random typed rulesets with facts, and watches with events: what the library and the oracle must
agree on."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from orderloom.rules import WatchEvent

KINDS: dict[str, dict[str, str]] = {
    "line": {
        **{"sku": "string", "qty": "number", "hazard": "boolean"},
        **{"day": "date", "at": "date and time"},
    },
    "payment": {"ref": "string", "amount": "number", "paid": "boolean"},
    "flag": {"code": "string", "size": "number"},
    "mark": {"code": "string", "day": "date"},
}
GIVEN = ("line", "payment")
DERIVED = ("flag", "mark")
TEXTS = ("A", "A", "A", "a b", "", "ż\\", 'q"', "1", "true", "x" * 70)
VALUES: dict[str, tuple[Any, ...]] = {
    "string": TEXTS,
    "number": (0, 1, 1, 1, 2, -3, Decimal("1.5"), Decimal("2.0"), Decimal("-0.000001"), 10**12),
    "boolean": (True, False),
    "date": ("2026-01-01", "2026-02-28", "1969-12-31", "9999-12-31"),
    "date and time": (
        *("2026-01-01T10:00:00Z", "2026-01-01T11:00:00+01:00"),
        *("2026-01-01T10:00:00.5Z", "1960-06-01T00:00:00Z"),
    ),
}
LITERALS: dict[str, tuple[str, ...]] = {
    "string": ('"A"', '"a b"', '"1"', '""', '"' + "x" * 70 + '"'),
    "number": ("0", "1", "1.5", "2.00", "-3", "0.0000001"),
    "boolean": ("true", "false"),
    "date": ('date("2026-01-01")', '@"1969-12-31"'),
    "date and time": ('@"2026-01-01T10:00:00Z"', '@"1970-01-01T00:00:00+02:00"'),
}
COMPUTED = {
    "string": ('starts with(?, "A")', 'contains(string(?), "b")', '? > "A"'),
    "number": ("? + 1 > 2", "modulo(?, 2) = 0"),
    "boolean": ("not(?)",),
    "date": ("?.year = 2026",),
    "date and time": ("?.hour < 11",),
}
SIZES = st.sampled_from([0, 1, 1, 2])
SAFE = "if ? = null then false else "


@st.composite
def unary(draw: st.DrawFn, type_: str) -> str:
    one = st.sampled_from(LITERALS[type_])
    shapes: list[st.SearchStrategy[str]] = [one, st.just("null"), st.just("-")]
    shapes += [one.map("not({})".format)]
    shapes += [st.lists(one, min_size=2, max_size=3).map(", ".join), one.map("{}, null".format)]
    shapes += [st.sampled_from(COMPUTED[type_]).map(lambda text: f"{SAFE}({text})")]
    if type_ not in ("string", "boolean"):
        shapes += [
            st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "!="]), one),
            st.builds("[{}..{})".format, one, one),
        ]
    return draw(st.one_of(shapes))


@st.composite
def condition(draw: st.DrawFn, kind: str, earlier: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    names = st.sampled_from(sorted(KINDS[kind]))
    for field in draw(st.lists(names, max_size=draw(SIZES), unique=True)):
        type_ = KINDS[kind][field]
        others = [
            f"{alias}.{name}"
            for alias, other in earlier
            for name, theirs in KINDS[other].items()
            if theirs == type_
        ]
        refers = draw(st.booleans())
        if others and refers:
            ordered = type_ not in ("string", "boolean")
            signs = ["=", "!=", "<", "<=", ">", ">="] if ordered else ["=", "!="]
            found[field] = f"{draw(st.sampled_from(signs))} {draw(st.sampled_from(others))}"
        else:
            found[field] = draw(unary(type_))
    return found


@st.composite
def rule(draw: st.DrawFn, id_: str) -> dict[str, Any]:
    aliases: list[tuple[str, str]] = []
    all_ = []
    for alias in ("k", "sid", "x")[: draw(st.integers(1, 3))]:
        kind = draw(st.sampled_from([*GIVEN, *GIVEN, *DERIVED]))
        all_.append({alias: kind, "if": draw(condition(kind, aliases))})
        aliases.append((alias, kind))
    none = []
    for alias in ("n", "m")[: draw(st.sampled_from([0, 0, 1, 2]))]:
        kind = draw(st.sampled_from([*GIVEN, *GIVEN, *GIVEN, *DERIVED]))
        none.append({alias: kind, "if": draw(condition(kind, aliases))})
    then = [
        draw(assertion(fact, aliases))
        for fact in draw(st.lists(st.sampled_from(DERIVED), min_size=1, max_size=2, unique=True))
    ]
    return {"id": id_, "all": all_, "none": none, "then": then}


@st.composite
def assertion(draw: st.DrawFn, fact: str, aliases: list[tuple[str, str]]) -> dict[str, Any]:
    values = {}
    for field, type_ in KINDS[fact].items():
        copies = [
            f"{alias}.{name}"
            for alias, kind in aliases
            for name, theirs in KINDS[kind].items()
            if theirs == type_
        ]
        values[field] = draw(st.sampled_from([*LITERALS[type_][:3], *copies]))
    return {"assert": fact, "with": values}


@st.composite
def rulesets(draw: st.DrawFn) -> dict[str, Any]:
    rules = [draw(rule(f"r{number}")) for number in range(draw(st.integers(1, 4)))]
    facts: dict[str, Any] = {
        kind: {"type": types, **({"from": kind} if kind in GIVEN else {})}
        for kind, types in KINDS.items()
    }
    return {"kind": "ruleset", "id": "any", "mode": "inference", "facts": facts, "rules": rules}


@st.composite
def facts(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    return {
        kind: [
            {
                field: value
                for field, type_ in KINDS[kind].items()
                if (value := draw(st.sampled_from((*VALUES[type_], None)))) is not None
            }
            for _ in range(draw(st.integers(0, 4)))
        ]
        for kind in GIVEN
    }


@st.composite
def watches(draw: st.DrawFn) -> dict[str, Any]:
    rules = []
    for number in range(draw(st.integers(1, 3))):
        all_ = []
        for alias in ("k", "n", "t")[: draw(st.integers(1, 3))]:
            pattern: dict[str, Any] = {alias: draw(st.sampled_from("abc"))}
            pattern["count"] = draw(st.sampled_from([1, 1, 2, 3]))
            if draw(st.booleans()):
                pattern["if"] = {"v": draw(unary("number"))}
            all_.append(pattern)
        none = [{"z": draw(st.sampled_from("abc"))}] if draw(st.booleans()) else []
        send = {"event": "suspected", "to": "orders", "data": {"first": "k"}}
        rules.append({"id": f"r{number}", "all": all_, "none": none, "then": [{"send": send}]})
    facts_ = {name: {"event": name, "type": {"v": "number"}} for name in "abc"}
    head = {"kind": "ruleset", "id": "any", "mode": "watch", "key": "key", "within": "PT10S"}
    return {**head, "facts": facts_, "rules": rules}


BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@st.composite
def events(draw: st.DrawFn) -> list[WatchEvent]:
    time = BEGIN
    found = []
    for number in range(draw(st.integers(1, 40))):
        time += timedelta(seconds=draw(st.sampled_from([0, 0, 1, 1, 2, 5, 10, 11, -1])))
        kinds = draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True))
        values = {
            kind: {"v": draw(st.sampled_from([0, 1, 1, Decimal("1.5"), None]))} for kind in kinds
        }
        key = draw(st.sampled_from(["K", "L", 7]))
        found.append(WatchEvent(f"e{number}", time, key, values))
    return found
