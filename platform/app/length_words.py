"""How long something took, in words: `3 d 4 h`."""

from __future__ import annotations

from typing import Final

from orderloom.platform.words import Words

SECOND: Final = 1_000_000
_PARTS: Final = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))


def length_words(micros: int, words: Words) -> str:
    """The two largest units, rounded to whole seconds; a day has 24 hours."""
    left = (micros + SECOND // 2) // SECOND
    said: list[str] = []
    for unit, size in _PARTS:
        count, left = divmod(left, size)
        if count or said:
            said.append(words.text(f"mining.length.{unit}", count=count) if count else "")
        if len(said) == 2:
            break
    return " ".join(each for each in said if each) or words.text("mining.length.seconds", count=0)
