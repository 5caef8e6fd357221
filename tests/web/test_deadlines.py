"""How much time is left, in three languages with their plurals, down to the minute."""

from datetime import datetime, timedelta

import pytest

from orderloom.platform.web.deadlines import deadline
from orderloom.platform.words import Words

NOW = datetime.fromisoformat("2026-03-06T12:00:00+00:00")


@pytest.mark.parametrize(
    ("left", "english", "polish", "slovak"),
    [
        ({"seconds": 59}, "due now", "termin teraz", "termín práve teraz"),
        ({"seconds": -59}, "due now", "termin teraz", "termín práve teraz"),
        ({"minutes": 1}, "due in 1 minute", "termin za 1 minutę", "termín o 1 minútu"),
        ({"minutes": 59}, "due in 59 minutes", "termin za 59 minut", "termín o 59 minút"),
        ({"hours": 1}, "due in 1 hour", "termin za 1 godzinę", "termín o 1 hodinu"),
        ({"hours": 3.9}, "due in 3 hours", "termin za 3 godziny", "termín o 3 hodiny"),
        ({"hours": 5}, "due in 5 hours", "termin za 5 godzin", "termín o 5 hodín"),
        ({"hours": 22}, "due in 22 hours", "termin za 22 godziny", "termín o 22 hodín"),
        ({"days": 1}, "due in 1 day", "termin za 1 dzień", "termín o 1 deň"),
        ({"days": 14}, "due in 14 days", "termin za 14 dni", "termín o 14 dní"),
        ({"minutes": -2}, "2 minutes late", "2 minuty po terminie", "2 minúty po termíne"),
        ({"hours": -1}, "1 hour late", "1 godzinę po terminie", "1 hodinu po termíne"),
        ({"hours": -12}, "12 hours late", "12 godzin po terminie", "12 hodín po termíne"),
        ({"days": -1.9}, "1 day late", "1 dzień po terminie", "1 deň po termíne"),
        ({"days": -2}, "2 days late", "2 dni po terminie", "2 dni po termíne"),
        ({"days": -105}, "105 days late", "105 dni po terminie", "105 dní po termíne"),
    ],
)
def test_time_left(left: dict[str, float], english: str, polish: str, slovak: str) -> None:
    due = NOW + timedelta(**left)
    found = [deadline(Words(language), due, NOW, "UTC") for language in ("en", "pl", "sk")]
    assert found == [english, polish, slovak]


def test_what_is_weeks_away_is_told_by_its_day_in_the_zone_of_the_reader() -> None:
    # The clock is set forward before that day.
    due = datetime.fromisoformat("2026-03-31T22:30:00+00:00")
    shown = deadline(Words("pl"), due, NOW, "Europe/Warsaw")
    assert shown.startswith("termin: 1 kwi 2026")
    assert shown.endswith("00:30")
    assert deadline(Words("en"), due, NOW, "UTC") == "due 31 Mar 2026, 22:30"
