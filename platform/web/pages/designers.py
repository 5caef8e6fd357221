"""Which designer a kind has: its part of the page, its scripts, styles and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Designer:
    """`part`: the template inside the page. `modules`: of `static/editor`, in their order.
    `styles`: of `static`. `words`: areas of the catalogue that its scripts use. `assets`: of
    `assets.json`, scripts; `workers`: those that run in a worker."""

    part: str
    modules: tuple[str, ...]
    styles: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    workers: tuple[str, ...] = ()


# What every designer has: the bar, fields made of the schema, expressions.
SHARED: Final = Designer(
    part="",
    modules=("shell.js", "tour.js", "meanwhile.js"),
    styles=("design.css", "design_panel.css", "design_source.css"),
    words=("design", "panel", "feel", "start"),
)
# A kind without a designer of its own: every field of its schema.
FIELDS: Final = Designer(part="design_fields.html", modules=("fields.js",))
# Kinds whose definition is tried beside its fields.
TRIED: Final = ("message", "calendar", "collection", "connector", "ruleset")
DESIGNERS: Final[Mapping[str, Designer]] = {
    **{
        kind: Designer(
            part="design_kinds.html",
            modules=(f"kinds_{kind}.js",),
            styles=("design_kinds.css",),
            words=("kinds",),
        )
        for kind in TRIED
    },
    "bundle": Designer(
        part="design_bundle.html",
        modules=("bundle.js",),
        styles=("design_bundle.css",),
        words=("bundle_design",),
    ),
    "approval": Designer(
        part="design_approval.html",
        modules=("approval.js",),
        styles=("design_approval.css",),
        words=("approvals_design",),
    ),
    "decision": Designer(
        part="design_decision.html",
        modules=("grid.js",),
        styles=("design_decision.css",),
        words=("grid",),
    ),
    "form": Designer(
        part="design_form.html",
        modules=("form.js",),
        styles=("design_form.css",),
        words=("form_design",),
    ),
    "process": Designer(
        part="design_process.html",
        modules=("canvas.js",),
        styles=("design_process.css",),
        words=("canvas",),
        assets=("elk-api",),
        workers=("elk-worker",),
    ),
}


def designer_of(kind: str) -> Designer:
    """What the page of a kind loads, the shared things first."""
    own = DESIGNERS.get(kind, FIELDS)
    return Designer(
        part=own.part,
        modules=(*SHARED.modules, *own.modules),
        styles=(*SHARED.styles, *own.styles),
        words=(*SHARED.words, *own.words),
        assets=own.assets,
        workers=own.workers,
    )
