"""Tables of the seal: the tree over all entries, its checkpoints, and what was told outside."""

from sqlalchemy import LargeBinary
from sqlmodel import Field, Index, SQLModel

from orderloom.platform.store.columns import Id, Words


class AuditTile(SQLModel, table=True):
    """256 hashes of the tree, 32 bytes each: of level 0 its leaves, of level 1 the roots of whole
    tiles of level 0, and so on. The last of a level grows; nothing else ever changes.

    Level 0 also says whose leaves they are. `places`: stream(8) ‖ seq(4) each, big-endian.
    `names`: numbers that orders got by these entries, as a JSON object by position, so that an
    order can be named of which nothing else is left. `low_id`, `high_id`: between them lie the ids
    of its entries.
    """

    __tablename__ = "audit_tile"
    __table_args__ = (Index("audit_tile_ids", "high_id", "low_id", "n"),)

    level: int = Field(primary_key=True, sa_type=Id)
    n: int = Field(primary_key=True, sa_type=Id)
    hashes: bytes = Field(sa_type=LargeBinary)
    places: bytes = Field(sa_type=LargeBinary)
    names: str = Field(sa_type=Words)
    low_id: int = Field(sa_type=Id)
    high_id: int = Field(sa_type=Id)


class AuditCheckpoint(SQLModel, table=True):
    """The tree at one moment, signed. `root` is base64; `note` the signed text.

    `cursor`: up to where the feed was sealed. `era`: the database cluster that wrote it, since the
    numbers of transactions mean nothing in another; `floor`: entries up to this id are sealed.
    """

    __tablename__ = "audit_checkpoint"

    no: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs={"autoincrement": False})
    size: int = Field(sa_type=Id)
    root: str = Field(sa_type=Words)
    at: str = Field(sa_type=Words)
    note: str = Field(sa_type=Words)
    cursor: str = Field(sa_type=Words)
    era: str = Field(sa_type=Words)
    floor: int = Field(sa_type=Id)


class AuditKey(SQLModel, table=True):
    """From checkpoint `no` on the log signs with this key. `alone`: without the one before."""

    __tablename__ = "audit_key"

    no: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs={"autoincrement": False})
    at: str = Field(sa_type=Words)
    verifier: str = Field(sa_type=Words)
    alone: bool


class AuditWatch(SQLModel, table=True):
    """How sealing and each anchor fare. `name`: `seal` or the anchor; `no`: the last checkpoint
    that went well, `at` then. `fault`: what stands against it since `since`, after so many
    `failures`; empty: nothing."""

    __tablename__ = "audit_watch"

    name: str = Field(primary_key=True, sa_type=Words)
    no: int = Field(sa_type=Id)
    at: str = Field(sa_type=Words)
    fault: str = Field(sa_type=Words)
    since: str = Field(sa_type=Words)
    failures: int = Field(sa_type=Id)
