"""The language that authors write: model, reading, checks, digests."""

from orderloom.platform.definitions.compile import (
    compile_documents,
    compile_release,
    definition_digest,
)
from orderloom.platform.definitions.document import KINDS, Bundle, Document
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.references import child_processes, closure, references

__all__ = [
    "KINDS",
    "Bundle",
    "Document",
    "Finding",
    "child_processes",
    "closure",
    "compile_documents",
    "compile_release",
    "definition_digest",
    "references",
]
