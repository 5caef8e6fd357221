"""How much time is left until a deadline, or how late it is, in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from orderloom.platform.words import Words

_UNITS: Final = (
    ("days", timedelta(days=1)),
    ("hours", timedelta(hours=1)),
    ("minutes", timedelta(minutes=1)),
)
# What is further away is told by its date.
_FAR: Final = timedelta(days=14)


def deadline(words: Words, due: datetime, now: datetime, zone: str) -> str:
    """ "due in 3 hours", "2 days late", or the day and time in `zone` where that is weeks away.

    Whole units, rounded down: nobody has more time, or is later, than is said.
    """
    left = due - now
    if left > _FAR:
        return words.text("web.due.on", at=words.moment(due, zone))
    way = "in" if left >= timedelta(0) else "late"
    for unit, length in _UNITS:
        count = abs(left) // length
        if count:
            return words.text(f"web.due.{way}.{unit}", count=count)
    return words.text("web.due.now")
