"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderloom.platform.store.migrations.attachments import attachments
from orderloom.platform.store.migrations.balances import balances
from orderloom.platform.store.migrations.beside_the_log import beside_the_log
from orderloom.platform.store.migrations.guards import guard_in_postgresql, guard_in_sqlite
from orderloom.platform.store.migrations.layouts import layouts
from orderloom.platform.store.migrations.mail import mail
from orderloom.platform.store.migrations.making import NUMBER
from orderloom.platform.store.migrations.making import flag as _flag
from orderloom.platform.store.migrations.making import index_where as _index_where
from orderloom.platform.store.migrations.making import key as _key
from orderloom.platform.store.migrations.making import number as _number
from orderloom.platform.store.migrations.making import small as _small
from orderloom.platform.store.migrations.making import words as _words
from orderloom.platform.store.migrations.notices import notices
from orderloom.platform.store.migrations.saved_views import saved_views
from orderloom.platform.store.migrations.watches import watches

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _people()
    _definitions()
    _orders()
    _waiting()
    _inbound()
    _audit()
    notices()
    watches()
    saved_views()
    layouts()
    mail()
    attachments()
    balances()
    beside_the_log()
    if op.get_context().dialect.name == "sqlite":
        guard_in_sqlite()
    else:
        guard_in_postgresql()


def _people() -> None:
    op.create_table("organisation", _key("id", NUMBER, autoincrement=False), _words("name"))
    op.create_table(
        "app_user",
        _key("organisation_id", NUMBER),
        _key("id"),
        _words("login"),
        _words("name"),
        _words("password"),
        _words("language"),
        _words("zone"),
        _words("manager", null=True),
        _flag("active"),
        _words("attributes"),
    )
    op.create_index("app_user_login", "app_user", ["organisation_id", "login"], unique=True)
    _small("role", _key("organisation_id", NUMBER), _key("id"), _words("title"))
    _small("role_permission", _key("organisation_id", NUMBER), _key("role_id"), _key("permission"))
    _small("user_role", _key("organisation_id", NUMBER), _key("user_id"), _key("role_id"))
    op.create_index("user_role_role", "user_role", ["organisation_id", "role_id"])
    _small("unit", _key("organisation_id", NUMBER), _key("id"), _words("title"))
    _small(
        "user_unit",
        _key("organisation_id", NUMBER),
        _key("user_id"),
        _key("unit_id"),
        _number("place"),
    )
    op.create_index("user_unit_unit", "user_unit", ["organisation_id", "unit_id"])
    op.create_table(
        "session",
        _key("digest"),
        _number("organisation_id"),
        _words("user_id"),
        _words("created"),
        _words("expires"),
    )
    op.create_index("session_expires", "session", ["expires"])
    op.create_index("session_user", "session", ["organisation_id", "user_id"])
    op.create_table(
        "api_token",
        _key("digest"),
        _number("organisation_id"),
        _words("user_id"),
        _words("name"),
        _words("created"),
        _words("expires", null=True),
    )
    op.create_table(
        "substitution",
        _key("id", NUMBER, autoincrement=False),
        _number("organisation_id"),
        _words("person"),
        _words("substitute"),
        _words("starts"),
        _words("ends"),
        _words("set_by"),
        _words("set_at"),
        _words("ended", null=True),
        _words("ended_by", null=True),
    )
    for who in ("substitute", "person"):
        op.create_index(f"substitution_{who}", "substitution", ["organisation_id", who, "ends"])
    op.create_table("sign_in_failure", _key("id", NUMBER), _words("key"), _words("at"))
    op.create_index("sign_in_failure_key", "sign_in_failure", ["key", "at"])


