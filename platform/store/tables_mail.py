"""Tables of mail: what goes to whom and what became of it, and how people want to be told."""

from sqlmodel import Field, Index, SQLModel, text

from orderloom.platform.store.columns import Id, Words


class MailRow(SQLModel, table=True):
    """One mail to one receiver, once: `key` says which. `user_id` or `address`: to whom; with
    neither, nobody was found. `body`: JSON, emptied at the end. `due_at` while it waits."""

    __tablename__ = "mail"
    __table_args__ = (
        Index("mail_key", "organisation_id", "key", unique=True),
        Index(
            "mail_due",
            "due_at",
            "id",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "mail_held",
            "organisation_id",
            "user_id",
            "id",
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
        Index("mail_state", "organisation_id", "state", "id"),
        Index("mail_at", "at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    organisation_id: int = Field(sa_type=Id)
    key: str = Field(sa_type=Words)
    kind: str = Field(sa_type=Words)
    user_id: str | None = Field(default=None, sa_type=Words)
    address: str | None = Field(default=None, sa_type=Words)
    order_id: int = Field(sa_type=Id)
    n: int = Field(sa_type=Id)
    body: str = Field(sa_type=Words)
    state: str = Field(sa_type=Words)
    due_at: str | None = Field(default=None, sa_type=Words)
    attempts: int = Field(sa_type=Id)
    claimed_until: str | None = Field(default=None, sa_type=Words)
    problem: str | None = Field(default=None, sa_type=Words)
    at: str = Field(sa_type=Words)
    settled_by: str | None = Field(default=None, sa_type=Words)
    settled_at: str | None = Field(default=None, sa_type=Words)


class MailPerson(SQLModel, table=True):
    """How somebody wants to be told (`choices`: JSON), and when their next digest is due."""

    __tablename__ = "mail_person"
    __table_args__ = (
        Index(
            "mail_person_digest",
            "digest_at",
            sqlite_where=text("digest_at IS NOT NULL"),
            postgresql_where=text("digest_at IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    user_id: str = Field(primary_key=True, sa_type=Words)
    choices: str = Field(sa_type=Words)
    digest_at: str | None = Field(default=None, sa_type=Words)
