"""Tables of balances: what there is and is reserved, by whom, and every move (language 8)."""

from decimal import Decimal

from sqlmodel import CheckConstraint, Field, Index, SQLModel

from orderloom.platform.store.columns import Amount, Id, Words


class BalanceLevelRow(SQLModel, table=True):
    """One balance of one record, once something was moved there. `on_hand`: the record's field;
    `reserved`: the sum of its reservations."""

    __tablename__ = "balance_level"
    __table_args__ = (
        CheckConstraint("reserved >= 0", name="balance_level_reserved"),
        CheckConstraint("reserved = 0 OR reserved <= on_hand", name="balance_level_enough"),
        {"sqlite_with_rowid": False},
    )

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    collection: str = Field(primary_key=True, sa_type=Words)
    key: str = Field(primary_key=True, sa_type=Words)
    field: str = Field(primary_key=True, sa_type=Words)
    on_hand: Decimal = Field(sa_type=Amount)
    reserved: Decimal = Field(sa_type=Amount)


class BalanceReservationRow(SQLModel, table=True):
    """What an order holds. `key`: as the order names the record; `record`: the record's own key,
    another one where that was merged."""

    __tablename__ = "balance_reservation"
    __table_args__ = (
        Index("balance_reservation_record", "organisation_id", "collection", "record", "field"),
        {"sqlite_with_rowid": False},
    )

    order_id: int = Field(primary_key=True, sa_type=Id)
    collection: str = Field(primary_key=True, sa_type=Words)
    field: str = Field(primary_key=True, sa_type=Words)
    key: str = Field(primary_key=True, sa_type=Words)
    organisation_id: int = Field(sa_type=Id)
    record: str = Field(sa_type=Words)
    amount: Decimal = Field(sa_type=Amount)


class BalanceMoveRow(SQLModel, table=True):
    """One line of one move; never changed. `seq`: the entry of the order's stream that tells it.
    `reserved`, `on_hand`: by how much these changed. `way`: `reserve release issue`."""

    __tablename__ = "balance_move"
    __table_args__ = (
        Index("balance_move_record", "organisation_id", "collection", "record", "at"),
        {"sqlite_with_rowid": False},
    )

    order_id: int = Field(primary_key=True, sa_type=Id)
    seq: int = Field(primary_key=True, sa_type=Id)
    line: int = Field(primary_key=True, sa_type=Id)
    organisation_id: int = Field(sa_type=Id)
    collection: str = Field(sa_type=Words)
    record: str = Field(sa_type=Words)
    field: str = Field(sa_type=Words)
    way: str = Field(sa_type=Words)
    reserved: Decimal = Field(sa_type=Amount)
    on_hand: Decimal = Field(sa_type=Amount)
    at: str = Field(sa_type=Words)
    by: str = Field(sa_type=Words)
