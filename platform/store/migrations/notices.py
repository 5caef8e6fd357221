"""The table of notices."""

from __future__ import annotations

from alembic import op

from orderloom.platform.store.migrations.making import NUMBER, index_where, key, small, words


def notices() -> None:
    small(
        "notice",
        key("organisation_id", NUMBER),
        key("user_id"),
        key("order_id", NUMBER),
        key("n", NUMBER),
        words("subject"),
        words("body"),
        words("at"),
        words("read_at", null=True),
    )
    op.create_index("notice_newest", "notice", ["organisation_id", "user_id", "at"])
    index_where("notice_unread", "notice", ["organisation_id", "user_id"], "read_at IS NULL")
