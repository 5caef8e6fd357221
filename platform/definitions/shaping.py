"""The shape of a document, as far as its kind has a schema."""

from __future__ import annotations

from orderloom.platform.definitions.document import Document
from orderloom.platform.definitions.finding import Finding


def shape_of(document: Document) -> tuple[Finding, ...]:
    """What the schema of the document's kind finds."""
    try:
        from orderloom.platform.definitions.shape import shape_findings
    except ImportError:
        return ()
    return tuple(shape_findings(document))
