"""What runs here: the versions on which the repetition of a decision depends (`rt` of an entry)."""

from __future__ import annotations

import sys
from functools import cache
from importlib.metadata import version
from typing import Final

LIBRARIES: Final = (
    "orderloom",
    "google-re2",
    "holidays",
    "jsonschema",
    "python-dateutil",
    "tzdata",
)


@cache
def versions() -> dict[str, str]:
    """Name → version of engine, zone data and libraries."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    return {"python": python, **{name: version(name) for name in LIBRARIES}}
