"""What phrases ask of the one who tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Voice(Protocol):
    """What a phrase asks of the teller (`narrative.Teller`)."""

    @property
    def actor(self) -> str: ...

    @property
    def facts(self) -> Mapping[str, Any]: ...

    def say(self, key: str, **params: Any) -> str: ...

    def person(self, id_: str) -> str: ...

    def people(self, ids: Any) -> str: ...

    def title(self, id_: Any) -> str: ...

    def chosen(self, text: Any) -> str: ...

    def titled(self, ids: Any) -> str: ...

    def listed(self, parts: Any) -> str: ...

    def value(self, value: Any) -> str: ...

    def values(self, values: Mapping[str, Any]) -> str: ...

    def because(self, why: Any) -> str: ...

    def problem(self, code: str, otherwise: str = "") -> str: ...


def items(value: Any) -> list[Any]:
    """What a fact lists: nothing, one, or several."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple | Mapping) else [value]


def whole(value: Any) -> int:
    """What a fact counts: 0 where it is no whole number."""
    return value if isinstance(value, int) else 0
