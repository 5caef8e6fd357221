"""DMN models (1.1 to 1.5) as decisions: tables, expressions, what requires what.

Whatever is not taken is listed: `unsupported` where it decides something, `notes` where it stands
around (owners, drawings, other vendors' extensions). Nothing is left out in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orderloom.rules.dmn_elements import local, read_xml
from orderloom.rules.dmn_model import Model
from orderloom.rules.error import FeelError


@dataclass(frozen=True, slots=True)
class DmnModel:
    """`decisions`: documents of the kind decision, those with `parameters` from knowledge models.

    `unsupported`, `notes`: what was not taken, by name; `adapted`: texts of another dialect and how
    they are read. `counts`: of decisions, tables, rules, inputs and outputs `{there, taken, listed,
    lost}`."""

    decisions: tuple[dict[str, Any], ...] = ()
    unsupported: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    adapted: tuple[str, ...] = ()
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def lost(self) -> int:
        """How many were neither taken nor listed: none."""
        return sum(abs(one["lost"]) for one in self.counts.values())


def read_dmn(data: bytes) -> DmnModel:
    """What the model has. Never raises over content: what is no model is `unsupported`."""
    try:
        root = read_xml(data)
    except FeelError as error:
        return DmnModel(unsupported=(str(error),))
    if local(root) != "definitions":
        return DmnModel(unsupported=(f"the outermost element is {local(root)}, not definitions",))
    model = Model(root)
    found = model.read()
    listing = model.listing
    return DmnModel(
        decisions=tuple(found),
        unsupported=tuple(listing.unsupported),
        notes=tuple(listing.notes),
        adapted=tuple(model.adapted),
        counts=listing.counts(found),
    )
