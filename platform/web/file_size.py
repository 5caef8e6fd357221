"""How large a file is, as people say it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from orderloom.platform.words import Words

KILO: Final = 1024
MEGA: Final = 1_048_576


def file_size(words: Words, size: int) -> str:
    """`17 B`, `240 kB`, `1.4 MB`, with the language's decimal mark."""
    if size < KILO:
        return f"{words.number(size)} B"
    if size < MEGA:
        return f"{words.number(-(-size // KILO))} kB"
    tenths = Decimal(10 * size // MEGA) / 10
    return f"{words.number(tenths, None if tenths == int(tenths) else 1)} MB"
