"""The tables of watches."""

from __future__ import annotations

from alembic import op

from orderloom.platform.store.migrations.making import NUMBER, flag, key, number, small, words


def watches() -> None:
    small(
        "watch",
        key("organisation_id", NUMBER),
        key("ruleset"),
        number("version"),
        number("stream"),
        number("sent"),
        words("cursor"),
        words("read_at", null=True),
        words("holder", null=True),
        words("until", null=True),
        words("stopped", null=True),
        words("stopped_at", null=True),
    )
    small(
        "watch_hit",
        key("organisation_id", NUMBER),
        key("ruleset"),
        key("mark"),
        number("version"),
        words("rule"),
        words("key"),
        words("events"),
        flag("awaited"),
        words("at"),
    )
    op.create_index("watch_hit_at", "watch_hit", ["organisation_id", "ruleset", "at"])
