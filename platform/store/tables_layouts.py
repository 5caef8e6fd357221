"""The table of layouts: where the stages of a picture lie."""

from sqlmodel import Field, SQLModel

from orderloom.platform.store.columns import Id, Words


class LayoutRow(SQLModel, table=True):
    """The layout of one definition. `positions`: JSON, key → [x, y]."""

    __tablename__ = "layout"
    __table_args__ = {"sqlite_with_rowid": False}

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    kind: str = Field(primary_key=True, sa_type=Words)
    id: str = Field(primary_key=True, sa_type=Words)
    positions: str = Field(sa_type=Words)
