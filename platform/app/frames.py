"""What a server and a child process say to each other: frames of JSON, each after its length in
four bytes."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, Final

from orderloom.platform.codec import dumps, loads

HEAD: Final = struct.Struct(">I")
LARGEST: Final = 64_000_000


def packed(message: Mapping[str, Any]) -> bytes:
    """One frame. Raises `ValueError` for one that is too large."""
    body = dumps(message)
    if len(body) > LARGEST:
        raise ValueError("the message is too large")
    return HEAD.pack(len(body)) + body


def unpacked(body: bytes) -> dict[str, Any]:
    """The message of a frame without its head."""
    found: dict[str, Any] = loads(body)
    return found
