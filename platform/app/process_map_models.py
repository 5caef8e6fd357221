"""What the page of the process map shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from orderloom.platform.app.mining_figures import Figures, Times


@dataclass(frozen=True, slots=True, kw_only=True)
class MapQuery:
    """Which orders. `since`, `until`: days on which they were created, both included, in the
    viewer's zone. `outcome`: `open` for those that go on, `~` before it for one of that name.
    `working`: people's time by the calendar of the process."""

    process: str = ""
    version: int | None = None
    since: date | None = None
    until: date | None = None
    outcome: str = ""
    working: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLine:
    """A row of one of the tables. `of`: what the orders behind it are found by (`behind.py`);
    `share`: in thousandths of all orders, or of all time; `count`: orders or times, `again` further
    figures by name."""

    title: str
    of: tuple[str, ...]
    count: int
    share: int = 0
    times: Times | None = None
    around: str = ""
    person: str = ""
    more: Mapping[str, int] | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a map can be asked for: processes with their titles, versions of the one shown, its
    outcomes."""

    processes: tuple[tuple[str, str], ...]
    versions: tuple[int, ...]
    outcomes: tuple[str, ...]
    working: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """`figures`: of all orders that were asked for. `picture`: an SVG. Tables by what they are
    about; `behind`: entries that are not in it yet, about (0: all are)."""

    query: MapQuery
    choices: Choices
    title: str
    version: int
    figures: Figures
    whole: Times
    picture: str
    edges: tuple[MapLine, ...]
    stages: tuple[MapLine, ...]
    variants: tuple[MapLine, ...]
    more_variants: int
    people: tuple[MapLine, ...]
    rework: tuple[MapLine, ...]
    deviations: tuple[MapLine, ...]
    behind: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseLine:
    """An order behind a figure. `length`: of an ended one, microseconds."""

    number: str
    created: int
    ended: int | None
    outcome: str
    failed: bool
    length: int | None
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A page of the orders behind a figure. `said`: which figure, in words."""

    title: str
    said: str
    items: tuple[CourseLine, ...]
    next: str | None
