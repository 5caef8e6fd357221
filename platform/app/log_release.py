"""A process of a bundle, compiled to be replayed through; nothing is published."""

from __future__ import annotations

from orderloom.platform.app.bundles import refused_by
from orderloom.platform.definitions import Bundle, check
from orderloom.platform.definitions.compile import compile_documents
from orderloom.platform.definitions.model import Release
from orderloom.platform.problem import Refused, Rejection


def release_of(bundle: Bundle, process: str | None) -> Release:
    """Raises `Refused` where the bundle has errors, or not this process."""
    errors = [each for each in check(bundle) if each.severity == "error"]
    if errors:
        raise Refused(refused_by(errors))
    ids = [each.id for each in bundle.documents if each.kind == "process"]
    wanted = process or (ids[0] if len(ids) == 1 else "")
    if wanted not in ids:
        params = {"process": wanted or ", ".join(ids)}
        raise Refused(Rejection("process.unknown", f"there is no process {wanted}", params))
    documents = [{"kind": each.kind, "id": each.id, **each.value} for each in bundle.documents]
    return compile_documents(documents, process=wanted, meta=bundle.meta)
