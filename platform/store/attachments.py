"""The SQL of attached files: `AttachmentTables`. Bytes are durable before anything names them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, text

from orderloom.platform.store.attachment_rows import StoredFile
from orderloom.platform.store.columns import stamp
from orderloom.platform.store.cursor import Cursor
from orderloom.platform.store.database import Database, only_one

_BEGIN: Final = text(
    "INSERT INTO attachment_content (id, organisation_id, digest, size, media, at)"
    " VALUES (:content, :organisation, NULL, 0, '', :at)"
)
_ADD: Final = text("INSERT INTO attachment_chunk (content, n, data) VALUES (:content, :n, :data)")
_KNOWN: Final = text(
    "SELECT digest, size, media, id FROM attachment_content"
    " WHERE organisation_id = :organisation AND digest = :digest"
)
_FINISH: Final = text(
    "UPDATE attachment_content SET digest = :digest, size = :size, media = :media"
    " WHERE id = :content AND organisation_id = :organisation"
)
_UPLOAD: Final = text(
    "INSERT INTO attachment_upload (organisation_id, person, digest, at)"
    " VALUES (:organisation, :person, :digest, :at)"
    " ON CONFLICT (organisation_id, person, digest) DO UPDATE SET at = excluded.at"
)
_DROP: Final = text("DELETE FROM attachment_content WHERE id = :content")
_DROP_PIECES: Final = text("DELETE FROM attachment_chunk WHERE content = :content")
_PIECE: Final = text("SELECT data FROM attachment_chunk WHERE content = :content AND n = :n")
_FILE: Final = "SELECT c.digest, c.size, c.media, c.id FROM attachment_content c"
_OF_ORDER: Final = text(
    f"{_FILE} JOIN attachment_use u ON u.organisation_id = c.organisation_id"
    " AND u.digest = c.digest WHERE c.organisation_id = :organisation AND c.digest = :digest"
    " AND u.order_id = :order"
)
_UPLOADED: Final = text(
    f"{_FILE} JOIN attachment_upload u ON u.organisation_id = c.organisation_id"
    " AND u.digest = c.digest WHERE c.organisation_id = :organisation AND c.digest = :digest"
    " AND u.person = :person AND u.at >= :since"
)
_OLD_UPLOADS: Final = text(
    "SELECT organisation_id, person, digest FROM attachment_upload WHERE at < :before LIMIT :limit"
)
_FORGET_UPLOAD: Final = text(
    "DELETE FROM attachment_upload WHERE organisation_id = :organisation AND person = :person"
    " AND digest = :digest AND at < :before"
)
_NEEDED: Final = text(
    "SELECT 1 FROM attachment_use WHERE organisation_id = :organisation AND digest = :digest"
    " UNION ALL SELECT 1 FROM attachment_upload"
    " WHERE organisation_id = :organisation AND digest = :digest LIMIT 1"
)
_LEFT_OVER: Final = text(
    "SELECT id FROM attachment_content WHERE digest IS NULL AND at < :before LIMIT :limit"
)
_USES: Final = text(
    "SELECT order_id FROM attachment_use WHERE organisation_id = :organisation"
    " AND digest = :digest ORDER BY order_id"
)


class SqlAttachments:
    """Fulfils `AttachmentTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, organisation: int, content: str, now: datetime) -> None:
        values = {"content": content, "organisation": organisation, "at": stamp(now)}
        with self._database.writing() as connection:
            connection.execute(_BEGIN, values)

    def add(self, content: str, n: int, data: bytes) -> None:
        with self._database.writing() as connection:
            connection.execute(_ADD, {"content": content, "n": n, "data": data})

    def finish(
        self, organisation: int, file: StoredFile, *, person: str, now: datetime
    ) -> StoredFile:
        with self._database.writing() as connection:
            there = _known(connection, organisation, file.digest)
            if there is not None:
                _drop(connection, file.content)
            else:
                values = {"content": file.content, "size": file.size, "media": file.media}
                same = {"organisation": organisation, "digest": file.digest}
                connection.execute(_FINISH, {**values, **same})
            _upload(connection, organisation, person, file.digest, now)
        return there or file

    def claim(
        self, organisation: int, digest: str, *, person: str, now: datetime
    ) -> StoredFile | None:
        with self._database.writing() as connection:
            there = _known(connection, organisation, digest)
            if there is not None:
                _upload(connection, organisation, person, digest, now)
        return there

    def drop(self, content: str) -> None:
        with self._database.writing() as connection:
            _drop(connection, content)

    def of_order(self, organisation: int, order: int, digest: str) -> StoredFile | None:
        return self._one(_OF_ORDER, organisation=organisation, order=order, digest=digest)

    def uploaded(
        self, organisation: int, person: str, digest: str, *, since: datetime
    ) -> StoredFile | None:
        values = {"organisation": organisation, "person": person, "digest": digest}
        return self._one(_UPLOADED, **values, since=stamp(since))

    def piece(self, content: str, n: int) -> bytes | None:
        with self._database.reading() as connection:
            found = connection.execute(_PIECE, {"content": content, "n": n}).scalar()
        return None if found is None else bytes(found)

    def sweep(self, before: datetime, *, limit: int) -> int:
        since = {"before": stamp(before)}
        with self._database.reading() as connection:
            old = connection.execute(_OLD_UPLOADS, {**since, "limit": limit}).all()
            begun = connection.execute(_LEFT_OVER, {**since, "limit": limit}).scalars().all()
        for organisation, person, digest in old:
            with self._database.writing() as connection:
                values = {"organisation": organisation, "digest": digest}
                there = _known(connection, organisation, digest)
                connection.execute(_FORGET_UPLOAD, {**values, **since, "person": person})
                if there is not None and connection.execute(_NEEDED, values).first() is None:
                    _drop(connection, there.content)
        for content in begun:
            self.drop(content)
        return len(old) + len(begun)

    def uses(self, organisation: int, digest: str) -> Sequence[int]:
        values = {"organisation": organisation, "digest": digest}
        with self._database.reading() as connection:
            return list(connection.execute(_USES, values).scalars())

    def _one(self, statement: Any, **values: Any) -> StoredFile | None:
        with self._database.reading() as connection:
            row = connection.execute(statement, values).first()
        return None if row is None else StoredFile(*row)


def namable(
    cursor: Cursor, organisation: int, digests: Collection[str], person: str, order: int, since: str
) -> dict[str, dict[str, Any]]:
    """Size and type of the files, by digest, that a command may name: those that the order names
    already, and those that the person has brought since then; in the command's transaction."""
    wanted = sorted(set(digests))
    if not wanted:
        return {}
    marks = ", ".join("?" * len(wanted))
    sql = (
        "SELECT digest, size, media FROM attachment_content c"
        f" WHERE organisation_id = ? AND digest IN ({marks}) AND (EXISTS (SELECT 1"
        " FROM attachment_use u WHERE u.organisation_id = c.organisation_id"
        " AND u.digest = c.digest AND u.order_id = ?) OR EXISTS (SELECT 1"
        " FROM attachment_upload p WHERE p.organisation_id = c.organisation_id"
        " AND p.digest = c.digest AND p.person = ? AND p.at >= ?)) ORDER BY digest"
    )
    rows = cursor.rows(sql, (organisation, *wanted, order, person, since))
    return {digest: {"size": size, "type": media} for digest, size, media in rows}


def _known(connection: Connection, organisation: int, digest: str) -> StoredFile | None:
    """The content with these bytes; nobody else begins or sweeps it until the end."""
    only_one(connection, "attachment", organisation, digest)
    values = {"organisation": organisation, "digest": digest}
    row = connection.execute(_KNOWN, values).first()
    return None if row is None else StoredFile(*row)


def _upload(
    connection: Connection, organisation: int, person: str, digest: str, now: datetime
) -> None:
    values = {"organisation": organisation, "person": person, "digest": digest}
    connection.execute(_UPLOAD, {**values, "at": stamp(now)})


def _drop(connection: Connection, content: str) -> None:
    connection.execute(_DROP_PIECES, {"content": content})
    connection.execute(_DROP, {"content": content})
