"""To whom a message goes: people, found in the transaction; addresses, filled when it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

from orderloom.platform.definitions.compile_values import people
from orderloom.platform.definitions.model import Receivers


def receivers(document: Mapping[str, Any]) -> Receivers:
    """`to` of a `message`: what has a template or an `@` is an address, all else are people
    (language 3.6, 8)."""
    to = document.get("to") or ()
    listed = [to] if isinstance(to, str | Mapping) else list(to)
    return Receivers(
        people=people([one for one in listed if not is_address(one)], "to"),
        addresses=tuple(one for one in listed if is_address(one)),
    )


def is_address(value: Any) -> TypeGuard[str]:
    """Whether a receiver is a mail address, or a template of one."""
    return isinstance(value, str) and ("{{" in value or "{%" in value or "@" in value)
