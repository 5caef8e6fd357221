"""What a use case answers, where a test expects no refusal."""

from __future__ import annotations

from typing import Any

from orderloom.platform.problem import Rejection


def answered(value: Any) -> Any:
    """The answer. Fails where it is a refusal, and shows it."""
    assert not isinstance(value, Rejection), value
    return value
