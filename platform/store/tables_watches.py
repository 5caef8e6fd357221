"""Tables of watches: how far each has read, and what it has told (language 5, engine 11)."""

from sqlmodel import Field, Index, SQLModel

from orderloom.platform.store.columns import Id, Words


class WatchRow(SQLModel, table=True):
    """One watch. `stream`: what its letters come from; `sent`: the number of its last letter.
    `cursor`: how far it has read, and `read_at` the instant of the last entry.

    `holder`, until `until`: the worker that holds it. `stopped`: why it was stopped (JSON), at its
    version `version`; a newer version starts it again.
    """

    __tablename__ = "watch"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    ruleset: str = Field(primary_key=True, sa_type=Words)
    version: int = Field(sa_type=Id)
    stream: int = Field(sa_type=Id)
    sent: int = Field(sa_type=Id)
    cursor: str = Field(sa_type=Words)
    read_at: str | None = Field(default=None, sa_type=Words)
    holder: str | None = Field(default=None, sa_type=Words)
    until: str | None = Field(default=None, sa_type=Words)
    stopped: str | None = Field(default=None, sa_type=Words)
    stopped_at: str | None = Field(default=None, sa_type=Words)


class WatchHitRow(SQLModel, table=True):
    """What a watch has told, once. `mark`: digest of the rule and of the events that led to it.
    `key` and `events` (their ids): JSON. `awaited`: it is about what did not come until `at`."""

    __tablename__ = "watch_hit"
    __table_args__ = (
        Index("watch_hit_at", "organisation_id", "ruleset", "at"),
        {"sqlite_with_rowid": False},
    )

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    ruleset: str = Field(primary_key=True, sa_type=Words)
    mark: str = Field(primary_key=True, sa_type=Words)
    version: int = Field(sa_type=Id)
    rule: str = Field(sa_type=Words)
    key: str = Field(sa_type=Words)
    events: str = Field(sa_type=Words)
    awaited: bool = False
    at: str = Field(sa_type=Words)
