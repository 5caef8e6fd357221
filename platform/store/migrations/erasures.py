"""The table of erasures."""

from __future__ import annotations

from alembic import op

from orderloom.platform.store.migrations.making import index_where, key, number, words


def erasures() -> None:
    op.create_table(
        "erasure",
        key("id"),
        number("organisation_id"),
        number("order_id"),
        words("collection"),
        words("record"),
        words("person", null=True),
        words("cause"),
        words("reason"),
        words("asked_by"),
        words("asked_at"),
        words("state"),
        number("removed"),
        words("done_at", null=True),
    )
    op.create_index("erasure_newest", "erasure", ["organisation_id", "asked_at", "id"])
    index_where("erasure_waiting", "erasure", ["asked_at", "id"], "state = 'waiting'")
    op.create_index("erasure_order", "erasure", ["order_id"])
