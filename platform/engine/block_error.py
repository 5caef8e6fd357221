"""What goes wrong inside a block or guard."""

from __future__ import annotations

from typing import Any


class BlockError(Exception):
    """An error inside a block or guard, to be offered to the process as `error.<kind>`."""

    def __init__(self, kind: str, message: str, place: str, **cause: Any) -> None:
        super().__init__(message)
        self.kind = kind
        self.cause = {"message": message, "place": place, **cause}

    @property
    def error(self) -> dict[str, Any]:
        """The error as a ticket keeps it."""
        return {"kind": self.kind, **self.cause}
