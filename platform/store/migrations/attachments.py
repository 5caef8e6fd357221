"""The tables of attached files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderloom.platform.store.migrations.making import NUMBER, key, number, small, words


def attachments() -> None:
    op.create_table(
        "attachment_content",
        key("id"),
        number("organisation_id"),
        words("digest", null=True),
        number("size"),
        words("media"),
        words("at"),
    )
    digest = ["organisation_id", "digest"]
    op.create_index("attachment_content_digest", "attachment_content", digest, unique=True)
    op.create_index("attachment_content_at", "attachment_content", ["at"])
    op.create_table(
        "attachment_chunk",
        key("content"),
        key("n", NUMBER),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    small(
        "attachment_upload",
        key("organisation_id", NUMBER),
        key("person"),
        key("digest"),
        words("at"),
    )
    op.create_index("attachment_upload_at", "attachment_upload", ["at"])
    small(
        "attachment_use",
        key("organisation_id", NUMBER),
        key("digest"),
        key("order_id", NUMBER),
    )
