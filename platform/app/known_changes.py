"""Listed changes of semantics: decisions of earlier versions that may come out otherwise now.

A fix that changes results of what is already recorded gets its line here, with its reason; a replay
then tells it apart from a difference that nobody can explain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownChange:
    """Entries of `types` written with a version of `part` (a name of `runtime.versions`) below
    `below` may differ; `why`: what was changed."""

    part: str
    below: str
    types: frozenset[str]
    why: str

    def explains(self, type_: str, versions: Mapping[str, Any]) -> bool:
        """Whether a difference in an entry of a type, written by these versions, was expected."""
        written = versions.get(self.part)
        return type_ in self.types and written is not None and _key(written) < _key(self.below)


KNOWN: Final[tuple[KnownChange, ...]] = ()


def _key(version: Any) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", str(version)))
