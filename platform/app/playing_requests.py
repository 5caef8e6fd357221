"""The request that a call would have been, to be looked at: nothing can send it from here."""

from __future__ import annotations

from typing import Final

from orderloom.platform.app.calls import request_of
from orderloom.platform.app.outbox import Answer
from orderloom.platform.definitions.model import Release
from orderloom.platform.store.work_rows import Job

# What stands for a secret: a walk knows none.
HIDDEN: Final = "•••"


def request_shown(release: Release, job: Job) -> tuple[str, str]:
    """Method and address, and the body as text; or empty and why there can be no request."""
    reference = str(job.body.get("connector"))
    connector = release.connectors.get(reference) or {}
    operation = (connector.get("operations") or {}).get(job.body.get("operation"))
    if operation is None:
        return "", ""
    made = request_of(
        connector,
        operation,
        job.body.get("args") or {},
        f"{job.order}.{job.n}",
        lambda name: HIDDEN,
    )
    if isinstance(made, Answer):
        return "", str((made.error or {}).get("message") or "")
    return f"{made.method} {made.url}", (made.body or b"").decode("utf-8", "replace")
