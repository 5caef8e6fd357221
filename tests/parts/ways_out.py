"""Every address by which a site answers, filled in for the orders of the guarded bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI

from orderloom.platform.app.application import Application
from parts.guarded_bundle import SEEN_TYPES
from parts.personal_bundle import state_of

# They answer without end, or for what is nowhere.
LEFT_OUT: Final = frozenset({"/live", "/api/v1/{rest:path}"})
OF_ORDERS: Final = ("/orders", "/tasks", "/api/v1/orders", "/api/v1/tasks")
# What pages are asked for beside their address: by the beginning of a path.
ASKED: Final[Mapping[str, Sequence[str]]] = {
    "/audit": ("?process=deal", "?what=decision", "?what=task", "?v1=in+topic+eq+late"),
    "/audit/entries.csv": ("?process=deal",),
    "/audit/map": ("?process=deal",),
    "/audit/map/orders": (
        "?process=deal&of=stage&of=packing",
        "?process=deal&of=variant&of=checking+approving+packing",
    ),
    "/audit/evidence": ("?seed=a&size=3", "?orders=DL-0003"),
    "/api/v1/audit/entries": ("?process=deal&limit=200", "?what=decision"),
    "/orders": ("?status=open", "?scope=mine", "?check=completion"),
    "/api/v1/orders": ("?number=DL", "?check=ready"),
    "/tasks": ("?scope=all", "?scope=team", "?scope=done", "?scope=all&q=dl"),
    "/tasks/rows": ("?scope=all",),
    "/api/v1/tasks": ("?scope=all", "?scope=done", "?scope=unassigned"),
    "/orders/{number:path}/as-of": ("?entry=1", "?entry=8&b=1", "?entry=1&b=99&all=1"),
    "/api/v1/orders/{number:path}/as-of": ("?entry=1",),
    "/api/v1/orders/{number:path}/differences": ("?a=1", "?a=4&b=9"),
}


def templates(web: FastAPI) -> list[str]:
    """The paths of all routes that answer to GET."""
    return sorted(set(_walked(web.routes, "")) - LEFT_OUT)


def addresses(app: Application, template: str, orders: Sequence[int]) -> list[str]:
    """The path for each of the orders and things that it can be filled in with."""
    found = [template.replace(":path", "")]
    for name, values in _values(app, template, orders).items():
        place = f"{{{name}}}"
        found = [
            each.replace(place, value)
            for each in found
            for value in (values if place in each else [""])
        ]
    return [f"{each}{query}" for each in found for query in ("", *ASKED.get(template, ()))]


def _walked(routes: Sequence[Any], prefix: str) -> Iterator[str]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _walked(inner.routes, prefix + route.include_context.prefix)
        elif "GET" in (getattr(route, "methods", None) or ()):
            yield prefix + route.path


def _values(app: Application, template: str, orders: Sequence[int]) -> dict[str, list[str]]:
    states = [state_of(app, order) for order in orders]
    proofs = sorted({state.data["proof"]["sha256"] for state in states})
    kinds = ["process/deal", "decision/tier", "form/deal", "approval/deal", "ruleset/worth"]
    found = {
        "number": [state.number for state in states],
        "digest": proofs,
        "sha256": proofs,
        "seq": sorted(_seqs(app, orders)),
        "bundle": ["guarded"],
        "process": ["deal"],
        "token": ["x"],
        "key": ["x"],
    }
    if "{kind}/{id}" in template:
        return {"kind}/{id": kinds, **found}
    ids = {
        "/tasks": [f"{state.order}.{n}" for state in states for n in state.tasks],
        "/audit/people": [_id(app, "carol"), _id(app, "bob")],
        "/definitions/process": ["deal"],
        "/definitions/decision": ["tier", "levels", "checks"],
        "/definitions/ruleset": ["worth"],
        "/definitions/message": ["thanks"],
    }
    fit = (values for begin, values in ids.items() if template.startswith(begin))
    return {**found, "kind": ["process"], "id": next(fit, ["deal"])}


def _seqs(app: Application, orders: Sequence[int]) -> set[str]:
    rows = (
        row for order in orders for row in app.store.reads.entries(1, order, before=None, limit=99)
    )
    return {str(row.seq) for row in rows if row.type in SEEN_TYPES}


def _id(app: Application, login: str) -> str:
    found = app.accounts.by_login(login)
    assert found is not None
    return found.id
