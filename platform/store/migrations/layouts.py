"""The table of layouts."""

from __future__ import annotations

from orderloom.platform.store.migrations.making import NUMBER, key, small, words


def layouts() -> None:
    small(
        "layout",
        key("organisation_id", NUMBER),
        key("kind"),
        key("id"),
        words("positions"),
    )
