"""The text of a draft: what it says, and what tells it from another."""

from __future__ import annotations

import hashlib
from typing import Any

from orderloom.platform.codec import CodecError, load_yaml


def tag_of(text: str) -> str:
    """What tells one text of a draft from another: 32 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def value_of_text(text: str) -> dict[str, Any] | None:
    """The map that a text says; None where it says none."""
    try:
        value = load_yaml(text).value
    except (CodecError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def error_of_text(text: str) -> CodecError:
    """Why a text says no map."""
    try:
        load_yaml(text)
    except CodecError as error:
        return error
    except RecursionError:
        return CodecError("yaml.too_deep", "nested too deep", 1, 1)
    return CodecError("yaml.malformed", "a map is expected here", 1, 1)
