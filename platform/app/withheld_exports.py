"""Exports for somebody: programs get entries without what is kept from them; proofs are whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from orderloom.audit.export import Stream
from orderloom.platform.app.application import Application
from orderloom.platform.app.audit_formats import Wanted
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.reading import Seen
from orderloom.platform.app.veiled import Veil
from orderloom.platform.app.withheld import perhaps_withheld_from
from orderloom.platform.problem import Refused, Rejection


def may_export(wanted: Wanted) -> None:
    """Raises `Refused` for a viewer who may not read the audit."""
    refused = needs(wanted.viewer, "audit.read") if wanted.viewer is not None else None
    if refused is not None:
        raise Refused(refused)


def may_export_whole(app: Application, wanted: Wanted) -> None:
    """Raises `Refused` where the form of any order keeps something from the viewer: an entry whose
    hash is to be checked cannot be told in part."""
    may_export(wanted)
    actor = wanted.viewer
    if actor is None:
        return
    for row in app.store.definitions.every_release():
        if perhaps_withheld_from(actor, app.registry.by_no(row.no).form):
            message = "Fields of orders are kept from the viewer."
            raise Refused(Rejection("audit.whole", message, {"login": actor.name or actor.id}))


def for_viewer(app: Application, wanted: Wanted, streams: Iterator[Stream]) -> Iterator[Stream]:
    """The streams with a word in the place of what is kept from the viewer. Hashes stay those of
    the whole entries, which these bodies then do not give."""
    for stream in streams:
        seen = app.views.desk.see_id(wanted.viewer, stream.stream) if wanted.viewer else None
        yield _veiled(seen, stream) if isinstance(seen, Seen) and seen.hidden else stream


def _veiled(seen: Seen, stream: Stream) -> Stream:
    veil = Veil(seen)
    shown = (replace(each, body=veil.veiled(each.body), trace=None) for each in stream.entries)
    return replace(stream, entries=shown)
