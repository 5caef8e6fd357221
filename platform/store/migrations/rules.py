"""The counts of rows of rules."""

from __future__ import annotations

from orderloom.platform.store.migrations.making import NUMBER, key, number, small, words


def rules() -> None:
    small(
        "rule_use",
        key("organisation_id", NUMBER),
        key("kind"),
        key("id"),
        key("version", NUMBER),
        key("row"),
        number("used"),
        words("last_at"),
    )
    small("rule_use_read", key("no", NUMBER), words("cursor"))
