"""Triggers that keep what was written: the audit, published versions. Never changed later: a
revision that needs others has others."""

from __future__ import annotations

from alembic import op


def guard_in_sqlite() -> None:
    """A trace may be cleared, a personal value erased, a tile grow; nothing else of these ever
    changes."""
    same = "stream seq slot organisation_id path person"
    erased = f"NEW.salt = '' AND NEW.value = '' AND {_same(same)}"
    grown = f"{_begins('hashes')} AND {_begins('places')} AND {_same('level n')}"
    guard_entries_in_sqlite()
    for table, allowed in (
        ("audit_personal", erased),
        ("audit_tile", grown),
        ("audit_checkpoint", "0"),
        ("audit_key", "0"),
        ("definition_version", "0"),
    ):
        _keeps(table, allowed)


def guard_entries_in_sqlite() -> None:
    """For the table of the entries alone, which loses its triggers where it is made anew."""
    same = "id organisation_id stream seq type at actor subject body hash xid"
    _keeps("audit_entry", f"NEW.trace IS NULL AND {_same(same)}")


def _keeps(table: str, allowed: str) -> None:
    no = f"BEGIN SELECT RAISE(ABORT, '{table} keeps what it has'); END"
    op.execute(f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {no}")
    op.execute(f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} WHEN NOT ({allowed}) {no}")


def _same(columns: str) -> str:
    return " AND ".join(f"NEW.{column} IS OLD.{column}" for column in columns.split())


def _begins(column: str) -> str:
    """The new bytes begin with the old ones."""
    return f"substr(NEW.{column}, 1, length(OLD.{column})) = OLD.{column}"


def guard_in_postgresql() -> None:
    """The same promises as in SQLite, and no TRUNCATE."""
    for table, allowed, may_change in (
        ("audit_entry", "NEW.trace IS NULL", ("trace",)),
        (
            "audit_personal",
            "NEW.salt = '' AND NEW.value = ''",
            ("salt", "value", "erased_at"),
        ),
        (
            "audit_tile",
            f"{_begins('hashes')} AND {_begins('places')}",
            ("hashes", "places", "names", "low_id", "high_id"),
        ),
        ("audit_checkpoint", "false", ()),
        ("audit_key", "false", ()),
        ("definition_version", "false", ()),
    ):
        restored = " ".join(f"wanted.{column} := OLD.{column};" for column in may_change)
        op.execute(
            f"CREATE FUNCTION {table}_keeps() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" DECLARE wanted {table}; BEGIN"
            f" IF TG_OP = 'UPDATE' THEN wanted := NEW; {restored}"
            f" IF {allowed} AND wanted IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF; END IF;"
            f" RAISE EXCEPTION '{table} keeps what it has'"
            " USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_keeps()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_all BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_keeps()"
        )
