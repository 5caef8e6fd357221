"""The table of saved views: how somebody wants to see a list."""

from sqlmodel import Field, Index, SQLModel

from orderloom.platform.store.columns import Id, Words


class SavedViewRow(SQLModel, table=True):
    """One view of one person. `folded`: the name as it must not come twice; `query`: JSON;
    `first`: the page begins with it."""

    __tablename__ = "saved_view"
    __table_args__ = (
        Index("saved_view_name", "organisation_id", "user_id", "page", "folded", unique=True),
        {"sqlite_with_rowid": False},
    )

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    user_id: str = Field(primary_key=True, sa_type=Words)
    id: str = Field(primary_key=True, sa_type=Words)
    page: str = Field(sa_type=Words)
    name: str = Field(sa_type=Words)
    folded: str = Field(sa_type=Words)
    query: str = Field(sa_type=Words)
    first: bool = False
