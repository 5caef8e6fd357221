"""Everything that is wrong with a bundle, at once."""

from __future__ import annotations

from orderloom.platform.definitions.checks import CHECKS
from orderloom.platform.definitions.checks.compiling import uncompiled
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.tables import tables
from orderloom.platform.definitions.document import Bundle, as_document
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.shape import shape_findings


def check(bundle: Bundle) -> tuple[Finding, ...]:
    """All findings, sorted by file, line and path; without errors: it can be published.

    Those of reading are among them. Where the shape is wrong, nothing more is told of that place.
    """
    meta = as_document(bundle.meta, bundle.meta_located)
    documents = [*bundle.documents, *bundle.scenarios, *([meta] if bundle.meta else [])]
    unjudged = [one for one in documents if one.judged is not one.value]
    told = {*bundle.findings, *(one for document in unjudged for one in shape_findings(document))}
    places = {(one.file, one.line, one.path) for one in told}
    context = Context(bundle)
    for checked in CHECKS:
        found = checked(context)
        told |= {one for one in found if (one.file, one.line, one.path) not in places}
    told |= set(tables(context, told))
    told |= set(uncompiled(context, told))
    return tuple(sorted(told, key=_place))


def _place(finding: Finding) -> tuple[str, int, str, str, str]:
    return finding.file, finding.line, finding.path, finding.code, finding.message
