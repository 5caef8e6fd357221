"""The tables of the auditor's desk."""

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


def desk() -> None:
    small("audit_word", key("organisation_id", NUMBER), key("kind"), key("word"), number("no"))
    op.create_table(
        "audit_fact",
        key("id", NUMBER, autoincrement=False),
        number("organisation_id"),
        number("stream"),
        number("at"),
        number("what"),
        number("actor"),
        number("behalf"),
        number("definition"),
        number("process"),
        number("channel"),
    )
    for column in ("what", "actor", "stream"):
        op.create_index(f"audit_fact_{column}", "audit_fact", [column, "id"])
    for column in ("behalf", "definition"):
        index_where(f"audit_fact_{column}", "audit_fact", [column, "id"], f"{column} > 0")
    small("audit_value", key("slot", NUMBER), key("key"), key("entry", NUMBER))
    op.create_index("audit_value_entry", "audit_value", ["slot", "entry", "key"])
    small("audit_index", key("name"), words("cursor"), words("read_at", null=True), number("words"))
