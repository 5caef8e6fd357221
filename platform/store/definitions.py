"""The SQL of definitions: `DefinitionTables`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, text
from sqlalchemy.exc import IntegrityError

from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.columns import moment, moment_or_none, stamp
from orderloom.platform.store.database import Database, only_one
from orderloom.platform.store.definition_rows import (
    DefinitionVersion,
    Draft,
    KeptScenario,
    ReleaseRow,
)
from orderloom.platform.store.order_rows import Conflict

_VERSIONS: Final = "SELECT * FROM definition_version WHERE organisation_id = :organisation"
_OF_KIND: Final = text("SELECT * FROM definition_version WHERE kind = :kind ORDER BY id, number")
_ONE: Final = f"{_VERSIONS} AND kind = :kind AND id = :id"

_MARK: Final = (
    "SELECT '', CAST(COUNT(*) AS TEXT) FROM definition_version WHERE organisation_id = ?"
    " UNION ALL SELECT bundle, meta FROM bundle_meta WHERE organisation_id = ?"
)
_NEXT_FORCE: Final = (
    "SELECT MIN(effective_from) FROM definition_version"
    " WHERE organisation_id = ? AND effective_from > ?"
)

_KEEP_BUNDLE: Final = text(
    "INSERT INTO bundle_meta (organisation_id, bundle, meta, text, scenarios)"
    " VALUES (:organisation, :bundle, :meta, :text, :scenarios)"
    " ON CONFLICT (organisation_id, bundle) DO UPDATE SET meta = excluded.meta,"
    " text = excluded.text, scenarios = excluded.scenarios"
)
_DRAFT: Final = ("body", "bundle", "saved_by", "saved_at", "text", "tag")
_INSERT_DRAFT: Final = (
    f"INSERT INTO draft (organisation_id, kind, id, {', '.join(_DRAFT)}) VALUES"
    f" (:organisation, :kind, :id, {', '.join(f':{name}' for name in _DRAFT)})"
)


class SqlDefinitions:
    """Fulfils `DefinitionTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(
        self, versions: Sequence[DefinitionVersion], *, bundle: str, meta: Mapping[str, Any]
    ) -> None:
        if not versions:
            return
        # Sorted, so that two who publish the same wait for each other and never in a circle.
        versions = sorted(versions, key=lambda each: (each.kind, each.id, each.number))
        try:
            self._publish(versions, bundle, meta)
        except IntegrityError as error:
            raise Conflict(str(error.orig)) from error

    def mark(self, organisation: int) -> object:
        # Versions are only ever added; what a bundle says of itself is replaced.
        rows = self._database.reader.rows(_MARK, (organisation, organisation))
        return tuple(tuple(row) for row in rows)

    def next_force(self, organisation: int, after: datetime) -> datetime | None:
        (found,) = self._database.reader.first(_NEXT_FORCE, (organisation, stamp(after)))
        return moment_or_none(found)

    def version(
        self, organisation: int, kind: str, id: str, number: int
    ) -> DefinitionVersion | None:
        return self._first(
            f"{_ONE} AND number = :number",
            {"organisation": organisation, "kind": kind, "id": id, "number": number},
        )

    def newest(self, organisation: int, kind: str, id: str) -> DefinitionVersion | None:
        return self._first(
            f"{_ONE} ORDER BY number DESC LIMIT 1",
            {"organisation": organisation, "kind": kind, "id": id},
        )

    def in_force(
        self, organisation: int, kind: str, id: str, at: datetime
    ) -> DefinitionVersion | None:
        return self._first(
            f"{_ONE} AND (effective_from IS NULL OR effective_from <= :at)"
            " ORDER BY number DESC LIMIT 1",
            {"organisation": organisation, "kind": kind, "id": id, "at": stamp(at)},
        )

    def versions(self, organisation: int) -> Sequence[DefinitionVersion]:
        with self._database.reading() as connection:
            rows = connection.execute(
                text(f"{_VERSIONS} ORDER BY kind, id, number DESC"), {"organisation": organisation}
            )
            return [_version(row) for row in rows.mappings()]

    def of_kind(self, kind: str) -> Sequence[DefinitionVersion]:
        with self._database.reading() as connection:
            rows = connection.execute(_OF_KIND, {"kind": kind})
            return [_version(row) for row in rows.mappings()]

    def bundle(self, organisation: int, bundle: str) -> Mapping[str, Any] | None:
        found = self._of_bundle("meta", organisation, bundle)
        return None if found is None else loads(found)

    def bundle_text(self, organisation: int, bundle: str) -> str:
        return self._of_bundle("text", organisation, bundle) or ""

    def keep_bundle(
        self,
        organisation: int,
        bundle: str,
        *,
        meta: Mapping[str, Any],
        scenarios: Sequence[KeptScenario],
        text: str = "",
    ) -> None:
        kept = [[each.file, each.value, each.text] for each in scenarios]
        with self._database.writing() as connection:
            connection.execute(
                _KEEP_BUNDLE,
                {
                    "organisation": organisation,
                    "bundle": bundle,
                    "meta": dumps(meta).decode(),
                    "text": text,
                    "scenarios": dumps(kept).decode(),
                },
            )

    def scenarios(self, organisation: int, bundle: str) -> Sequence[KeptScenario]:
        found = self._of_bundle("scenarios", organisation, bundle)
        return [KeptScenario(*each) for each in loads(found)] if found else []

    def bundles(self, organisation: int) -> Sequence[str]:
        with self._database.reading() as connection:
            rows = connection.execute(
                text(
                    "SELECT bundle FROM bundle_meta WHERE organisation_id = :organisation"
                    " ORDER BY bundle"
                ),
                {"organisation": organisation},
            )
            return [str(bundle) for bundle in rows.scalars()]

    def save_draft(self, draft: Draft) -> None:
        again = ", ".join(f"{name} = excluded.{name}" for name in _DRAFT)
        with self._database.writing() as connection:
            connection.execute(
                text(
                    f"{_INSERT_DRAFT} ON CONFLICT (organisation_id, kind, id) DO UPDATE SET {again}"
                ),
                _draft_values(draft),
            )

    def replace_draft(self, draft: Draft, *, instead_of: str | None) -> bool:
        new = ", ".join(f"{name} = :{name}" for name in _DRAFT)
        change = (
            f"{_INSERT_DRAFT} ON CONFLICT (organisation_id, kind, id) DO NOTHING"
            if instead_of is None
            else f"UPDATE draft SET {new} WHERE organisation_id = :organisation AND kind = :kind"
            " AND id = :id AND tag = :instead_of"
        )
        values = {**_draft_values(draft), "instead_of": instead_of}
        if instead_of is None:
            del values["instead_of"]
        with self._database.writing() as connection:
            return bool(connection.execute(text(change), values).rowcount)

    def draft(self, organisation: int, kind: str, id: str) -> Draft | None:
        with self._database.reading() as connection:
            row = (
                connection.execute(
                    text(
                        "SELECT * FROM draft WHERE organisation_id = :organisation"
                        " AND kind = :kind AND id = :id"
                    ),
                    {"organisation": organisation, "kind": kind, "id": id},
                )
                .mappings()
                .first()
            )
        return None if row is None else _draft(row)

    def drafts(self, organisation: int) -> Sequence[Draft]:
        with self._database.reading() as connection:
            rows = connection.execute(
                text("SELECT * FROM draft WHERE organisation_id = :organisation ORDER BY kind, id"),
                {"organisation": organisation},
            )
            return [_draft(row) for row in rows.mappings()]

    def drop_draft(self, organisation: int, kind: str, id: str) -> None:
        with self._database.writing() as connection:
            connection.execute(
                text(
                    "DELETE FROM draft WHERE organisation_id = :organisation"
                    " AND kind = :kind AND id = :id"
                ),
                {"organisation": organisation, "kind": kind, "id": id},
            )

    def release(self, no: int) -> ReleaseRow | None:
        with self._database.reading() as connection:
            row = (
                connection.execute(text('SELECT * FROM "release" WHERE no = :no'), {"no": no})
                .mappings()
                .first()
            )
        return None if row is None else _release(row)

    def every_release(self) -> Sequence[ReleaseRow]:
        with self._database.reading() as connection:
            rows = connection.execute(text('SELECT * FROM "release" ORDER BY no')).mappings()
            return [_release(row) for row in rows]

    def make_release(
        self,
        organisation: int,
        *,
        process: str,
        digest: str,
        bundle: str,
        versions: Sequence[tuple[str, str, str, int, str]],
    ) -> ReleaseRow:
        known = {"organisation": organisation, "process": process, "digest": digest}
        find = text(
            'SELECT * FROM "release" WHERE organisation_id = :organisation'
            " AND process = :process AND digest = :digest"
        )
        with self._database.reading() as connection:
            row = connection.execute(find, known).mappings().first()
        if row is not None:
            return _release(row)
        with self._database.writing() as connection:
            only_one(connection, "release")
            connection.execute(
                text(
                    'INSERT INTO "release" (no, organisation_id, process, digest, bundle, versions)'
                    " SELECT COALESCE(MAX(no), 0) + 1, :organisation, :process, :digest, :bundle,"
                    ' :versions FROM "release"'
                    " WHERE true ON CONFLICT (organisation_id, process, digest) DO NOTHING"
                ),
                {**known, "bundle": bundle, "versions": dumps(list(versions)).decode()},
            )
            row = connection.execute(find, known).mappings().one()
        return _release(row)

    def _publish(
        self, versions: Sequence[DefinitionVersion], bundle: str, meta: Mapping[str, Any]
    ) -> None:
        organisation = versions[0].organisation
        with self._database.writing() as connection:
            connection.execute(
                text(
                    "INSERT INTO definition_version (organisation_id, kind, id, number, digest,"
                    " body, bundle, published_by, published_at, effective_from, comment, text)"
                    " VALUES (:organisation, :kind, :id, :number, :digest, :body, :bundle,"
                    " :published_by, :published_at, :effective_from, :comment, :text)"
                ),
                [_version_values(version) for version in versions],
            )
            connection.execute(
                text(
                    "INSERT INTO bundle_meta (organisation_id, bundle, meta)"
                    " VALUES (:organisation, :bundle, :meta)"
                    " ON CONFLICT (organisation_id, bundle) DO UPDATE SET meta = excluded.meta"
                ),
                {"organisation": organisation, "bundle": bundle, "meta": dumps(meta).decode()},
            )
            connection.execute(
                text(
                    "DELETE FROM draft WHERE organisation_id = :organisation"
                    " AND kind = :kind AND id = :id"
                ),
                [
                    {"organisation": organisation, "kind": version.kind, "id": version.id}
                    for version in versions
                ],
            )

    def _of_bundle(self, column: str, organisation: int, bundle: str) -> str | None:
        sql = (
            f"SELECT {column} FROM bundle_meta"
            " WHERE organisation_id = :organisation AND bundle = :bundle"
        )
        with self._database.reading() as connection:
            values = {"organisation": organisation, "bundle": bundle}
            found: str | None = connection.execute(text(sql), values).scalar()
        return found

    def _first(self, sql: str, values: Mapping[str, Any]) -> DefinitionVersion | None:
        with self._database.reading() as connection:
            row = connection.execute(text(sql), values).mappings().first()
        return None if row is None else _version(row)


def _draft_values(draft: Draft) -> dict[str, Any]:
    return {
        "organisation": draft.organisation,
        "kind": draft.kind,
        "id": draft.id,
        "body": draft.body.decode(),
        "bundle": draft.bundle,
        "saved_by": draft.saved_by,
        "saved_at": stamp(draft.saved_at),
        "text": draft.text,
        "tag": draft.tag,
    }


def _version_values(version: DefinitionVersion) -> dict[str, Any]:
    return {
        "organisation": version.organisation,
        "kind": version.kind,
        "id": version.id,
        "number": version.number,
        "digest": version.digest,
        "body": version.body.decode(),
        "bundle": version.bundle,
        "published_by": version.published_by,
        "published_at": stamp(version.published_at),
        "effective_from": stamp(version.effective_from) if version.effective_from else None,
        "comment": version.comment,
        "text": version.text,
    }


def _version(row: RowMapping) -> DefinitionVersion:
    return DefinitionVersion(
        organisation=row["organisation_id"],
        kind=row["kind"],
        id=row["id"],
        number=row["number"],
        digest=row["digest"],
        body=row["body"].encode(),
        bundle=row["bundle"],
        published_by=row["published_by"],
        published_at=moment(row["published_at"]),
        effective_from=moment_or_none(row["effective_from"]),
        comment=row["comment"],
        text=row["text"],
    )


def _draft(row: RowMapping) -> Draft:
    return Draft(
        organisation=row["organisation_id"],
        kind=row["kind"],
        id=row["id"],
        body=row["body"].encode(),
        bundle=row["bundle"],
        saved_by=row["saved_by"],
        saved_at=moment(row["saved_at"]),
        text=row["text"],
        tag=row["tag"],
    )


def _release(row: RowMapping) -> ReleaseRow:
    return ReleaseRow(
        organisation=row["organisation_id"],
        no=row["no"],
        process=row["process"],
        digest=row["digest"],
        bundle=row["bundle"],
        versions=tuple(tuple(each) for each in loads(row["versions"])),
    )
