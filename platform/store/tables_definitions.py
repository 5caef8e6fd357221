"""Tables of definitions: versions, drafts, releases, bundles, rows of collections."""

from sqlmodel import Field, Index, SQLModel

from orderloom.platform.store.columns import Id, Words


class DefinitionVersionRow(SQLModel, table=True):
    """Immutable. `body`: the document as JSON text; `text`: as its author wrote it."""

    __tablename__ = "definition_version"

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    kind: str = Field(primary_key=True, sa_type=Words)
    id: str = Field(primary_key=True, sa_type=Words)
    number: int = Field(primary_key=True, sa_type=Id)
    digest: str = Field(sa_type=Words)
    body: str = Field(sa_type=Words)
    bundle: str = Field(sa_type=Words)
    published_by: str = Field(sa_type=Words)
    published_at: str = Field(sa_type=Words)
    effective_from: str | None = Field(default=None, sa_type=Words)
    comment: str = Field(sa_type=Words)
    text: str = Field(sa_type=Words)


class DraftRow(SQLModel, table=True):
    __tablename__ = "draft"

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    kind: str = Field(primary_key=True, sa_type=Words)
    id: str = Field(primary_key=True, sa_type=Words)
    body: str = Field(sa_type=Words)
    bundle: str = Field(sa_type=Words)
    saved_by: str = Field(sa_type=Words)
    saved_at: str = Field(sa_type=Words)
    text: str = Field(sa_type=Words)
    tag: str = Field(sa_type=Words)


class ReleaseTable(SQLModel, table=True):
    """What orders pin. `versions`: JSON list of `[kind, reference, id, number, digest]`."""

    __tablename__ = "release"
    __table_args__ = (Index("release_digest", "organisation_id", "process", "digest", unique=True),)

    no: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs={"autoincrement": False})
    organisation_id: int = Field(sa_type=Id)
    process: str = Field(sa_type=Words)
    digest: str = Field(sa_type=Words)
    bundle: str = Field(sa_type=Words)
    versions: str = Field(sa_type=Words)


class BundleMeta(SQLModel, table=True):
    """`meta`: `bundle.yaml` as JSON; `text`: as its author wrote it. `scenarios`: JSON list of
    `[file, scenario, text]`."""

    __tablename__ = "bundle_meta"

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    bundle: str = Field(primary_key=True, sa_type=Words)
    meta: str = Field(sa_type=Words)
    text: str | None = Field(default=None, sa_type=Words)
    scenarios: str | None = Field(default=None, sa_type=Words)


class CollectionRow(SQLModel, table=True):
    """A record as it is; `version` is that of its last change."""

    __tablename__ = "collection_row"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    collection: str = Field(primary_key=True, sa_type=Words)
    key: str = Field(primary_key=True, sa_type=Words)
    version: int = Field(sa_type=Id)
    body: str = Field(sa_type=Words)


class CollectionWord(SQLModel, table=True):
    """By which words a record is found."""

    __tablename__ = "collection_word"
    __table_args__ = (
        Index("collection_word_key", "organisation_id", "collection", "key", "word"),
        {"sqlite_with_rowid": False},
    )

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    collection: str = Field(primary_key=True, sa_type=Words)
    word: str = Field(primary_key=True, sa_type=Words)
    key: str = Field(primary_key=True, sa_type=Words)


class CollectionChange(SQLModel, table=True):
    """The history of records. `after`: the record as JSON, none where it is gone."""

    __tablename__ = "collection_change"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    collection: str = Field(primary_key=True, sa_type=Words)
    key: str = Field(primary_key=True, sa_type=Words)
    version: int = Field(primary_key=True, sa_type=Id)
    at: str = Field(sa_type=Words)
    by: str = Field(sa_type=Words)
    way: str = Field(sa_type=Words)
    after: str | None = Field(default=None, sa_type=Words)
    more: str | None = Field(default=None, sa_type=Words)


class CollectionMerge(SQLModel, table=True):
    """Keys that were merged, and into which."""

    __tablename__ = "collection_merge"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    collection: str = Field(primary_key=True, sa_type=Words)
    key: str = Field(primary_key=True, sa_type=Words)
    kept: str = Field(sa_type=Words)
