"""Inline icons by name, drawn from `static/icons.json`."""

from __future__ import annotations

from functools import cache

import msgspec
from markupsafe import Markup

from orderloom.platform.web.assets import STATIC


@cache
def icons() -> dict[str, str]:
    """Name → the inside of a 24 by 24 SVG."""
    return msgspec.json.decode((STATIC / "icons.json").read_bytes(), type=dict[str, str])


def icon(name: str, kind: str = "") -> Markup:
    """The SVG of an icon, hidden from screen readers: words stand beside it."""
    inner = Markup(icons()[name])  # noqa: S704 - a file of ours, not of users
    return Markup('<svg class="ol-i {}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>').format(
        kind, inner
    )
