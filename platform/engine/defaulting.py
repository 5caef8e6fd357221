"""What a form puts in the place of what is absent, by the clock that is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from orderloom.forms import Form
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine.commands import Actor


def with_defaults(
    form: Form, data: Mapping[str, Any], *, release: Release, now: datetime, actor: Actor
) -> dict[str, Any]:
    """`data` with the form's defaults, which read `now`, `today` (both in the bundle's zone) and
    `actor` besides the form's own fields. `now` is aware."""
    local = now.astimezone(release.zone)
    names = {"now": local, "today": local.date(), "actor": actor.record()}
    return form.defaults(data, names)
