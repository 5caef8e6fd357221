"""How often each row of a rule was used: counted from the feed, made again at will."""

from sqlmodel import Field, SQLModel

from orderloom.platform.store.columns import Id, Words


class RuleUse(SQLModel, table=True):
    """One row of one version. `kind`: decision, ruleset, approval. `row`: the row's or the rule's
    id, of an approval the step's; empty: the decision was made and no row matched."""

    __tablename__ = "rule_use"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    kind: str = Field(primary_key=True, sa_type=Words)
    id: str = Field(primary_key=True, sa_type=Words)
    version: int = Field(primary_key=True, sa_type=Id)
    row: str = Field(primary_key=True, sa_type=Words)
    used: int = Field(sa_type=Id)
    last_at: str = Field(sa_type=Words)


class RuleUseRead(SQLModel, table=True):
    """How far the feed was read for the counts; one row."""

    __tablename__ = "rule_use_read"
    __table_args__ = ({"sqlite_with_rowid": False},)

    no: int = Field(primary_key=True, sa_type=Id)
    cursor: str = Field(sa_type=Words)
