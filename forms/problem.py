"""What is wrong with one field, and what is wrong with a form's own text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """A field that does not fit. `path`: dotted, with indices (`lines.0.qty`), empty for the whole.

    The sentence for people is the catalogue's `forms.<code>` with `params`; `message` is English
    for programs and logs.
    """

    path: str
    code: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)


class FormError(ValueError):
    """A form that cannot be compiled. `path`: place in the document (`compute.total`)."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


def dotted(path: tuple[str | int, ...]) -> str:
    """`("lines", 0, "qty")` as `lines.0.qty`."""
    return ".".join(str(part) for part in path)
