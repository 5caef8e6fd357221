"""Tables of orders and of what waits around them (engine 4)."""

from sqlalchemy import text
from sqlmodel import Field, Index, SQLModel

from orderloom.platform.store.columns import Id, Words


class OrderRow(SQLModel, table=True):
    """`revision` counts commands that changed it, `commands` all of them, `chain_seq` entries.
    `state` is JSON without `data`."""

    __tablename__ = "order_row"
    __table_args__ = (
        Index(
            "order_row_wake",
            "wake_at",
            "id",
            sqlite_where=text("wake_at IS NOT NULL"),
            postgresql_where=text("wake_at IS NOT NULL"),
        ),
        Index("order_row_list", "organisation_id", "id"),
        {"postgresql_with": {"fillfactor": 70}},
    )

    id: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs={"autoincrement": False})
    organisation_id: int = Field(sa_type=Id)
    process: str = Field(sa_type=Words)
    release_no: int = Field(sa_type=Id)
    revision: int = Field(sa_type=Id)
    status: str = Field(sa_type=Words)
    chain_seq: int = Field(sa_type=Id)
    commands: int = Field(sa_type=Id)
    chain_head: str = Field(sa_type=Words)
    state: str = Field(sa_type=Words)
    data: str = Field(sa_type=Words)
    wake_at: str | None = Field(default=None, sa_type=Words)


class OrderKey(SQLModel, table=True):
    """What lists and searches read. `slot`: `number`, `process`, `status`, `stage`, `requester`,
    `word` or `column:<path>`; `sort_key` as `store.sort_keys` makes it."""

    __tablename__ = "order_key"
    __table_args__ = (
        Index("order_key_order", "order_id"),
        {"sqlite_with_rowid": False},
    )

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    slot: str = Field(primary_key=True, sa_type=Words)
    sort_key: str = Field(primary_key=True, sa_type=Words)
    order_id: int = Field(primary_key=True, sa_type=Id)


class OrderReference(SQLModel, table=True):
    """What must be unique: order numbers (process empty), and `keys` among open orders."""

    __tablename__ = "order_reference"
    __table_args__ = (
        Index("order_reference_order", "order_id"),
        {"sqlite_with_rowid": False},
    )

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    process: str = Field(primary_key=True, sa_type=Words)
    key: str = Field(primary_key=True, sa_type=Words)
    value: str = Field(primary_key=True, sa_type=Words)
    order_id: int = Field(sa_type=Id)


class Task(SQLModel, table=True):
    """Open tasks only; their past is in the entries."""

    __tablename__ = "task"
    __table_args__ = ({"sqlite_with_rowid": False},)

    order_id: int = Field(primary_key=True, sa_type=Id)
    n: int = Field(primary_key=True, sa_type=Id)
    organisation_id: int = Field(sa_type=Id)
    kind: str = Field(sa_type=Words)
    definition: str = Field(sa_type=Words)
    due_at: str | None = Field(default=None, sa_type=Words)
    assignee: str | None = Field(default=None, sa_type=Words)


class TaskCandidate(SQLModel, table=True):
    """Whom a task is offered to, with what lists choose and sort by. `principal`: `u:`, `r:` or
    `p:`; with `t:` before it where somebody has taken the task. `due_at`: `~` without one, which
    sorts last. `amount` as `store.sort_keys` makes it; `stopped`: a question stops its clock."""

    __tablename__ = "task_candidate"
    __table_args__ = (
        Index("task_candidate_order", "order_id", "n"),
        Index("task_candidate_opened", "organisation_id", "principal", "opened", "order_id", "n"),
        Index("task_candidate_amount", "organisation_id", "principal", "amount", "order_id", "n"),
        Index("task_candidate_number", "organisation_id", "principal", "order_id", "n"),
        {"sqlite_with_rowid": False},
    )

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    principal: str = Field(primary_key=True, sa_type=Words)
    due_at: str = Field(primary_key=True, sa_type=Words)
    order_id: int = Field(primary_key=True, sa_type=Id)
    n: int = Field(primary_key=True, sa_type=Id)
    process: str = Field(default="", sa_type=Words)
    kind: str = Field(default="", sa_type=Words)
    opened: str = Field(default="", sa_type=Words)
    amount: str = Field(default="a", sa_type=Words)
    stopped: bool = False


