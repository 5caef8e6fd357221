"""Answers as JSON with exact numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from orderloom.platform.codec import dumps


def json_answer(
    value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A response whose numbers are as they were stored."""
    return Response(
        dumps(value),
        status_code=status,
        media_type="application/json",
        headers=dict(headers or {}),
    )
