"""Decision tables that answer something else than their author thinks, each with an example.

What changes an answer in silence, or makes a row that was written for nothing, is an error. What
does no harm (a column or a row too many) or is only not known (a cell that has to be run) is a
warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from orderloom.platform.codec import dumps, loads
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import body, items
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import Listed, Said, cut
from orderloom.rules import FeelError, TableProblem, check_decision, compile_decision
from orderloom.rules.values import is_number, text_of

# Hit policies under which a row that is there twice makes no difference.
_HARMLESS_TWICE: Final = ("ANY", "FIRST", "PRIORITY", "COLLECT MIN", "COLLECT MAX")
# Those that answer with one row: only there it matters what a cell that is run leaves open.
_ONE_ROW: Final = ("UNIQUE", "ANY", "PRIORITY", "FIRST")
_FAULTS: Final = (
    *(FeelError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError),
    *(RecursionError, StopIteration),
)
# What is about the whole table: it may be so because of a mistake in a row.
_OF_ALL: Final = ("gap", "idle")
# Tables of which it is kept what is wrong with them.
KEPT: Final = 64
_ROW: Final = re.compile(r"rules\.(\d+)\b")


def tables(context: Context, told: set[Finding]) -> Iterator[Finding]:
    """What the tables' own checks find; nothing that follows from another mistake."""
    for document in context.of_kind("decision"):
        if "value" in document.value or not document.value.get("rules"):
            continue
        yield from _table(document, set(_errors_in(context, document, told)))


def _table(document: Document, wrong: set[str]) -> Iterator[Finding]:
    rows = {int(found[1]) for path in wrong if (found := _ROW.match(path))}
    hit = str(document.value.get("hit", "UNIQUE"))
    told: list[Finding] = []
    for problem in _problems(document):
        follows = rows & set(problem.numbers) or (problem.code in _OF_ALL and (wrong or told))
        if follows:
            continue
        findings = list(_TOLD[problem.code](document, problem, hit))
        told += [one for one in findings if one.severity == "error" and one.code != "table.gap"]
        rows |= set(problem.numbers) if problem.code in ("not_allowed", "unreachable") else set()
        yield from findings


def _errors_in(context: Context, document: Document, told: set[Finding]) -> Iterator[str]:
    """The paths of errors in a document; a file may have several."""
    others = (*context.documents, *context.scenarios)
    later = [one.line for one in others if one.file == document.file and one.line > document.line]
    last = min(later, default=None)
    for one in told:
        inside = one.line >= document.line and (last is None or one.line < last)
        if one.file == document.file and inside and one.severity == "error":
            yield one.path


def _problems(document: Document) -> Sequence[TableProblem]:
    return _problems_of(dumps(document.value))


@lru_cache(maxsize=KEPT)
def _problems_of(value: bytes) -> Sequence[TableProblem]:
    """Of the tables that were looked at last: a bundle is checked whole at every change, and most
    of it stands as it stood."""
    try:
        return tuple(check_decision(compile_decision({**loads(value), "requires": {}})))
    except _FAULTS:
        # What cannot be compiled is told by others.
        return ()


def _gap(document: Document, problem: TableProblem, hit: str) -> Iterator[Finding]:
    yield document.finding(
        ("rules",), "table.gap", sample=_sample(problem.sample), shows=problem.scope
    )


def _overlap(document: Document, problem: TableProblem, hit: str) -> Iterator[Finding]:
    yield document.finding(
        _row(problem, 1),
        "table.overlap",
        row=problem.rows[0],
        other=problem.rows[1],
        sample=_sample(problem.sample),
        hit=hit,
        shows=problem.scope,
    )


def _conflict(document: Document, problem: TableProblem, hit: str) -> Iterator[Finding]:
    yield document.finding(
        _row(problem, 1),
        "table.conflict",
        row=problem.rows[0],
        other=problem.rows[1],
        sample=_sample(problem.sample),
        shows=problem.scope,
    )


def _duplicate(document: Document, problem: TableProblem, hit: str) -> Iterator[Finding]:
    yield document.finding(
        _row(problem, 1),
        "table.duplicate",
        row=problem.rows[0],
        other=problem.rows[1],
        sample=_sample(problem.sample),
        severity="warning" if hit in _HARMLESS_TWICE else "error",
        shows=problem.scope,
    )


def _masked(document: Document, problem: TableProblem, hit: str) -> Iterator[Finding]:
    row, *others = problem.rows
    yield document.finding(
        _row(problem, 0),
        "table.masked",
        row=row,
        rows=Listed(tuple(others)),
        sample=_sample(problem.sample),
        shows=problem.scope,
    )


def _unreachable(document: Document, problem: TableProblem, hit: str) -> Iterator[Finding]:
    yield document.finding(_row(problem, 0), "table.unreachable", row=problem.rows[0])


def _not_allowed(document: Document, problem: TableProblem, hit: str) -> Iterator[Finding]:
    column = str(problem.column)
    (value,) = problem.sample.values()
    for key, cells in (("inputs", "when"), ("outputs", "then")):
        for number, one in enumerate(items(document.value.get(key))):
            if body(one).get("name") == column and "allowed" in body(one):
                row = body(items(document.value["rules"])[problem.numbers[0]])
                named = isinstance(row.get(cells), Mapping)
                path: Path = (*_row(problem, 0), cells, column if named else number)
                yield document.finding(
                    path,
                    "decision.not_allowed",
                    value=_literal(value) if _plain(value) else f'@"{text_of(value)}"',
                    allowed=body(one)["allowed"],
                )
                return


def _idle(document: Document, problem: TableProblem, hit: str) -> Iterator[Finding]:
    names = [body(one).get("name") for one in items(document.value.get("inputs"))]
    if problem.column in names:
        path = ("inputs", names.index(problem.column))
        yield document.finding(path, "table.idle", name=problem.column, severity="warning")


def _not_analysed(document: Document, problem: TableProblem, hit: str) -> Iterator[Finding]:
    if not problem.rows:
        what = Said(f"table.not_analysed.{problem.reason.partition(':')[0]}")
        yield document.finding(
            ("rules",), "table.not_analysed", "parts", what=what, severity="warning"
        )
    elif hit in _ONE_ROW:
        yield document.finding(
            _row(problem, 0),
            "table.not_analysed",
            row=problem.rows[0],
            name=problem.column,
            cell=cut(problem.reason),
            severity="warning",
        )


def _row(problem: TableProblem, which: int) -> Path:
    return ("rules", problem.numbers[which])


def _sample(sample: Mapping[str, Any]) -> Said:
    """`total = 5, country = "PL"`, or that it holds for anything."""
    if not sample:
        return Said("table.sample.any")
    shown = ", ".join(f"{name} = {_literal(value)}" for name, value in sample.items())
    return Said("table.sample.some", {"values": shown})


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, bool | str) or is_number(value)


def _literal(value: Any) -> str:
    """A value as people read it: texts in quotes, dates as they are."""
    return text_of([value])[1:-1]


_TOLD: Final = {
    "gap": _gap,
    "overlap": _overlap,
    "conflict": _conflict,
    "duplicate": _duplicate,
    "masked": _masked,
    "unreachable": _unreachable,
    "not_allowed": _not_allowed,
    "idle": _idle,
    "not_analysed": _not_analysed,
}
