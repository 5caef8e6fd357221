"""The tables of mail."""

from __future__ import annotations

from alembic import op

from orderloom.platform.store.migrations.making import (
    NUMBER,
    index_where,
    key,
    number,
    small,
    words,
)


def mail() -> None:
    op.create_table(
        "mail",
        key("id", NUMBER),
        number("organisation_id"),
        words("key"),
        words("kind"),
        words("user_id", null=True),
        words("address", null=True),
        number("order_id"),
        number("n"),
        words("body"),
        words("state"),
        words("due_at", null=True),
        number("attempts"),
        words("claimed_until", null=True),
        words("problem", null=True),
        words("at"),
        words("settled_by", null=True),
        words("settled_at", null=True),
        sqlite_autoincrement=True,
    )
    op.create_index("mail_key", "mail", ["organisation_id", "key"], unique=True)
    index_where("mail_due", "mail", ["due_at", "id"], "due_at IS NOT NULL")
    index_where("mail_held", "mail", ["organisation_id", "user_id", "id"], "state = 'held'")
    op.create_index("mail_state", "mail", ["organisation_id", "state", "id"])
    op.create_index("mail_at", "mail", ["at"])
    small(
        "mail_person",
        key("organisation_id", NUMBER),
        key("user_id"),
        words("choices"),
        words("digest_at", null=True),
    )
    index_where("mail_person_digest", "mail_person", ["digest_at"], "digest_at IS NOT NULL")
