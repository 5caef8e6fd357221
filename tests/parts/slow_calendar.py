"""Working time minute by minute: slow, and plain enough to be believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAYS = 16
Minutes = tuple[tuple[int, int], ...]


class SlowCalendar:
    """Sixteen days from `start`, a whole minute in UTC. `hours`: of seven days, in minutes since
    midnight; `days`: days with others, or none.

    A minute is worked where the clock of that day shows, or has shown already, a time in the
    hours: what is shown for the second time, after the clock was put back, is still as late as
    the first time.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        start: datetime,
        hours: Sequence[Minutes],
        days: Mapping[date, Minutes],
    ) -> None:
        self._start = start
        self._worked = [
            any(begin <= shown < end for begin, end in days.get(day, hours[day.weekday()]))
            for day, shown in shown_by(zone, start)
        ]

    def is_worked(self, at: datetime) -> bool:
        """Whether the minute that begins at `at` is worked."""
        return self._worked[self._index(at)]

    def after(self, moment: datetime, minutes: int) -> datetime | None:
        """The end of the `minutes`-th worked minute after `moment`; None beyond the last day."""
        left = minutes
        for index in range(self._index(moment), len(self._worked)):
            left -= self._worked[index]
            if not left:
                return self._start + (index + 1) * MINUTE
        return None

    def between(self, start: datetime, end: datetime) -> int:
        return sum(self._worked[self._index(start) : self._index(end)])

    def holds(self, at: datetime) -> bool:
        """Whether `at` is within the sixteen days."""
        return 0 < self._index(at) < len(self._worked)

    def _index(self, at: datetime) -> int:
        return (at - self._start) // MINUTE


@lru_cache(maxsize=32)
def shown_by(zone: ZoneInfo, start: datetime) -> list[tuple[date, int]]:
    """Of each minute: its day, and the latest minute of that day that the clock has shown."""
    latest: dict[date, int] = {}
    found = []
    # A day before, so that the first one is known from its beginning.
    for index in range(-1440, DAYS * 1440):
        local = (start + index * MINUTE).astimezone(UTC).astimezone(zone)
        day = local.date()
        latest[day] = max(latest.get(day, 0), local.hour * 60 + local.minute)
        found.append((day, latest[day]))
    return found[1440:]
