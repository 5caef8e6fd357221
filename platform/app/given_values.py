"""Plain data given to a decision by itself, as it would see them in an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.forms import FormError, compile_form
from orderloom.platform.definitions import Bundle
from orderloom.rules import Decision
from orderloom.rules.lifting import lifted


class GivenValues:
    """What tests of a bundle give: texts of dates, times and durations are read as such where the
    type of an input, or the format of the field in every form that has it, says so."""

    def __init__(self, bundle: Bundle) -> None:
        self._forms = [
            form for one in bundle.documents if one.kind == "form" for form in _form(one.value)
        ]

    def lifted(self, decision: Decision, given: Mapping[str, Any]) -> dict[str, Any]:
        """The scope in which the decision is evaluated."""
        found: dict[str, Any] = dict(given)
        for name, value in given.items():
            read = [lift({name: value})[name] for names, lift in self._forms if name in names]
            if read and all(type(one) is type(read[0]) and one == read[0] for one in read):
                found[name] = read[0]
        return lifted(decision, found)


def _form(value: Mapping[str, Any]) -> list[tuple[frozenset[str], Any]]:
    try:
        form = compile_form(value)
    except FormError:
        return []
    return [(frozenset((value.get("schema") or {}).get("properties") or ()), form.lift)]