def _definitions() -> None:
    op.create_table(
        "definition_version",
        _key("organisation_id", NUMBER),
        _key("kind"),
        _key("id"),
        _key("number", NUMBER),
        _words("digest"),
        _words("body"),
        _words("bundle"),
        _words("published_by"),
        _words("published_at"),
        _words("effective_from", null=True),
        _words("comment"),
        _words("text"),
    )
    op.create_table(
        "draft",
        _key("organisation_id", NUMBER),
        _key("kind"),
        _key("id"),
        _words("body"),
        _words("bundle"),
        _words("saved_by"),
        _words("saved_at"),
        _words("text"),
        _words("tag"),
    )
    op.create_table(
        "release",
        _key("no", NUMBER, autoincrement=False),
        _number("organisation_id"),
        _words("process"),
        _words("digest"),
        _words("bundle"),
        _words("versions"),
    )
    op.create_index(
        "release_digest", "release", ["organisation_id", "process", "digest"], unique=True
    )
    op.create_table(
        "bundle_meta",
        _key("organisation_id", NUMBER),
        _key("bundle"),
        _words("meta"),
        _words("text", null=True),
        _words("scenarios", null=True),
    )
    _small(
        "collection_row",
        _key("organisation_id", NUMBER),
        _key("collection"),
        _key("key"),
        _number("version"),
        _words("body"),
    )
    _small(
        "collection_word",
        _key("organisation_id", NUMBER),
        _key("collection"),
        _key("word"),
        _key("key"),
    )
    by_key = ["organisation_id", "collection", "key", "word"]
    op.create_index("collection_word_key", "collection_word", by_key)
    _small(
        "collection_change",
        _key("organisation_id", NUMBER),
        _key("collection"),
        _key("key"),
        _key("version", NUMBER),
        _words("at"),
        _words("by"),
        _words("way"),
        _words("after", null=True),
        _words("more", null=True),
    )
    _small(
        "collection_merge",
        _key("organisation_id", NUMBER),
        _key("collection"),
        _key("key"),
        _words("kept"),
    )


def _orders() -> None:
    op.create_table(
        "order_row",
        _key("id", NUMBER, autoincrement=False),
        _number("organisation_id"),
        _words("process"),
        _number("release_no"),
        _number("revision"),
        _words("status"),
        _number("chain_seq"),
        _number("commands"),
        _words("chain_head"),
        _words("state"),
        _words("data"),
        _words("wake_at", null=True),
        # Room in each page, so that a changed row stays in it.
        postgresql_with={"fillfactor": 70},
    )
    _index_where("order_row_wake", "order_row", ["wake_at", "id"], "wake_at IS NOT NULL")
    op.create_index("order_row_list", "order_row", ["organisation_id", "id"])
    _small(
        "order_key",
        _key("organisation_id", NUMBER),
        _key("slot"),
        _key("sort_key"),
        _key("order_id", NUMBER),
    )
    op.create_index("order_key_order", "order_key", ["order_id"])
    _small(
        "order_reference",
        _key("organisation_id", NUMBER),
        _key("process"),
        _key("key"),
        _key("value"),
        _number("order_id"),
    )
    op.create_index("order_reference_order", "order_reference", ["order_id"])
    _small(
        "task",
        _key("order_id", NUMBER),
        _key("n", NUMBER),
        _number("organisation_id"),
        _words("kind"),
        _words("definition"),
        _words("due_at", null=True),
        _words("assignee", null=True),
    )
    _small(
        "task_candidate",
        _key("organisation_id", NUMBER),
        _key("principal"),
        _key("due_at"),
        _key("order_id", NUMBER),
        _key("n", NUMBER),
        _words("process"),
        _words("kind"),
        _words("opened"),
        _words("amount"),
        _flag("stopped"),
    )
    op.create_index("task_candidate_order", "task_candidate", ["order_id", "n"])
    offered = ["organisation_id", "principal"]
    for name, by in (("opened", ["opened"]), ("amount", ["amount"]), ("number", [])):
        columns = [*offered, *by, "order_id", "n"]
        op.create_index(f"task_candidate_{name}", "task_candidate", columns)


