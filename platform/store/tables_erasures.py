"""The table of erasures: what is to be erased and what was, so that a restored copy can follow."""

from sqlmodel import Field, Index, SQLModel, text

from orderloom.platform.store.columns import Id, Words


class ErasureRow(SQLModel, table=True):
    """One order, or one record of a collection. `id`: random, the same in the file beside the
    database. `person`: the id that was asked for, none where the whole order was. `cause`:
    `request` or `retention`; `state`: `waiting` or `done`; `removed`: how many values went;
    `reason`: in the words of whoever asked, emptied when it is done (the entry keeps them)."""

    __tablename__ = "erasure"
    __table_args__ = (
        Index("erasure_newest", "organisation_id", "asked_at", "id"),
        Index(
            "erasure_waiting",
            "asked_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("erasure_order", "order_id"),
    )

    id: str = Field(primary_key=True, sa_type=Words)
    organisation_id: int = Field(sa_type=Id)
    order_id: int = Field(sa_type=Id)
    collection: str = Field(sa_type=Words)
    record: str = Field(sa_type=Words)
    person: str | None = Field(default=None, sa_type=Words)
    cause: str = Field(sa_type=Words)
    reason: str = Field(sa_type=Words)
    asked_by: str = Field(sa_type=Words)
    asked_at: str = Field(sa_type=Words)
    state: str = Field(sa_type=Words)
    removed: int = Field(sa_type=Id)
    done_at: str | None = Field(default=None, sa_type=Words)
