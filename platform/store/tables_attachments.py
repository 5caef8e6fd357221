"""Tables of attached files: their bytes in pieces, who brought them, which orders name them."""

from sqlalchemy import LargeBinary
from sqlmodel import Field, Index, SQLModel

from orderloom.platform.store.columns import Id, Words


class AttachmentContent(SQLModel, table=True):
    """The bytes of one file, once an organisation. `digest`: their SHA-256, hexadecimal; None as
    long as they are not all there. `media`: what the content is."""

    __tablename__ = "attachment_content"
    __table_args__ = (
        Index("attachment_content_digest", "organisation_id", "digest", unique=True),
        Index("attachment_content_at", "at"),
    )

    id: str = Field(primary_key=True, sa_type=Words)
    organisation_id: int = Field(sa_type=Id)
    digest: str | None = Field(default=None, sa_type=Words)
    size: int = Field(sa_type=Id)
    media: str = Field(sa_type=Words)
    at: str = Field(sa_type=Words)


class AttachmentChunk(SQLModel, table=True):
    """A piece of a content, of 256 kB but the last."""

    __tablename__ = "attachment_chunk"

    content: str = Field(primary_key=True, sa_type=Words)
    n: int = Field(primary_key=True, sa_type=Id)
    data: bytes = Field(sa_type=LargeBinary)


class AttachmentUpload(SQLModel, table=True):
    """Who brought a content, and may name it in an order for a day."""

    __tablename__ = "attachment_upload"
    __table_args__ = (
        Index("attachment_upload_at", "at"),
        {"sqlite_with_rowid": False},
    )

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    person: str = Field(primary_key=True, sa_type=Words)
    digest: str = Field(primary_key=True, sa_type=Words)
    at: str = Field(sa_type=Words)


class AttachmentUse(SQLModel, table=True):
    """An order that names, or has ever named, a content: it stays as long as the order's entries
    can be read."""

    __tablename__ = "attachment_use"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    digest: str = Field(primary_key=True, sa_type=Words)
    order_id: int = Field(primary_key=True, sa_type=Id)
