"""One way to write each decision: what documents with the same meaning have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from orderloom.rules.written import feel_text

ANY_CELL: Final = "-"
_DEFAULTS: Final[Mapping[str, Any]] = {
    "hit": "UNIQUE",
    "requires": {},
    "reads": {},
    "parameters": {},
    "tests": [],
}


def normal(document: Mapping[str, Any]) -> dict[str, Any]:
    """`document` with every expression as FEEL text without blanks around it, cells by name and
    without those that match everything, and without what is as if it were absent.

    The order of columns, rows and tests stays; nothing that a decision decides by is left out.
    """
    made = {
        key: value
        for key, value in document.items()
        if not (key in _DEFAULTS and value == _DEFAULTS[key])
    }
    if "value" in made:
        made["value"] = expression_text(made["value"])
    inputs = [_column(one) for one in document.get("inputs") or ()]
    outputs = [_column(one) for one in document.get("outputs") or ()]
    if "value" in made:
        return made
    made["inputs"] = inputs
    made["outputs"] = outputs
    made["rules"] = [
        _row(one, [each["name"] for each in inputs], outputs) for one in document.get("rules") or ()
    ]
    return made


def expression_text(value: Any) -> str:
    """An expression as one text, whatever it is written as."""
    return feel_text(value).strip()


def cells_of(cells: Any, names: Sequence[str]) -> dict[str, Any]:
    """The cells of a row by the names of their columns, however they are written."""
    if isinstance(cells, Mapping):
        return dict(cells)
    return dict(zip(names, cells or (), strict=False))


def _column(one: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(one)
    for key in ("value", "default", "allowed"):
        if made.get(key) is not None:
            made[key] = expression_text(made[key])
        else:
            made.pop(key, None)
    if made.get("value") == made["name"]:
        del made["value"]
    if made.get("nullable") is False:
        del made["nullable"]
    return made


def _row(
    one: Mapping[str, Any], inputs: Sequence[str], outputs: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    made = dict(one)
    when = {
        name: expression_text(cell)
        for name, cell in cells_of(one.get("when"), inputs).items()
        if cell is not None
    }
    when = {name: cell for name, cell in when.items() if cell not in ("", ANY_CELL)}
    then = cells_of(one.get("then"), [each["name"] for each in outputs])
    # Without a default an output that is null and one that is not there come to the same.
    defaulted = {each["name"] for each in outputs if "default" in each}
    texts = {name: expression_text(value) for name, value in then.items()}
    made["then"] = {
        name: text
        for name, text in texts.items()
        if text != "" and (then[name] is not None or name in defaulted)
    }
    made.pop("when", None)
    if when:
        made["when"] = when
    if isinstance(made.get("note"), str):
        made["note"] = made["note"].strip()
    if not made.get("note"):
        made.pop("note", None)
    return made
