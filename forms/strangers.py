"""Fields that no page of a form sends: names it does not have, fields nobody fills in, endless
texts. They are refused, each with its own sentence, and nothing of what was sent is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from orderloom.forms.nodes import Node, knows
from orderloom.forms.problem import FieldProblem

Path = tuple[str, ...]
LONGEST: Final = 100_000
MOST: Final = 20


def strangers(
    root: Node,
    fields: Sequence[tuple[str, str]],
    *,
    fixed: frozenset[Path],
    only: Sequence[str] | None,
) -> tuple[FieldProblem, ...]:
    """The first `MOST` of them. `fixed`: fields that nobody fills in; `only`: as of `submit`."""
    wanted = None if only is None else tuple(tuple(name.split(".")) for name in only)
    found: dict[str, FieldProblem] = {}
    for name, text in fields:
        if name in found or name.startswith("_"):
            continue
        found.update((one.path, one) for one in _strange(root, name, text, fixed, wanted))
        if len(found) >= MOST:
            break
    return tuple(found.values())


def _strange(
    root: Node,
    name: str,
    text: str,
    fixed: frozenset[Path],
    wanted: tuple[Path, ...] | None,
) -> Iterator[FieldProblem]:
    place = tuple(part for part in name.split(".") if not part.startswith("_"))
    path = tuple(part for part in place if not part.isdigit())
    shown = {"field": ".".join(place)}
    if not path or knows(root, path) != "yes":
        yield FieldProblem(name, "unknown_field", f"there is no field {name}", {"field": name})
    elif any(path[:end] in fixed for end in range(1, len(path) + 1)):
        yield FieldProblem(name, "not_editable", f"{name} cannot be changed", shown)
    elif wanted is not None and not any(_asked(path, one, name) for one in wanted):
        yield FieldProblem(name, "not_editable", f"{name} is not asked for", shown)
    elif len(text) > LONGEST:
        params = {"count": LONGEST}
        yield FieldProblem(name, "max_length", f"{name} is longer than {LONGEST}", params)


def _asked(path: Path, wanted: Path, name: str) -> bool:
    """A wanted field, what is in it, or the mark of a row around it."""
    marks = name.endswith("._row") and wanted[: len(path)] == path
    return path[: len(wanted)] == wanted or marks
