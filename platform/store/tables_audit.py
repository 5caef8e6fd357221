"""Tables of the audit (engine 4, 5): entries are added, never changed."""

from typing import Final

from sqlalchemy import FetchedValue, text
from sqlmodel import Field, Index, SQLModel

from orderloom.platform.store.columns import Id, Words, Xid

# By these somebody has answered a task.
_ANSWERS: Final = ("approval.verdict", "task.done", "ticket.waived", "attention.settled")


def is_answer(column: str) -> str:
    """The condition that a type is one of them. SQLite looks at it for every entry that is
    written, where a list (`IN`) would be made anew for each statement; and it finds an index by
    the same words only."""
    return " OR ".join(f"{column} = '{each}'" for each in _ANSWERS)


class AuditEntry(SQLModel, table=True):
    """One entry. Triggers refuse update (but clearing a trace) and delete.

    `xid`: the transaction that wrote it. PostgreSQL fills it in, and followers read by it, since
    ids are not committed in their order there (engine 6); SQLite leaves it empty.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("audit_entry_stream", "stream", "seq", unique=True),
        # What people said of an order is read without what happened between.
        Index(
            "audit_entry_said",
            "stream",
            "seq",
            sqlite_where=text("type = 'commented'"),
            postgresql_where=text("type = 'commented'"),
        ),
        Index(
            "audit_entry_done",
            "organisation_id",
            "actor",
            "id",
            sqlite_where=text(is_answer("type")),
            postgresql_where=text(f"type IN {_ANSWERS}"),
        ),
        Index("audit_entry_feed", "xid", "id").ddl_if(dialect="postgresql"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    organisation_id: int = Field(sa_type=Id)
    stream: int = Field(sa_type=Id)
    seq: int = Field(sa_type=Id)
    type: str = Field(sa_type=Words)
    at: str = Field(sa_type=Words)
    actor: str = Field(sa_type=Words)
    subject: int | None = Field(default=None, sa_type=Id)
    body: str = Field(sa_type=Words)
    hash: str = Field(sa_type=Words)
    trace: str | None = Field(default=None, sa_type=Words)
    xid: int | None = Field(
        default=None, sa_type=Xid, sa_column_kwargs={"server_default": FetchedValue()}
    )


class AuditPersonal(SQLModel, table=True):
    """Salts and values behind commitments: the only part of the audit that can be erased.

    Erased: `salt` and `value` are empty, `erased_at` says since when.
    """

    __tablename__ = "audit_personal"
    __table_args__ = (
        Index("audit_personal_person", "person"),
        {"sqlite_with_rowid": False},
    )

    stream: int = Field(primary_key=True, sa_type=Id)
    seq: int = Field(primary_key=True, sa_type=Id)
    slot: int = Field(primary_key=True, sa_type=Id)
    organisation_id: int = Field(sa_type=Id)
    path: str = Field(sa_type=Words)
    person: str | None = Field(default=None, sa_type=Words)
    salt: str = Field(sa_type=Words)
    value: str = Field(sa_type=Words)
    erased_at: str | None = Field(default=None, sa_type=Words)


class AuditStream(SQLModel, table=True):
    """Security streams: what has no order. An order's count and head stand in its own row."""

    __tablename__ = "audit_stream"

    stream: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs={"autoincrement": False})
    organisation_id: int = Field(sa_type=Id)
    name: str = Field(sa_type=Words)
    chain_seq: int = Field(sa_type=Id)
    commands: int = Field(sa_type=Id)
    chain_head: str = Field(sa_type=Words)


class Installation(SQLModel, table=True):
    """The log id, which every chain begins with, and further facts of the installation."""

    __tablename__ = "installation"

    name: str = Field(primary_key=True, sa_type=Words)
    value: str = Field(sa_type=Words)
