"""What an expression or a decision that cannot be used is answered with."""

from __future__ import annotations

from typing import Any


class FeelError(ValueError):
    """An expression cannot be read, or has no value. `position` counts signs from 0."""

    def __init__(self, message: str, position: int = 0, text: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.line = text.count("\n", 0, position) + 1
        self.column = position - text.rfind("\n", 0, position)


class EvaluationError(Exception):
    """A decision has no answer: which row and column (ids and names), and the value met there."""

    def __init__(
        self, message: str, row: str | None = None, column: str | None = None, value: Any = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.row = row
        self.column = column
        self.value = value
