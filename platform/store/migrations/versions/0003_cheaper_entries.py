"""Entries are written with less in SQLite: without a row that counts them, and what an index of few
of them is about is looked at without making a list.

SQLite cannot take that from a table: it is made anew and filled, which takes as long as copying it,
and as much of the disk.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderloom.platform.store.migrations.guards import guard_entries_in_sqlite
from orderloom.platform.store.migrations.making import NUMBER, index_where, key, number, words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COLUMNS = "id, organisation_id, stream, seq, type, at, actor, subject, body, hash, trace, xid"
_ANSWERS = ("approval.verdict", "task.done", "ticket.waived", "attention.settled")


def upgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        return
    op.create_table(
        "audit_entry_made",
        key("id", NUMBER),
        number("organisation_id"),
        number("stream"),
        number("seq"),
        words("type"),
        words("at"),
        words("actor"),
        sa.Column("subject", NUMBER),
        words("body"),
        words("hash"),
        words("trace", null=True),
        sa.Column("xid", sa.Integer()),
    )
    op.execute(f"INSERT INTO audit_entry_made ({_COLUMNS}) SELECT {_COLUMNS} FROM audit_entry")
    op.drop_table("audit_entry")
    op.rename_table("audit_entry_made", "audit_entry")
    op.create_index("audit_entry_stream", "audit_entry", ["stream", "seq"], unique=True)
    index_where("audit_entry_said", "audit_entry", ["stream", "seq"], "type = 'commented'")
    answers = " OR ".join(f"type = '{each}'" for each in _ANSWERS)
    index_where("audit_entry_done", "audit_entry", ["organisation_id", "actor", "id"], answers)
    guard_entries_in_sqlite()
