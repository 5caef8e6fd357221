"""Tables of the auditor's desk: what is searched, made of the entries and made again at will.

No personal value is in them: what an entry has committed is left out.
"""

from sqlalchemy import text
from sqlmodel import Field, Index, SQLModel

from orderloom.platform.store.columns import Id, Words


class AuditWord(SQLModel, table=True):
    """A word that many entries share, by its number. `kind`: `what` (type, or type/outcome),
    `who`, `definition` (`id@version`), `process`, `channel`, `slot` (`in:total`)."""

    __tablename__ = "audit_word"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    kind: str = Field(primary_key=True, sa_type=Words)
    word: str = Field(primary_key=True, sa_type=Words)
    no: int = Field(sa_type=Id)


class AuditFact(SQLModel, table=True):
    """What an entry is found by, in numbers of words; 0: it has none. `id`: the entry's. `at`:
    microseconds since 1970."""

    __tablename__ = "audit_fact"
    __table_args__ = (
        Index("audit_fact_what", "what", "id"),
        Index("audit_fact_actor", "actor", "id", "what"),
        Index(
            "audit_fact_behalf",
            "behalf",
            "id",
            "what",
            sqlite_where=text("behalf > 0"),
            postgresql_where=text("behalf > 0"),
        ),
        Index(
            "audit_fact_definition",
            "definition",
            "id",
            "what",
            sqlite_where=text("definition > 0"),
            postgresql_where=text("definition > 0"),
        ),
        Index("audit_fact_stream", "stream", "id"),
    )

    id: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs={"autoincrement": False})
    organisation_id: int = Field(sa_type=Id)
    stream: int = Field(sa_type=Id)
    at: int = Field(sa_type=Id)
    what: int = Field(sa_type=Id)
    actor: int = Field(sa_type=Id)
    behalf: int = Field(sa_type=Id)
    definition: int = Field(sa_type=Id)
    process: int = Field(sa_type=Id)
    channel: int = Field(sa_type=Id)


class AuditValue(SQLModel, table=True):
    """A value that an entry is found by. `slot`: the number of a word; `key` as
    `store.sort_keys` makes it; `entry`: its id; `stream`: the entry's."""

    __tablename__ = "audit_value"
    __table_args__ = (
        Index("audit_value_entry", "slot", "entry", "key"),
        Index("audit_value_stream", "slot", "stream", "entry", "key"),
        {"sqlite_with_rowid": False},
    )

    slot: int = Field(primary_key=True, sa_type=Id)
    key: str = Field(primary_key=True, sa_type=Words)
    entry: int = Field(primary_key=True, sa_type=Id)
    stream: int = Field(sa_type=Id)


class AuditIndex(SQLModel, table=True):
    """How far the feed was read for these tables; one row. `read_at`: the instant of the last
    entry; `words`: the number of the last word."""

    __tablename__ = "audit_index"
    __table_args__ = ({"sqlite_with_rowid": False},)

    name: str = Field(primary_key=True, sa_type=Words)
    cursor: str = Field(sa_type=Words)
    read_at: str | None = Field(default=None, sa_type=Words)
    words: int = Field(sa_type=Id)
