"""Cursors of lists: where the next page goes on, as one opaque word."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from orderloom.platform.codec import CodecError, dumps, loads
from orderloom.platform.problem import Rejection


def write_cursor(key: tuple[Any, ...] | None) -> str | None:
    """The word for a key of texts and whole numbers."""
    if key is None:
        return None
    return base64.urlsafe_b64encode(dumps(list(key))).decode().rstrip("=")


def read_cursor(word: str | None, *types: type) -> Any | Rejection | None:
    """The key as a tuple of the given types; None for none, a refusal for what is no cursor."""
    if not word:
        return None
    refused = Rejection("query.bad_cursor", "The cursor is not one of ours.", path="cursor")
    try:
        key = loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
    except (binascii.Error, ValueError, CodecError):
        return refused
    fits = isinstance(key, list) and [type(part) for part in key] == list(types)
    return tuple(key) if fits else refused
