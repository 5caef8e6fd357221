"""What is wrong with a bundle as far as its `bundle.yaml` can mend it: beside its own findings
those of others that name a role or a person whom the bundle does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from orderloom.platform.definitions import Bundle, Document, Finding
from orderloom.platform.definitions.diff.things import called
from orderloom.platform.definitions.document import META_FILE
from orderloom.platform.definitions.saying import Said, english

# Codes of findings, and the key of `bundle.yaml` that they lack something of.
LACKING: Final[Mapping[str, str]] = {"role.unknown": "roles", "cast.unknown": "cast"}


def findings_of_meta(bundle: Bundle, found: Iterable[Finding]) -> Iterator[Finding]:
    """Of all findings of a bundle those that are told at its `bundle.yaml`."""
    seen: set[tuple[str, str]] = set()
    for finding in found:
        if finding.file == META_FILE:
            yield finding
            continue
        key = LACKING.get(finding.code)
        document = _document(bundle, finding) if key is not None else None
        if key is None or document is None:
            continue
        said = _said(document, finding)
        message = said.in_words(english())
        if (key, message) not in seen:
            seen.add((key, message))
            line = bundle.meta_located.line((key,))
            yield replace(finding, file=META_FILE, line=line, path=key, message=message, said=said)


def _document(bundle: Bundle, finding: Finding) -> Document | None:
    """Whose finding it is: of those in one file the last that begins before its line."""
    every = (*bundle.documents, *bundle.failed, *bundle.scenarios)
    there = [each for each in every if each.file == finding.file and each.line <= finding.line]
    return max(there, key=lambda each: each.line, default=None)


def _said(document: Document, finding: Finding) -> Said:
    thing = called(document.kind, document.id, document.value)
    return Said("elsewhere", {"thing": thing, "what": finding.said or finding.message}, "bundles")
