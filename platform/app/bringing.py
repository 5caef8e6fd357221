"""Imports orders of a bundle's mapping, publishing the bundle first where that is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle, refused_by
from orderloom.platform.app.imports import ImportReport
from orderloom.platform.app.mapping import find_mapping
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.publish import NotPublished, PublishOptions
from orderloom.platform.definitions import Bundle
from orderloom.platform.problem import Refused, Rejection


def bring_orders(
    app: Application,
    bundle: Path,
    mapping: str,
    source: Path,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ImportReport:
    """Imports by the mapping of a bundle's folder. Raises `Refused`."""
    found = find_mapping(bundle, mapping)
    publish_if_new(app, open_bundle(bundle))
    return app.imports.run(found, source, progress=progress)


def publish_if_new(app: Application, bundle: Bundle) -> None:
    """Publishes a bundle whose processes have no version yet, as the operator. Raises `Refused`."""
    if app.publish.is_published(bundle):
        return
    options = PublishOptions(tests=False, second_person=False, channel="cli")
    done = app.publish.publish(bundle, OPERATOR, options)
    if not isinstance(done, NotPublished):
        return
    if done.refused is not None:
        raise Refused(done.refused)
    if done.findings:
        raise Refused(refused_by(done.findings))
    failed = ", ".join(each.scenario for each in done.failures)
    raise Refused(Rejection("bundle.scenarios", f"Scenarios fail: {failed}", {"failed": failed}))