def _waiting() -> None:
    _small(
        "inbox",
        _key("to_order", NUMBER),
        _key("from_stream", NUMBER),
        _key("from_n", NUMBER),
        _number("organisation_id"),
        _words("kind"),
        _words("body"),
        _words("at"),
    )
    op.create_index("inbox_at", "inbox", ["at", "to_order"])
    op.create_table(
        "outbox",
        _key("id", NUMBER),
        _number("organisation_id"),
        _number("order_id"),
        _number("n"),
        _words("lane", null=True),
        _words("kind"),
        _words("body"),
        _words("due_at"),
        _number("attempts"),
        _words("claimed_until", null=True),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_due", "outbox", ["due_at", "id"])
    op.create_index("outbox_order", "outbox", ["order_id", "n"], unique=True)
    _index_where("outbox_lane", "outbox", ["organisation_id", "lane", "id"], "lane IS NOT NULL")
    _small(
        "idempotency",
        _key("scope"),
        _key("key"),
        _number("organisation_id"),
        _words("request_digest"),
        _number("stream"),
        _number("seq"),
        _number("revision"),
        _flag("refused"),
        _words("at"),
    )
    op.create_index("idempotency_at", "idempotency", ["at"])
    _small("sequence", _key("organisation_id", NUMBER), _key("name"), _number("value"))


def _inbound() -> None:
    op.create_table(
        "inbound_message",
        _key("id", NUMBER),
        _number("organisation_id"),
        _words("connector"),
        _words("message"),
        _words("once"),
        _words("body"),
        _words("headers"),
        _words("sender", null=True),
        _words("state"),
        _words("received_at"),
        _words("due_at", null=True),
        _number("attempts"),
        sa.Column("order_id", NUMBER),
        _words("number", null=True),
        _words("problem", null=True),
        _words("settled_by", null=True),
        _words("settled_at", null=True),
        sqlite_autoincrement=True,
    )
    once = ["organisation_id", "connector", "message", "once"]
    op.create_index("inbound_message_once", "inbound_message", once, unique=True)
    op.create_index("inbound_message_list", "inbound_message", ["organisation_id", "id"])
    op.create_index("inbound_message_state", "inbound_message", ["organisation_id", "state", "id"])
    due = ["due_at", "id"]
    _index_where("inbound_message_due", "inbound_message", due, "due_at IS NOT NULL")


def _audit() -> None:
    op.create_table(
        "audit_entry",
        _key("id", NUMBER),
        _number("organisation_id"),
        _number("stream"),
        _number("seq"),
        _words("type"),
        _words("at"),
        _words("actor"),
        sa.Column("subject", NUMBER),
        _words("body"),
        _words("hash"),
        _words("trace", null=True),
        sqlite_autoincrement=True,
    )
    op.create_index("audit_entry_stream", "audit_entry", ["stream", "seq"], unique=True)
    _index_where("audit_entry_said", "audit_entry", ["stream", "seq"], "type = 'commented'")
    answers = "type IN ('approval.verdict', 'task.done', 'ticket.waived', 'attention.settled')"
    by_whom = ["organisation_id", "actor", "id"]
    _index_where("audit_entry_done", "audit_entry", by_whom, answers)
    if op.get_context().dialect.name == "sqlite":
        op.execute("ALTER TABLE audit_entry ADD COLUMN xid INTEGER")
    else:
        op.execute("ALTER TABLE audit_entry ADD COLUMN xid xid8 DEFAULT pg_current_xact_id()")
        op.create_index("audit_entry_feed", "audit_entry", ["xid", "id"])
    _small(
        "audit_personal",
        _key("stream", NUMBER),
        _key("seq", NUMBER),
        _key("slot", NUMBER),
        _number("organisation_id"),
        _words("path"),
        _words("person", null=True),
        _words("salt"),
        _words("value"),
        _words("erased_at", null=True),
    )
    op.create_index("audit_personal_person", "audit_personal", ["person"])
    op.create_table(
        "audit_stream",
        _key("stream", NUMBER, autoincrement=False),
        _number("organisation_id"),
        _words("name"),
        _number("chain_seq"),
        _number("commands"),
        _words("chain_head"),
    )
    op.create_table("installation", _key("name"), _words("value"))
