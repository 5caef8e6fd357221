"""The table of saved views."""

from __future__ import annotations

from alembic import op

from orderloom.platform.store.migrations.making import NUMBER, flag, key, small, words


def saved_views() -> None:
    small(
        "saved_view",
        key("organisation_id", NUMBER),
        key("user_id"),
        key("id"),
        words("page"),
        words("name"),
        words("folded"),
        words("query"),
        flag("first"),
    )
    named = ["organisation_id", "user_id", "page", "folded"]
    op.create_index("saved_view_name", "saved_view", named, unique=True)
