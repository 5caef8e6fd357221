"""The SQL of the counts of rows: `RuleUseTables`. Whoever moves the cursor first has counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import text

from orderloom.platform.store.columns import moment, stamp
from orderloom.platform.store.database import Database
from orderloom.platform.store.feed_rows import FeedCursor
from orderloom.platform.store.plain_text import bounded
from orderloom.platform.store.rule_use_rows import RowKey, Used

_CURSOR: Final = "SELECT cursor FROM rule_use_read WHERE no = 1"
_BEGIN: Final = text(
    "INSERT INTO rule_use_read (no, cursor) VALUES (1, :cursor) ON CONFLICT DO NOTHING"
)
_MOVE: Final = text(
    "UPDATE rule_use_read SET cursor = :after WHERE no = 1 AND cursor = :before RETURNING no"
)
_ADD: Final = text(
    'INSERT INTO rule_use (organisation_id, kind, id, version, "row", used, last_at)'
    " VALUES (:organisation, :kind, :id, :version, :row, :used, :last)"
    ' ON CONFLICT (organisation_id, kind, id, version, "row") DO UPDATE SET'
    " used = rule_use.used + excluded.used,"
    " last_at = CASE WHEN excluded.last_at > rule_use.last_at THEN excluded.last_at"
    " ELSE rule_use.last_at END"
)
_OF: Final = (
    'SELECT version, "row", used, last_at FROM rule_use WHERE organisation_id = ? AND kind = ?'
    ' AND id = ? ORDER BY version DESC, "row"'
)
_TOTALS: Final = (
    "SELECT kind, id, SUM(used), MAX(last_at) FROM rule_use WHERE organisation_id = ?"
    " GROUP BY kind, id"
)


class SqlRuleUse:
    """Fulfils `RuleUseTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cursor(self) -> FeedCursor:
        row = self._database.reader.first(_CURSOR, ())
        return FeedCursor() if row is None else FeedCursor.of(row[0])

    def add(self, before: FeedCursor, after: FeedCursor, uses: Mapping[RowKey, Used]) -> bool:
        # Sorted, so that nobody waits in a circle.
        keys = sorted(uses, key=lambda one: (one.organisation, one.kind, one.id, one.version))
        rows = [
            {
                "organisation": key.organisation,
                "kind": key.kind,
                "id": key.id,
                "version": key.version,
                "row": bounded(key.row),
                "used": uses[key].times,
                "last": stamp(uses[key].last),
            }
            for key in keys
        ]
        with self._database.writing() as connection:
            connection.execute(_BEGIN, {"cursor": str(FeedCursor())})
            moved = {"before": str(before), "after": str(after)}
            if connection.execute(_MOVE, moved).first() is None:
                return False
            if rows:
                connection.execute(_ADD, rows)
        return True

    def clear(self) -> None:
        with self._database.writing() as connection:
            connection.execute(text("DELETE FROM rule_use"))
            connection.execute(text("DELETE FROM rule_use_read"))

    def of(self, organisation: int, kind: str, id: str) -> Sequence[tuple[RowKey, Used]]:
        rows = self._database.reader.rows(_OF, (organisation, kind, id))
        return [
            (RowKey(organisation, kind, id, row[0], row[1]), Used(row[2], moment(row[3])))
            for row in rows
        ]

    def totals(self, organisation: int) -> Mapping[tuple[str, str], Used]:
        rows = self._database.reader.rows(_TOTALS, (organisation,))
        return {(row[0], row[1]): Used(int(row[2]), moment(row[3])) for row in rows}
