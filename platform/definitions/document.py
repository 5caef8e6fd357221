"""One definition as read, knowing its lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from orderloom.platform.codec import Located
from orderloom.platform.definitions.finding import Finding, Severity, tell
from orderloom.platform.definitions.saying import Sayable

Path = tuple[str | int, ...]
KINDS: Final = (
    "process",
    "decision",
    "ruleset",
    "approval",
    "form",
    "message",
    "connector",
    "calendar",
    "collection",
)
LATER_KINDS: Final = ("document",)
META_FILE: Final = "bundle.yaml"
META_FILES: Final = frozenset({META_FILE, "bundle.yml", "bundle.json"})
SCENARIOS: Final = "scenarios"


@dataclass(frozen=True, slots=True)
class Document:
    """`value`: the plain definition (dict), as its author wrote it. `file`: relative to the bundle.
    `line`: where it begins, from 1. `judged`: the value whose shape was found good already.
    `text`: as its author wrote it, with comments and layout; empty where that is not known."""

    kind: str
    id: str
    file: str
    line: int
    value: Mapping[str, Any]
    located: Located = field(default_factory=lambda: Located(None), compare=False, repr=False)
    judged: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
    text: str = field(default="", compare=False, repr=False)

    def line_of(self, path: Path) -> int:
        """The line of a part, or of the nearest part around it."""
        return self.located.line(path) if self.located.lines else self.line

    def finding(
        self,
        path: Path,
        code: str,
        variant: str = "",
        *,
        hint: Sayable | None = None,
        severity: Severity = "error",
        shows: Mapping[str, Any] | None = None,
        **params: Any,
    ) -> Finding:
        """A finding at `path` of this document, in the words that `tell` finds for it.

        `params`: the values of its sentences. `hint`: better advice than the usual. `shows`: names
        and values that show it.
        """
        place = (self.file, self.line_of(path), ".".join(str(part) for part in path))
        return tell(place, code, variant, params, hint=hint, severity=severity, sample=shows)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A folder or zip as read. `meta`: its `bundle.yaml`; `meta_text`: as its author wrote it,
    empty where that is not known. `findings`: what reading and shape
    found; documents and scenarios that have some are not among `documents` and `scenarios`, but
    in `failed`. `mappings`: of the folder of this name, those of the right shape, which only checks
    look at. `unread`: kind and id, where they could be told, of those that are not even YAML.
    """

    meta: Mapping[str, Any]
    documents: tuple[Document, ...]
    scenarios: tuple[Document, ...] = ()
    findings: tuple[Finding, ...] = ()
    meta_located: Located = field(default_factory=lambda: Located(None), compare=False, repr=False)
    failed: tuple[Document, ...] = ()
    unread: frozenset[tuple[str, str]] = frozenset()
    mappings: tuple[Document, ...] = ()
    meta_text: str = field(default="", compare=False, repr=False)


def as_document(meta: Mapping[str, Any], located: Located, text: str = "") -> Document:
    """`bundle.yaml` as a document of the kind `bundle`, to be treated like the others."""
    id_ = meta.get("bundle")
    return Document(
        kind="bundle",
        id=id_ if isinstance(id_, str) else "",
        file=META_FILE,
        line=located.line(()),
        value=meta,
        located=located,
        text=text,
    )
