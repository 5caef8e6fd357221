"""The tables of courses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderloom.platform.store.migrations.making import NUMBER, flag, key, number, small, words


def courses() -> None:
    op.create_table(
        "audit_course",
        key("order_id", NUMBER, autoincrement=False),
        number("organisation_id"),
        words("process"),
        number("version"),
        words("number"),
        number("seq"),
        number("created"),
        sa.Column("ended", NUMBER, nullable=True),
        words("outcome"),
        flag("failed"),
        words("steps"),
    )
    for name, column in (("process", "order_id"), ("version", "version")):
        wanted = ["organisation_id", "process", column]
        op.create_index(f"audit_course_{name}", "audit_course", wanted)
    small("audit_course_feed", key("name"), words("cursor"))