class InboxRow(SQLModel, table=True):
    """Messages from order to order, taken by their receiver in one transaction (engine 11)."""

    __tablename__ = "inbox"
    __table_args__ = (Index("inbox_at", "at", "to_order"), {"sqlite_with_rowid": False})

    to_order: int = Field(primary_key=True, sa_type=Id)
    from_stream: int = Field(primary_key=True, sa_type=Id)
    from_n: int = Field(primary_key=True, sa_type=Id)
    organisation_id: int = Field(sa_type=Id)
    kind: str = Field(sa_type=Words)
    body: str = Field(sa_type=Words)
    at: str = Field(sa_type=Words)


class OutboxRow(SQLModel, table=True):
    """Calls and messages that wait to leave (engine 9)."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_due", "due_at", "id"),
        Index("outbox_order", "order_id", "n", unique=True),
        Index(
            "outbox_lane",
            "organisation_id",
            "lane",
            "id",
            sqlite_where=text("lane IS NOT NULL"),
            postgresql_where=text("lane IS NOT NULL"),
        ),
        # An id that is gone must not come back: a late worker would end another job.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    organisation_id: int = Field(sa_type=Id)
    order_id: int = Field(sa_type=Id)
    n: int = Field(sa_type=Id)
    lane: str | None = Field(default=None, sa_type=Words)
    kind: str = Field(sa_type=Words)
    body: str = Field(sa_type=Words)
    due_at: str = Field(sa_type=Words)
    attempts: int = Field(default=0, sa_type=Id)
    claimed_until: str | None = Field(default=None, sa_type=Words)


class InboundMessage(SQLModel, table=True):
    """Messages of other systems, kept before they are worked on (language 8)."""

    __tablename__ = "inbound_message"
    __table_args__ = (
        Index(
            "inbound_message_once",
            "organisation_id",
            "connector",
            "message",
            "once",
            unique=True,
        ),
        Index("inbound_message_list", "organisation_id", "id"),
        Index("inbound_message_state", "organisation_id", "state", "id"),
        Index(
            "inbound_message_due",
            "due_at",
            "id",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        # The audit names a message by its id: it must not come back.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    organisation_id: int = Field(sa_type=Id)
    connector: str = Field(sa_type=Words)
    message: str = Field(sa_type=Words)
    once: str = Field(sa_type=Words)
    body: str = Field(sa_type=Words)
    headers: str = Field(sa_type=Words)
    sender: str | None = Field(default=None, sa_type=Words)
    state: str = Field(sa_type=Words)
    received_at: str = Field(sa_type=Words)
    due_at: str | None = Field(default=None, sa_type=Words)
    attempts: int = Field(default=0, sa_type=Id)
    order_id: int | None = Field(default=None, sa_type=Id)
    number: str | None = Field(default=None, sa_type=Words)
    problem: str | None = Field(default=None, sa_type=Words)
    settled_by: str | None = Field(default=None, sa_type=Words)
    settled_at: str | None = Field(default=None, sa_type=Words)


class NoticeRow(SQLModel, table=True):
    """Messages kept for people to read in the pages. `read_at`: since when they are read."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_newest", "organisation_id", "user_id", "at"),
        Index(
            "notice_unread",
            "organisation_id",
            "user_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    user_id: str = Field(primary_key=True, sa_type=Words)
    order_id: int = Field(primary_key=True, sa_type=Id)
    n: int = Field(primary_key=True, sa_type=Id)
    subject: str = Field(sa_type=Words)
    body: str = Field(sa_type=Words)
    at: str = Field(sa_type=Words)
    read_at: str | None = Field(default=None, sa_type=Words)


class Idempotency(SQLModel, table=True):
    """Requests that were answered. No bodies: the answer is rebuilt from the entries."""

    __tablename__ = "idempotency"
    __table_args__ = (Index("idempotency_at", "at"), {"sqlite_with_rowid": False})

    scope: str = Field(primary_key=True, sa_type=Words)
    key: str = Field(primary_key=True, sa_type=Words)
    organisation_id: int = Field(sa_type=Id)
    request_digest: str = Field(sa_type=Words)
    stream: int = Field(sa_type=Id)
    seq: int = Field(sa_type=Id)
    revision: int = Field(sa_type=Id)
    refused: bool = False
    at: str = Field(sa_type=Words)


class SequenceRow(SQLModel, table=True):
    """Series of numbers, and blocks of ids."""

    __tablename__ = "sequence"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    name: str = Field(primary_key=True, sa_type=Words)
    value: int = Field(sa_type=Id)
