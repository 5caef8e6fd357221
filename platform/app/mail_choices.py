"""How somebody wants to be told: at once, in a daily digest, or never; when the digest comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from orderloom.platform.problem import Rejection

WAYS: Final = ("at_once", "digest", "never")
# A task offered by name is somebody's own; one that is offered to a role, somebody will see to.
DEFAULTS: Final[Mapping[str, str]] = {
    "task": "at_once",
    "role": "digest",
    "reminder": "at_once",
    "escalation": "at_once",
    "mention": "at_once",
}
KINDS: Final = tuple(DEFAULTS)
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKDAYS: Final = DAYS[:5]
HOUR: Final = 7
HOURS: Final = 24
WEEK: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class MailChoices:
    """`ways`: by kind of message. The digest comes on `days`, at the full `hour` of the person's
    zone."""

    ways: Mapping[str, str] = field(default_factory=lambda: DEFAULTS)
    days: tuple[str, ...] = WORKDAYS
    hour: int = HOUR

    def way(self, kind: str) -> str:
        """What a process's own message says comes at once, whatever is chosen here."""
        return self.ways.get(kind, "at_once")

    @property
    def digests(self) -> bool:
        """Whether there is a digest at all."""
        return "digest" in self.ways.values() and bool(self.days)

    def on(self, day: datetime, zone: ZoneInfo) -> datetime | None:
        """The digest's instant on the day of a moment; None: there is none. Where clocks go
        forward over its hour it comes right after, where they go back the first time."""
        local = day.astimezone(zone).date()
        if not self.digests or DAYS[local.weekday()] not in self.days:
            return None
        return datetime.combine(local, time(self.hour), zone).astimezone(day.tzinfo)

    def after(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The next digest's instant, later than `now`."""
        noon = datetime.combine(now.astimezone(zone).date(), time(12), zone)
        found = (self.on((noon + timedelta(days=n)), zone) for n in range(WEEK + 1))
        later = [at.astimezone(now.tzinfo) for at in found if at is not None and at > now]
        return min(later, default=None)

    def to_json(self) -> dict[str, Any]:
        """As it is kept, and as the API tells it."""
        return {**self.ways, "days": list(self.days), "hour": self.hour}


def read_choices(given: Mapping[str, Any]) -> MailChoices | Rejection:
    """What somebody has chosen; what they leave out is as by default. `notifications.…`: a value
    that is none of those to choose from, or a digest without a day."""
    unknown = [name for name in given if name not in (*KINDS, "days", "hour")]
    if unknown:
        return _wrong("unknown", unknown[0][:100])
    ways = {kind: given.get(kind, DEFAULTS[kind]) for kind in KINDS}
    wrong = [kind for kind, way in ways.items() if way not in WAYS]
    if wrong:
        return _wrong("way", wrong[0])
    days, hour = given.get("days", WORKDAYS), given.get("hour", HOUR)
    if not isinstance(days, list | tuple) or any(day not in DAYS for day in days):
        return _wrong("days", "days")
    # 2.0 is a whole number too (JSON Schema 2020-12, validation 6.1.1).
    if isinstance(hour, Decimal) and hour.is_finite() and hour == hour.to_integral_value():
        hour = int(hour)
    if not isinstance(hour, int) or isinstance(hour, bool) or not 0 <= hour < HOURS:
        return _wrong("hour", "hour")
    if "digest" in ways.values() and not days:
        return _wrong("no_day", "days")
    return MailChoices(ways=ways, days=tuple(day for day in DAYS if day in days), hour=hour)


def kept_choices(kept: Mapping[str, Any]) -> MailChoices:
    """What was kept; what is no longer known is as by default."""
    known = {name: value for name, value in kept.items() if name in (*KINDS, "days", "hour")}
    found = read_choices(known)
    return found if isinstance(found, MailChoices) else MailChoices()


def _wrong(what: str, place: str) -> Rejection:
    message = f"{place}: this cannot be chosen"
    return Rejection(f"notifications.{what}", message, {"field": place}, place)
