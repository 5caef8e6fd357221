"""Definitions as large as somebody may draw them: 300 stages, 2,000 rows, 200 fields."""

from __future__ import annotations

from typing import Any, Final

from orderloom.platform.app.application import Application
from orderloom.platform.app.drafting import DraftView
from orderloom.platform.app.starting import Beginning, Begun
from orderloom.platform.codec.yaml_rewrite import rewritten
from orderloom.platform.engine.commands import Actor

BUNDLE: Final = "large"
STAGES: Final = 300
ROWS: Final = 2_000
FIELDS: Final = 200


def large_drafts(app: Application, actor: Actor, role: str) -> None:
    """Saves them as drafts of a bundle of their own, whose id they share. Raises `RuntimeError`."""
    begun = app.starting.begin(
        actor, Beginning(bundle=BUNDLE, title="Large", starts=role, approves=role)
    )
    if not isinstance(begun, Begun):
        raise RuntimeError(f"no bundle: {begun}")
    for value in (_process(role), _form(), _decision()):
        kind, id_ = str(value["kind"]), BUNDLE
        there = app.drafting.one(actor, kind, id_)
        tag = there.tag if isinstance(there, DraftView) else None
        saved = app.drafting.save(actor, kind, id_, rewritten("", value), tag=tag, bundle=BUNDLE)
        if not isinstance(saved, DraftView):
            raise RuntimeError(f"not saved: {saved}")


def _process(role: str) -> dict[str, Any]:
    stages: dict[str, Any] = {
        f"stage-{n}": {
            "title": f"Stage {n}",
            "do": [{"task": f"work-{n}", "title": f"Work {n}", "by": role}],
            "done": f"stage-{n + 1}" if n < STAGES else "closed",
            "on": {"skip": f"stage-{min(n + 3, STAGES)}"},
        }
        for n in range(1, STAGES + 1)
    }
    stages["closed"] = {"type": "final", "outcome": "completed"}
    return {
        "kind": "process",
        "id": BUNDLE,
        "title": "Large",
        "form": BUNDLE,
        "start": {"by": [role]},
        "events": {"skip": {"title": "Skip", "by": [role]}},
        "stages": stages,
    }


def _form() -> dict[str, Any]:
    names = [f"field_{n}" for n in range(FIELDS)]
    return {
        "kind": "form",
        "id": BUNDLE,
        "title": "Large",
        "schema": {
            "type": "object",
            "properties": {
                "amount": {"type": "number"},
                "country": {"type": "string"},
                **{name: {"type": "string", "maxLength": 200} for name in names},
            },
        },
        "labels": {name: name.replace("_", " ").capitalize() for name in names},
        "layout": [{"section": "All", "fields": ["amount", "country", *names]}],
    }


def _decision() -> dict[str, Any]:
    countries = ("PL", "SK", "CZ", "DE")
    rows = [
        {
            "id": f"row-{n}",
            "when": {"amount": f"[{n * 10}..{n * 10 + 10})", "country": f'"{countries[n % 4]}"'},
            "then": {"level": n % 7},
        }
        for n in range(ROWS)
    ]
    return {
        "kind": "decision",
        "id": BUNDLE,
        "title": "Large",
        "hit": "FIRST",
        "inputs": [
            {"name": "amount", "value": "amount", "type": "number"},
            {"name": "country", "value": "country", "type": "string"},
        ],
        "outputs": [{"name": "level", "type": "number"}],
        "rules": [*rows, {"id": "rest", "then": {"level": 0}}],
    }
