"""Answers as JSON with exact numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response

from orderloom.platform.app.receipts import Receipt
from orderloom.platform.app.reply import Reply
from orderloom.platform.app.standing import standing
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


def changed(request: Request, reply: Reply, *, status: int = 200) -> Response:
    """Where an order stands after a command, with its revision as `ETag` and the receipt of its
    last entry."""
    value = standing(reply.state, reply.release, reply.revision, request.state.actor)
    request.state.order = value["number"]
    headers = {"ETag": f'"{reply.revision}"', "Audit-Receipt": str(Receipt(*reply.receipt))}
    if reply.replayed:
        headers["Idempotency-Replayed"] = "true"
    if status == 201:
        headers["Location"] = f"{request.url.path}/{quote(value['number'], safe='~')}"
    return json_answer(value, status=status, headers=headers)
