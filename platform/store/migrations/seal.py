"""The tables of the seal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderloom.platform.store.migrations.making import NUMBER, flag, key, number, words


def seal() -> None:
    op.create_table(
        "audit_tile",
        key("level", NUMBER),
        key("n", NUMBER),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        words("names"),
        number("low_id"),
        number("high_id"),
    )
    op.create_index("audit_tile_ids", "audit_tile", ["high_id", "low_id", "n"])
    op.create_table(
        "audit_checkpoint",
        key("no", NUMBER, autoincrement=False),
        number("size"),
        words("root"),
        words("at"),
        words("note"),
        words("cursor"),
        words("era"),
        number("floor"),
    )
    op.create_table(
        "audit_key",
        key("no", NUMBER, autoincrement=False),
        words("at"),
        words("verifier"),
        flag("alone"),
    )
    op.create_table(
        "audit_watch",
        key("name"),
        number("no"),
        words("at"),
        words("fault"),
        words("since"),
        number("failures"),
    )
