"""Files of orders: taken in pieces, checked, kept once; read by those who see the order.

The one port for their bytes: whoever else would keep them elsewhere fulfils `AttachmentTables`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from orderloom.platform.app.file_kinds import KINDS, Kind, is_shown, kind_of
from orderloom.platform.app.file_names import clean_name, ending
from orderloom.platform.app.questions import NAMED_WITHIN
from orderloom.platform.app.reading import Desk
from orderloom.platform.app.seeing import Seeing
from orderloom.platform.app.view_attachments import Documents, documents, keeps_files, named_in
from orderloom.platform.app.view_order import find
from orderloom.platform.app.zipped import Source
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.attachment_rows import CHUNK, AttachmentTables, StoredFile

# Who reads the audit reads what an order has named in the past, too.
READS_ALL: Final = "audit.read"


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was brought and is kept; nothing names it yet. `type`: what its content is."""

    name: str
    size: int
    type: str
    sha256: str

    def value(self) -> dict[str, Any]:
        """What stands in the data of an order."""
        return {"name": self.name, "size": self.size, "type": self.type, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to be read. `pieces`: its bytes; `kind`: how it may be shown."""

    name: str
    file: StoredFile
    kind: Kind
    pieces: Callable[[], Iterator[bytes]]


class Attachments:
    """Takes files of up to `limit` bytes, and opens them again."""

    def __init__(
        self,
        tables: AttachmentTables,
        desk: Desk,
        now: Callable[[], datetime],
        *,
        limit: int,
        seeing: Seeing,
    ) -> None:
        self._tables = tables
        self._desk = desk
        self._now = now
        self._seeing = seeing
        self.limit = limit

    def take(self, actor: Actor, name: str, source: Source) -> Taken | Rejection:
        """Keeps a file that the actor brings, a piece in memory at a time. It is durable when this
        returns, and goes after a day unless an order names it."""
        size = source.seek(0, 2)
        checked = self._checked(name, source, size)
        if isinstance(checked, Rejection):
            return checked
        called, kind = checked
        digest = _digest(source)
        kept = self._tables.claim(actor.organisation, digest, person=actor.id, now=self._now())
        if kept is None:
            kept = self._keep(actor, source, StoredFile(digest, size, kind.media, uuid4().hex))
        return Taken(called, kept.size, kept.media, kept.digest)

    def read(self, actor: Actor, number: str, digest: str) -> Opened | Rejection:
        """A file that an order names, for one who sees the order; what they may not see, and what
        the order does not name, is not there, unless the actor has brought it just now. The auditor
        reads also what it has named before."""
        seen = find(self._desk, actor, number)
        if isinstance(seen, Rejection):
            return seen
        known = named_in(seen).get(digest)
        if known is None and (READS_ALL not in actor.permissions or keeps_files(seen)):
            return self.read_own(actor, digest)
        file = self._tables.of_order(actor.organisation, seen.state.order, digest)
        return no_file() if file is None else self._opened(file, known or {})

    def listed(self, actor: Actor, number: str) -> Documents | Rejection:
        """The files that an order names, for one who sees it."""
        seen = find(self._desk, actor, number)
        if isinstance(seen, Rejection):
            return seen
        found = documents(seen)
        if found.files:
            self._seeing.texts(seen)
        return found

    def beside(self, actor: Actor, number: str) -> Documents | None:
        """The same beside other things on a page; None where there is nothing to show."""
        found = self.listed(actor, number)
        return None if isinstance(found, Rejection) else found

    def read_own(self, actor: Actor, digest: str) -> Opened | Rejection:
        """A file that the actor has brought lately, whether or not an order names it."""
        since = self._now() - NAMED_WITHIN
        file = self._tables.uploaded(actor.organisation, actor.id, digest, since=since)
        return no_file() if file is None else self._opened(file, {})

    def _opened(self, file: StoredFile, known: Mapping[str, Any]) -> Opened:
        kind = KINDS.get(file.media) or Kind(file.media, ("bin",))
        name = known.get("name")
        shown = name if isinstance(name, str) else f"{file.digest[:12]}.{kind.endings[0]}"
        return Opened(shown, file, kind, lambda: self._pieces(file))

    def _pieces(self, file: StoredFile) -> Iterator[bytes]:
        for n in range(-(-file.size // CHUNK)):
            piece = self._tables.piece(file.content, n)
            if piece is None:
                raise LookupError("the file went while it was read")
            yield piece

    def _checked(self, name: str, source: Source, size: int) -> tuple[str, Kind] | Rejection:
        if size == 0:
            return Rejection("attachment.empty", "the file is empty")
        if size > self.limit:
            limit = {"limit": self.limit // 1_048_576}
            return Rejection("attachment.too_large", f"more than {self.limit} bytes", limit)
        called = clean_name(name)
        if not called:
            return Rejection("attachment.name", "the file has no name that can be kept")
        last = ending(called)
        kind = kind_of(source, size, last)
        if kind is None or (kind.shown == "image" and not is_shown(source, kind)):
            return Rejection("attachment.kind", "orders take no files of this kind")
        if last and last not in kind.endings:
            params = {"ending": last, "kind": kind.endings[0].upper()}
            return Rejection("attachment.ending", f"a {kind.media} is called .{last}", params)
        return (called if last else clean_name(f"{called}.{kind.endings[0]}")), kind

    def _keep(self, actor: Actor, source: Source, file: StoredFile) -> StoredFile:
        """Each piece in a transaction of its own: nobody waits for a large file."""
        self._tables.begin(actor.organisation, file.content, self._now())
        try:
            source.seek(0)
            for n in range(-(-file.size // CHUNK)):
                self._tables.add(file.content, n, source.read(CHUNK))
            return self._tables.finish(actor.organisation, file, person=actor.id, now=self._now())
        except BaseException:
            self._tables.drop(file.content)
            raise


def no_file() -> Rejection:
    """The answer for a file that is not there and for one that is not for the actor: the same."""
    return Rejection("attachment.not_found", "There is no such file.")


def _digest(source: Source) -> str:
    source.seek(0)
    made = hashlib.sha256()
    while piece := source.read(CHUNK):
        made.update(piece)
    return made.hexdigest()
