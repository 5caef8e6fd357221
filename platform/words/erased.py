"""What stands for a value that was erased: the date, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from orderloom.platform.words.catalogue import Words

SLOT: Final = "$p"


def is_erased(value: Any) -> bool:
    """Whether a value is the marker of one that was erased (`{"$p": …, "c": …, "at": …}`)."""
    return isinstance(value, Mapping) and SLOT in value and isinstance(value.get("c"), str)


def erased_words(value: Any, words: Words) -> str | None:
    """`erased on …` for a marker; None for any other value."""
    if not is_erased(value):
        return None
    day = str(value.get("at") or "")[:10]
    if not day:
        return words.text("audit.erased")
    return words.text("audit.erased_on", date=words.date(date.fromisoformat(day)))


def said(value: Any, words: Words) -> str:
    """What somebody wrote, or that it was erased; nothing where there is nothing."""
    return value if isinstance(value, str) else erased_words(value, words) or ""


def without_markers(value: Any) -> Any:
    """A value as programs read it: markers as `{"erased": instant}`."""
    if is_erased(value):
        return {"erased": value.get("at")}
    if isinstance(value, Mapping):
        return {key: without_markers(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [without_markers(each) for each in value]
    return value
