"""The language that authors write: model, reading, checks, digests."""

from orderloom.platform.definitions.checking import check
from orderloom.platform.definitions.compile import (
    compile_documents,
    compile_release,
    definition_digest,
)
from orderloom.platform.definitions.document import KINDS, Bundle, Document
from orderloom.platform.definitions.finding import Finding, errors
from orderloom.platform.definitions.reading import read_bundle
from orderloom.platform.definitions.references import child_processes, closure, references
from orderloom.platform.definitions.schema import schema
from orderloom.platform.definitions.shape import shape_findings
from orderloom.platform.definitions.writing import write_bundle

__all__ = [
    "KINDS",
    "Bundle",
    "Document",
    "Finding",
    "check",
    "child_processes",
    "closure",
    "compile_documents",
    "compile_release",
    "definition_digest",
    "errors",
    "read_bundle",
    "references",
    "schema",
    "shape_findings",
    "write_bundle",
]
