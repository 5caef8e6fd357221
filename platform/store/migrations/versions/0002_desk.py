"""The desk's lists hold what their searches need: the stream of each value, what of each fact.

They are emptied: the worker reads them from the entries again (`orderloom audit index` at once).
The tables stay, and with them what roles may do with them.
"""

from __future__ import annotations

from alembic import op

from orderloom.platform.store.migrations.making import index_where, number

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = ("audit_value", "audit_fact", "audit_word", "audit_index")


def upgrade() -> None:
    every = "DELETE FROM" if op.get_context().dialect.name == "sqlite" else "TRUNCATE"
    for table in _TABLES:
        op.execute(f"{every} {table}")
    op.add_column("audit_value", number("stream"))
    op.create_index("audit_value_stream", "audit_value", ["slot", "stream", "entry", "key"])
    for column in ("actor", "behalf", "definition"):
        op.drop_index(f"audit_fact_{column}", "audit_fact")
    op.create_index("audit_fact_actor", "audit_fact", ["actor", "id", "what"])
    for column in ("behalf", "definition"):
        index_where(f"audit_fact_{column}", "audit_fact", [column, "id", "what"], f"{column} > 0")
