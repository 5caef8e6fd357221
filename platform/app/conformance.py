"""Counts how many cases of a file hold: expressions and decision tables beside the standard."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from orderloom.platform.app.clock import Clock
from orderloom.platform.codec import CodecError, loads_strict
from orderloom.platform.problem import Refused, Rejection
from orderloom.rules.conformance import score_feel, score_tables

LIMIT_BYTES: Final = 50_000_000


def feel_conformance(file: Path, clock: Clock) -> dict[str, Any]:
    """`{value: {passed, of}, null: {passed, of}, failed: […]}` of FEEL cases. Raises `Refused`."""
    return score_feel(_cases(file, ("expected",)), clock.now()).to_json()


def table_conformance(file: Path) -> dict[str, Any]:
    """The same of decision tables with their cases. Raises `Refused`."""
    return score_tables(_cases(file, ("rules", "cases"))).to_json()


def _cases(file: Path, needed: tuple[str, ...]) -> list[dict[str, Any]]:
    try:
        cases: list[dict[str, Any]] = loads_strict(file.read_bytes(), limit_bytes=LIMIT_BYTES)
    except CodecError as error:
        raise Refused(Rejection("conformance.file", str(error), {"file": file.name})) from error
    shaped = isinstance(cases, list) and all(
        isinstance(case, dict) and all(key in case for key in needed) for case in cases
    )
    if not shaped:
        message = f"{file.name} is not a list of cases with {', '.join(needed)}."
        raise Refused(Rejection("conformance.file", message, {"file": file.name}))
    return cases
