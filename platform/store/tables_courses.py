"""The table of courses: what process mining reads, made of the entries and made again at will.

No personal value is in it: stages, tasks, codes, numbers of orders, ids of people.
"""

from sqlmodel import Field, Index, SQLModel

from orderloom.platform.store.columns import Id, Words


class AuditCourse(SQLModel, table=True):
    """An order's way through its stages. `seq`: its last entry that was taken in; `created`,
    `ended`: microseconds since 1970; `steps`: JSON (`app/mining.py`)."""

    __tablename__ = "audit_course"
    __table_args__ = (
        Index("audit_course_process", "organisation_id", "process", "order_id"),
        Index("audit_course_version", "organisation_id", "process", "version"),
    )

    order_id: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs={"autoincrement": False})
    organisation_id: int = Field(sa_type=Id)
    process: str = Field(sa_type=Words)
    version: int = Field(sa_type=Id)
    number: str = Field(sa_type=Words)
    seq: int = Field(sa_type=Id)
    created: int = Field(sa_type=Id)
    ended: int | None = Field(default=None, sa_type=Id)
    outcome: str = Field(sa_type=Words)
    failed: bool = False
    steps: str = Field(sa_type=Words)


class AuditCourseFeed(SQLModel, table=True):
    """How far the feed was read for courses; one row."""

    __tablename__ = "audit_course_feed"
    __table_args__ = ({"sqlite_with_rowid": False},)

    name: str = Field(primary_key=True, sa_type=Words)
    cursor: str = Field(sa_type=Words)
