"""The one way to say "no": a code, a sentence, what it is about.

A `Rejection` is a value that the pure parts return; `Refused` carries one through the layers at the
rim (web, CLI), where a value cannot travel. Sentences for people come from the catalogue entry
`problems.<code>` with `params`; `message` is the English sentence for logs and for programs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Rejection:
    """An expected "no".

    `code`: stable, dotted, lower case (`approval.already_voted`). `message`: one English sentence.
    `params`: values for the catalogue's sentence. `path`: the field or place it is about.
    `details`: several at once (a form with three bad fields), or what changed meanwhile.
    """

    code: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    path: str | None = None
    details: tuple[Rejection, ...] = ()


class Refused(Exception):
    """Carries a `Rejection` to the rim. Never raised by the interpreter."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(f"{rejection.code}: {rejection.message}")
        self.rejection = rejection
