"""Loads XES and OCEL 2.0 in pm4py and compares its figures with ours; run in pm4py's environment.

Exit code 1, and what differs, where anything does.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

with contextlib.redirect_stdout(io.StringIO()):
    import pm4py
    from pm4py.objects.log.importer.xes import importer

CASE, NAME, AT = "case:concept:name", "concept:name", "time:timestamp"
# pm4py counts seconds as doubles.
CLOSE = 0.001


def main(folder: Path) -> int:
    ours = json.loads((folder / "map.json").read_text(encoding="utf-8"))
    entries, orders = map(int, (folder / "counted").read_text(encoding="utf-8").split())
    frame = _xes(folder / "log.xes")
    wrong = [
        *_differ("orders", frame[CASE].nunique(), ours["orders"], orders),
        *_stages(frame, ours),
        *_people(frame, ours),
        *_ocel(folder / "log.jsonocel", entries, orders),
    ]
    for each in wrong:
        print(f"differs: {each}")
    return 1 if wrong else 0


def _xes(path: Path) -> Any:
    parameters = {importer.Variants.ITERPARSE.value.Parameters.SHOW_PROGRESS_BAR: False}
    log = importer.apply(str(path), parameters=parameters)
    frame = pm4py.convert_to_dataframe(log)
    print(f"xes: {len(frame)} events, {frame[CASE].nunique()} cases, {frame[NAME].nunique()} names")
    return frame


def _stages(frame: Any, ours: dict[str, Any]) -> list[str]:
    """Directly-follows graph with mean and median times on each level, and the variants."""
    entered = frame[
        (frame["orderloom:kind"] == "stage") & (frame["lifecycle:transition"] == "start")
    ].copy()
    inner = {way["around"] for way in ours["ways"]} - {""}
    # A case of a level is a visit of the stage around; at the top it is the order.
    within = entered["orderloom:within"].fillna("").astype(str)
    entered["level"] = [each.rpartition(".")[0] for each in within]
    entered["visit"] = entered[CASE].astype(str) + "/" + within
    theirs: dict[tuple[str, str, str], dict[str, float]] = {}
    for level, part in entered.groupby("level"):
        if level == "doing":
            # Its parts run side by side: none follows another.
            continue
        part = part.copy()
        part[CASE] = part["visit"]
        counts, _, _ = pm4py.discover_dfg(part)
        for (source, target), count in counts.items():
            theirs[level, source, target] = {"count": count}
        for measure in ("mean", "median"):
            found, _, _ = pm4py.discover_performance_dfg(part, perf_aggregation_key=measure)
            for (source, target), seconds in found.items():
                value = seconds[measure] if isinstance(seconds, dict) else seconds
                theirs[level, source, target][measure] = value
    mine = {
        (way["around"], way["source"], way["target"]): {
            "count": way["count"],
            "mean": way["length"]["mean"] / 1e6,
            "median": way["length"]["median"] / 1e6,
        }
        for way in ours["ways"]
    }
    wrong = _differ("ways", sorted(theirs), sorted(mine))
    for way in sorted(set(theirs) & set(mine)):
        for measure, value in mine[way].items():
            if abs(theirs[way][measure] - value) > CLOSE:
                wrong.append(f"{measure} of {way}: {theirs[way][measure]}, ours {value}")
    parents = {"review", "doing", "goods", "money"}
    leaves = entered[~entered[NAME].isin(parents)]
    variants = {
        tuple(variant): count if isinstance(count, int) else len(count)
        for variant, count in pm4py.get_variants(leaves).items()
    }
    own = {tuple(each["stages"]): each["orders"] for each in ours["variants"] if each["stages"]}
    wrong += _differ("variants", variants, own)
    print(
        f"ways: {len(mine)} with counts, means and medians, inside {sorted(inner)} and at the top"
    )
    print(f"variants: {len(own)}")
    return wrong


def _people(frame: Any, ours: dict[str, Any]) -> list[str]:
    """From being asked to the answer: the same piece of work scheduled and completed."""
    tasks = frame[frame["orderloom:kind"] == "task"]
    asked: dict[tuple[str, str], Any] = {}
    theirs: dict[tuple[str, str], list[float]] = {}
    columns = [CASE, "concept:instance", NAME, "lifecycle:transition", "org:resource", AT]
    for case, instance, name, transition, who, at in tasks[columns].itertuples(index=False):
        if transition == "schedule":
            asked[case, instance] = at
        elif transition == "complete":
            spent = (at - asked[case, instance]).total_seconds()
            theirs.setdefault((name, who), []).append(spent)
    wrong = []
    mine = {(each["task"], each["person"]): each for each in ours["people"]}
    wrong += _differ("approvers", sorted(theirs), sorted(mine))
    for key in sorted(set(theirs) & set(mine)):
        mean = sum(theirs[key]) / len(theirs[key])
        if len(theirs[key]) != mine[key]["answers"] or (
            abs(mean - mine[key]["length"]["mean"] / 1e6) > CLOSE
        ):
            wrong.append(f"approver {key}: {len(theirs[key])} answers in {mean} s")
    print(f"approvers: {len(mine)}")
    return wrong


def _ocel(path: Path, entries: int, orders: int) -> list[str]:
    log = pm4py.read_ocel2_json(str(path))
    written = json.loads(path.read_text(encoding="utf-8"))
    types = Counter(log.objects[log.object_type_column])
    own = Counter(each["type"] for each in written["objects"])
    # pm4py keeps one relation of an event to an object, whatever its qualifiers.
    relations = sum(
        len({one["objectId"] for one in each["relationships"]}) for each in written["events"]
    )
    told = (len(log.events), len(log.objects), len(log.relations))
    print("ocel: {} events, {} objects, {} relations".format(*told))
    return [
        *_differ("events of ocel", len(log.events), entries),
        *_differ("objects of ocel by type", dict(types), dict(own)),
        *_differ("orders of ocel", types["order"], orders),
        *_differ("relations of ocel", len(log.relations), relations),
    ]


def _differ(what: str, theirs: object, *ours: object) -> list[str]:
    return [f"{what}: {theirs!r}, ours {each!r}" for each in ours if each != theirs]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
