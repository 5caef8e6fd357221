"""What the definition tables hold, as plain values: versions, drafts, releases, bundles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionVersion:
    """One published version. `body`: the document as JSON text, never changed. `bundle`: where it
    came from. `effective_from`: in force from then on (None: at once). `text`: as its author wrote
    it, empty where that is not known. Instants are aware UTC."""

    organisation: int
    kind: str
    id: str
    number: int
    digest: str
    body: bytes
    bundle: str
    published_by: str
    published_at: datetime
    effective_from: datetime | None = None
    comment: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A saved document that is not published yet, with who saved it last. `body`: the document as
    JSON text, `null` where its text cannot be read. `text`: as it was written, empty where only the
    value is known. `tag`: another one after every save."""

    organisation: int
    kind: str
    id: str
    body: bytes
    bundle: str
    saved_by: str
    saved_at: datetime
    text: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class KeptScenario:
    """A scenario as it was last published. `file`: where it stands in its bundle. `text`: as its
    author wrote it, empty where that is not known."""

    file: str
    value: Mapping[str, Any]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRow:
    """What orders pin. `versions`: `[kind, reference as written, id, number, digest]` of each."""

    organisation: int
    no: int
    process: str
    digest: str
    bundle: str
    versions: tuple[tuple[str, str, str, int, str], ...]


class DefinitionTables(Protocol):
    """The SQL of definitions (`store.definitions`): each call is one short transaction."""

    def publish(
        self, versions: Sequence[DefinitionVersion], *, bundle: str, meta: Mapping[str, Any]
    ) -> None:
        """Adds the versions, keeps the bundle's `bundle.yaml`, drops drafts of the same ids; all of
        it or nothing. Raises `Conflict` where one of the numbers is taken."""

    def mark(self, organisation: int) -> object:
        """Equal to an earlier one as long as nothing was published in between."""

    def next_force(self, organisation: int, after: datetime) -> datetime | None:
        """When the next of the versions published so far comes into force."""

    def version(
        self, organisation: int, kind: str, id: str, number: int
    ) -> DefinitionVersion | None: ...

    def newest(self, organisation: int, kind: str, id: str) -> DefinitionVersion | None:
        """The highest number, in force or not."""

    def in_force(
        self, organisation: int, kind: str, id: str, at: datetime
    ) -> DefinitionVersion | None:
        """The highest number whose `effective_from` is not after `at`."""

    def versions(self, organisation: int) -> Sequence[DefinitionVersion]:
        """All versions, by kind, id and descending number."""

    def of_kind(self, kind: str) -> Sequence[DefinitionVersion]:
        """All versions of one kind, of every organisation."""

    def bundle(self, organisation: int, bundle: str) -> Mapping[str, Any] | None:
        """The `bundle.yaml` last published."""

    def bundle_text(self, organisation: int, bundle: str) -> str:
        """The same as its author wrote it; empty where that is not known."""

    def keep_bundle(
        self,
        organisation: int,
        bundle: str,
        *,
        meta: Mapping[str, Any],
        scenarios: Sequence[KeptScenario],
        text: str = "",
    ) -> None:
        """Keeps a bundle's `bundle.yaml` (`text`: as it was written) and its scenarios, as they
        are now."""

    def scenarios(self, organisation: int, bundle: str) -> Sequence[KeptScenario]:
        """The scenarios that were last kept, in their order."""

    def bundles(self, organisation: int) -> Sequence[str]: ...

    def save_draft(self, draft: Draft) -> None:
        """Adds or replaces the draft of (kind, id)."""

    def replace_draft(self, draft: Draft, *, instead_of: str | None) -> bool:
        """Saves a draft in the place of the one with the tag `instead_of` (None: where there is
        none); False, and nothing is changed, where another one stands there."""

    def draft(self, organisation: int, kind: str, id: str) -> Draft | None: ...

    def drafts(self, organisation: int) -> Sequence[Draft]: ...

    def drop_draft(self, organisation: int, kind: str, id: str) -> None: ...

    def release(self, no: int) -> ReleaseRow | None: ...

    def every_release(self) -> Sequence[ReleaseRow]:
        """All of them, of every organisation, by number."""

    def make_release(
        self,
        organisation: int,
        *,
        process: str,
        digest: str,
        bundle: str,
        versions: Sequence[tuple[str, str, str, int, str]],
    ) -> ReleaseRow:
        """The row of that digest, added (with the next number) if it is new."""
