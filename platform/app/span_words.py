"""A duration of a definition in words: `8 working hours`, `P1DT2H`."""

from __future__ import annotations

from typing import Final

from orderloom.platform.definitions.spans import parse_span
from orderloom.platform.words import Words

PARTS: Final = (("days", 86_400), ("hours", 3_600), ("minutes", 60))


def span_words(text: str, words: Words) -> str:
    """As the reader's language says it; seconds are left as they are written."""
    span = parse_span(text)
    if span.working is not None:
        return words.text(f"web.span.working_{span.working.unit}", count=span.working.amount)
    said = [
        words.text(f"web.span.{unit}", count=count)
        for unit, count in zip(("years", "months"), divmod(span.months, 12), strict=True)
        if count
    ]
    left = span.seconds
    for unit, size in PARTS:
        count, left = divmod(left, size)
        if count:
            said.append(words.text(f"web.span.{unit}", count=count))
    return ", ".join(said) if said and not left else text
