"""Columns and tables as the first revisions make them. Never changed later: a revision that needs
others has others."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def key(name: str, type_: Any = WORDS, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, type_, primary_key=True, nullable=False, **more)


def words(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, WORDS, nullable=null)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, NUMBER, nullable=False)


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def small(name: str, *columns: sa.Column[Any] | sa.CheckConstraint) -> None:
    """Rows of several key columns and little else: stored in the order of their key."""
    op.create_table(name, *columns, sqlite_with_rowid=False)


def index_where(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
