"""What is wrong with a definition, told at its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding. `file`: relative to the bundle, `line` from 1, `path` with dots from the
    document's root (`stages.approval.on.approved`). `code`: stable and dotted. `message`: a
    sentence. `hint`: what to do, perhaps empty. Errors stop publishing, warnings do not.
    """

    file: str
    line: int
    path: str
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"
