"""Samples and evidence packs of the auditor's desk: drawn, picked, taken away with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from tempfile import TemporaryFile
from typing import IO, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from orderloom.platform.app.evidence import Made, make_pack, sample
from orderloom.platform.app.evidence_sample import CRITERIA, STRATA, Sample, SampleQuery
from orderloom.platform.app.permissions import needs
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.errors import sentences, status_of
from orderloom.platform.web.file_answers import ALONE, disposition
from orderloom.platform.web.pages.audit_tabs import tabs_of
from orderloom.platform.web.pages.sending import CHANNEL
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
PERMISSION: Final = "audit.read"
# Fields of the sample's form; all others of the address are not ours.
ASKED: Final = ("seed", "size", "by", "process", "status", "outcome", "since", "until")
TYPED: Final = ("orders", "reason", "personal")
USUAL_SIZE: Final = 25
PIECE: Final = 1 << 18
_BETWEEN: Final = re.compile(r"[\s,;]+")


@router.get("/audit/evidence")
def evidence(viewer: SignedInViewer, orders: str = "") -> Response:
    """The forms, and the sample of the address if it names a seed."""
    _may(viewer)
    sent = dict(viewer.request.query_params)
    return _shown(viewer, {name: sent.get(name, "") for name in ASKED}, {"orders": orders})


@router.post("/audit/evidence")
def take(sender: FormSender) -> Response:
    """The pack as a file, or the page again with what is missing."""
    _may(sender.viewer)
    fields = sender.fields
    picked = [value for name, value in fields.pairs if name == "order"]
    typed = [each for each in _BETWEEN.split(fields.get("orders")) if each]
    file = TemporaryFile()  # noqa: SIM115 - closed when the answer has been sent
    made = make_pack(
        sender.app,
        sender.actor,
        [*picked, *typed],
        reason=fields.get("reason"),
        personal=fields.get("personal") == "included",
        out=file,
        channel=CHANNEL,
    )
    if isinstance(made, Rejection):
        file.close()
        note(sender.viewer.request, made, channel=CHANNEL)
        asked = {**dict.fromkeys(ASKED, ""), **dict(parse_qsl(fields.get("back")))}
        kept = {name: fields.get(name) for name in TYPED}
        return _shown(sender.viewer, asked, kept, picked=picked, refused=made)
    return StreamingResponse(_pieces(file), headers=_headers(file, made))


def _shown(
    viewer: Viewer,
    asked: Mapping[str, str],
    typed: Mapping[str, str],
    *,
    picked: list[str] | None = None,
    refused: Rejection | None = None,
) -> Response:
    found = _drawn(viewer, asked) if asked["seed"] else None
    if isinstance(found, Rejection):
        if refused is None:
            note(viewer.request, found, channel=CHANNEL)
        refused, found = refused or found, None
    processes = viewer.app.views.processes(viewer.actor)
    return render(
        viewer,
        "evidence.html",
        status=status_of(refused.code) if refused is not None else 200,
        shown_tabs=tabs_of(viewer.actor.permissions),
        asked={**asked, "size": asked["size"] or str(USUAL_SIZE)},
        strata=tuple(STRATA),
        processes=processes,
        titles={each.id: each.title for each in processes},
        sample=found,
        picked=[each.number for each in found.orders] if found and picked is None else picked or [],
        typed={**dict.fromkeys(TYPED, ""), **typed},
        back=urlencode({name: value for name, value in asked.items() if value}),
        refused=() if refused is None else sentences(refused, viewer.words),
    )


def _drawn(viewer: Viewer, asked: Mapping[str, str]) -> Sample | Rejection:
    size = asked["size"] or str(USUAL_SIZE)
    where = {
        name: asked[name].strip() for name in asked if name in CRITERIA and asked[name].strip()
    }
    known = size.isascii() and size.isdigit() and len(size) < 10
    query = SampleQuery(
        seed=asked["seed"].strip(), size=int(size) if known else 0, by=asked["by"], where=where
    )
    return sample(viewer.app, viewer.actor, query)


def _headers(file: IO[bytes], made: Made) -> dict[str, str]:
    name = made.orders[0] if len(made.orders) == 1 else f"{len(made.orders)}-{made.digest[:8]}"
    return {
        "Content-Disposition": disposition(f"evidence-{name}.zip"),
        "Content-Type": "application/zip",
        "Content-Length": str(file.tell()),
        "Content-Security-Policy": ALONE,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _may(viewer: Viewer) -> None:
    refused = needs(viewer.actor, PERMISSION)
    if refused is not None:
        raise Refused(refused)
