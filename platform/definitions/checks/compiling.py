"""The last check: what all others found good can be compiled, as publishing will do it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from orderloom.approvals import compile_policy
from orderloom.forms import FormError, compile_form
from orderloom.platform.codec import dumps, loads
from orderloom.platform.definitions.borrowed import Why
from orderloom.platform.definitions.calendar import compile_calendar
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.compile_process import compile_process
from orderloom.platform.definitions.compile_values import CompileError
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.rules import FeelError, compile_decision
from orderloom.rules.ruleset_reading import compile_ruleset

_FAULTS: Final = (
    *(FeelError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError),
    *(RecursionError, StopIteration),
)
KEPT: Final = 256
_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def uncompiled(context: Context, told: set[Finding]) -> Iterator[Finding]:
    """One finding for each document without another that cannot be compiled nevertheless."""
    bad = {one.file for one in told if one.severity == "error"}
    for document in context.documents:
        if document.file not in bad and document.kind in _COMPILE:
            yield from _compiled(document)


def _compiled(document: Document) -> Iterator[Finding]:
    fault = _fault(document.kind, dumps(document.value))
    if fault is not None:
        place, why = fault
        yield document.finding(place, "definition.invalid", why=Why(why))


@lru_cache(maxsize=KEPT)
def _fault(kind: str, value: bytes) -> tuple[Path, str] | None:
    """Where and why it cannot be compiled; kept of the definitions that were looked at last."""
    try:
        _COMPILE[kind](loads(value))
    except (CompileError, FormError) as error:
        return _path(error.path), str(error.message)
    except _FAULTS as error:
        # Whatever a compiler raises, a document that is said to be good must not bring it about.
        return (), str(error)
    return None


def _path(dotted: str) -> Path:
    """`a.b[0].c` as a path."""
    return tuple(int(index) if index else name for name, index in _STEP.findall(dotted))


def _process(value: Mapping[str, Any]) -> None:
    if value.get("fragment") is not True:
        compile_process(value)


def _decision(value: Mapping[str, Any]) -> None:
    # Those it requires are judged by themselves.
    compile_decision({**value, "requires": {}})


_COMPILE: Final[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
    "process": _process,
    "decision": _decision,
    "ruleset": compile_ruleset,
    "approval": compile_policy,
    "form": compile_form,
    "calendar": lambda value: compile_calendar(value, ZoneInfo("UTC")),
}
