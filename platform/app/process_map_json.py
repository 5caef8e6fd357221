"""Figures of a process map as JSON, for programs; lengths in microseconds."""

from __future__ import annotations

from typing import Any

from orderloom.platform.app.mining_figures import Figures, Times, times
from orderloom.platform.app.process_map_models import MapLine, MapView

Json = dict[str, Any]


def map_json(view: MapView) -> Json:
    """All figures; ways and stages by their ids."""
    found = view.figures
    query = view.query
    return {
        "process": query.process,
        "version": query.version,
        "orders": found.orders,
        "ended": found.ended,
        "failed": found.failed,
        "outcomes": dict(sorted(found.outcomes.items())),
        "length": times_json(times(found.whole)),
        "ways": [
            {
                "around": line.of[1],
                "source": line.of[2],
                "target": line.of[3],
                "count": line.count,
                **_times(line),
            }
            for line in view.edges
        ],
        "stages": [
            {"stage": line.of[1], "visits": line.count, "share": line.share, **_times(line)}
            | dict(line.more or {})
            for line in view.stages
        ],
        "variants": _variants(found),
        "people": [
            {"task": line.of[1], "person": line.of[2], "answers": line.count, **_times(line)}
            for line in view.people
        ],
        "rework": [
            {"kind": line.of[0], "id": line.of[1], "orders": line.count, **dict(line.more or {})}
            for line in view.rework
        ],
        "deviations": [
            {"code": line.of[1], "orders": line.count, **dict(line.more or {})}
            for line in view.deviations
        ],
    }


def times_json(found: Times) -> Json:
    """Lengths in microseconds."""
    return {
        "ended": found.count,
        "total": found.total,
        "mean": found.mean,
        "median": found.median,
        "p90": found.p90,
    }


def _times(line: MapLine) -> Json:
    return {} if line.times is None else {"length": times_json(line.times)}


def _variants(found: Figures) -> list[Json]:
    """All of them, also those that a page leaves out."""
    made = [
        {
            "stages": list(variant),
            "orders": lengths.orders,
            "length": times_json(times(lengths.ended)),
        }
        for variant, lengths in found.variants.items()
    ]
    return sorted(made, key=lambda each: (-each["orders"], each["stages"]))
