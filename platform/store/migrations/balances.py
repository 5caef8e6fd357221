"""The tables of balances. Moves are only ever added."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from orderloom.platform.store.migrations.making import NUMBER, key, number, small, words

# Text on SQLite, whose numbers would be rounded.
AMOUNT = sa.Text().with_variant(sa.Numeric(), "postgresql")


def balances() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    small(
        "balance_level",
        key("organisation_id", NUMBER),
        key("collection"),
        key("key"),
        key("field"),
        _amount("on_hand"),
        _amount("reserved"),
        *(sa.CheckConstraint(check, name=name) for name, check in _checks(sqlite)),
    )
    small(
        "balance_reservation",
        key("order_id", NUMBER),
        key("collection"),
        key("field"),
        key("key"),
        number("organisation_id"),
        words("record"),
        _amount("amount"),
    )
    place = ["organisation_id", "collection", "record"]
    op.create_index("balance_reservation_record", "balance_reservation", [*place, "field"])
    small(
        "balance_move",
        key("order_id", NUMBER),
        key("seq", NUMBER),
        key("line", NUMBER),
        number("organisation_id"),
        words("collection"),
        words("record"),
        words("field"),
        words("way"),
        _amount("reserved"),
        _amount("on_hand"),
        words("at"),
        words("by"),
    )
    op.create_index("balance_move_record", "balance_move", [*place, "at"])
    _guard(sqlite)


def _amount(name: str) -> sa.Column[Any]:
    return sa.Column(name, AMOUNT, nullable=False)


def _checks(sqlite: bool) -> tuple[tuple[str, str], ...]:
    """On SQLite amounts are text without exponents; as numbers they are near enough to tell more
    from less, and the same text is the same number."""
    reserved, on_hand = "reserved", "on_hand"
    if sqlite:
        reserved, on_hand = (f"CAST({name} AS REAL)" for name in (reserved, on_hand))
    return (
        ("balance_level_reserved", f"{reserved} >= 0"),
        ("balance_level_enough", f"{reserved} = 0 OR {reserved} <= {on_hand}"),
    )


def _guard(sqlite: bool) -> None:
    said = "balance_move keeps what it has"
    if sqlite:
        for what in ("DELETE", "UPDATE"):
            op.execute(
                f"CREATE TRIGGER balance_move_{what.lower()} BEFORE {what} ON balance_move"
                f" BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION balance_move_keeps() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '{said}'"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for when, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER balance_move_{each.lower()} BEFORE {when} ON balance_move"
            f" FOR EACH {each} EXECUTE FUNCTION balance_move_keeps()"
        )
