"""The log as other programs read it: CSV, XES (IEEE 1849-2016), OCEL 2.0."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from parts.application import small_application
from parts.process_logs import SECRET, faults, live

from orderloom.audit.chain import link
from orderloom.audit.entry import Header, Told, decode, encode
from orderloom.audit.export import StoredEntry, Stream
from orderloom.audit.ocel import ocel
from orderloom.audit.xes import Counted, xes
from orderloom.platform.app.application import Application
from orderloom.platform.app.audit_formats import Wanted, writer
from orderloom.platform.engine.events import TYPES

AT = "2026-03-02T09:00:00.000000Z"
XES = "{http://www.xes-standard.org/}"
# What spreadsheets take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    clock = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with small_application(tmp_path_factory.mktemp("logs"), database="memory:", clock=clock) as app:
        live(app)
        yield app


def written(app: Application, format_: str, **wanted: Any) -> bytes:
    out = io.BytesIO()
    writer(format_)(app, out, Wanted(**wanted), lambda done, total: None)
    return out.getvalue()


def told(app: Application) -> list[str]:
    """The types of all events, as the entries tell them."""
    stored = (each for stream in app.store.audit.streams() for each in stream.entries)
    return [type_ for each in stored for type_, _ in decode(each.body).told()]


@pytest.mark.parametrize("format_", ["csv", "xes", "ocel2"])
def test_personal_values_stay_home_unless_they_are_asked_for(
    app: Application, format_: str
) -> None:
    words = SECRET[1:].encode()
    assert words not in written(app, format_)
    assert words not in written(app, format_, personal=False)
    assert words in written(app, format_, personal=True)


def test_a_row_of_csv_is_an_event_and_no_cell_a_formula(app: Application) -> None:
    text = written(app, "csv", personal=True).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == len(told(app))
    assert len({(row["order"], row["entry"]) for row in rows}) == app.store.audit.count()
    assert not [cell for row in rows for cell in row.values() if cell.startswith(FORMULA)]
    refused = next(row for row in rows if row["type"] == "refused")
    assert refused["order"].startswith("security")
    verdicts = [json.loads(row["facts"]) for row in rows if row["type"] == "approval.verdict"]
    assert {each["comment"] for each in verdicts} == {SECRET}
    first = next(row for row in rows if row["type"] == "order.created")
    one = written(app, "csv", order=first["order"]).decode("utf-8-sig")
    assert {row["order"] for row in csv.DictReader(io.StringIO(one))} == {first["order"]}


def test_a_trace_of_xes_is_an_order(app: Application) -> None:
    root = ElementTree.fromstring(written(app, "xes"))  # noqa: S314 - our own bytes
    prefixes = {each.get("prefix") for each in root.findall(f"{XES}extension")}
    assert prefixes == {"concept", "time", "lifecycle", "org", "orderloom"}
    traces = root.findall(f"{XES}trace")
    assert len(traces) == 5
    # Of the order that bob approved: which activity, how far it came.
    lifecycle = [
        (_of(event, "concept:name"), _of(event, "lifecycle:transition"))
        for event in traces[1].findall(f"{XES}event")
        if _of(event, "orderloom:kind") in ("stage", "task")
    ]
    assert lifecycle == [
        ("deciding", "start"),
        ("deciding", "complete"),
        ("approval", "start"),
        ("manager", "schedule"),
        ("manager", "complete"),
        ("approval", "complete"),
        ("paying", "start"),
        ("pay", "schedule"),
    ]
    assert _of(traces[1], "orderloom:definition") == "request@1"
    for event in root.iter(f"{XES}event"):
        assert datetime.fromisoformat(str(_of(event, "time:timestamp"))).tzinfo
        assert _of(event, "org:resource")


def test_ocel_keeps_its_schema_and_what_the_schema_cannot_say(
    app: Application, shared_data: Path
) -> None:
    log = json.loads(written(app, "ocel2", personal=True))
    schema = json.loads((shared_data / "process_logs/schema_ocel2.json").read_text())
    assert [error.message for error in Draft7Validator(schema).iter_errors(log)] == []
    assert faults(log) == []
    assert [each["type"] for each in log["events"]] == told(app)


def test_objects_of_ocel_say_what_an_order_was_and_became(app: Application) -> None:
    log = json.loads(written(app, "ocel2"))
    assert faults(log) == []
    types = Counter(each["type"] for each in log["objects"])
    assert {name: types[name] for name in ("order", "approval")} == {"order": 5, "approval": 3}
    assert {"user", "role", "definition", "task"} <= set(types)
    orders = [each for each in log["objects"] if each["type"] == "order"]
    stages = [one["value"] for one in orders[1]["attributes"] if one["name"] == "stage"]
    assert stages == ["deciding", "approval", "paying"]
    kinds = {each["name"]: each["attributes"] for each in log["objectTypes"]}
    assert {"name": "data.total", "type": "integer"} in kinds["order"]
    verdicts = [each for each in log["events"] if each["type"] == "approval.verdict"]
    assert {one["qualifier"] for one in verdicts[0]["relationships"]} == {
        *("order", "actor", "by", "answered", "approval")
    }


# ── any facts at all ─────────────────────────────────────────────────────────────────────────

NUMBERS = st.one_of(st.integers(-9, 9), st.decimals(-9, 9, places=2), st.booleans())
WORDS = st.one_of(NUMBERS, st.text(max_size=6), st.sampled_from(["u_1", "r:sales", "u:u_2"]))
VALUES = st.recursive(
    st.one_of(st.none(), WORDS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["by", "for", "to", "def", "n", "x", "in", "out", "kind", "data", "key", "collection", "number"]
)
ENTRIES = st.lists(
    st.tuples(st.sampled_from(sorted(TYPES)), st.dictionaries(NAMES, VALUES, max_size=4)),
    max_size=5,
)


def stream(number: int, entries: list[tuple[str, dict[str, Any]]]) -> Stream:
    """A chain with these entries; the first one creates the order."""
    created = {"order": number, "process": "p", "data": {}, "requester": "u_1", "channel": "api"}
    all_ = [("order.created", created), *entries]
    head, stored = b"\0" * 32, []
    # Every other entry tells two events.
    for seq, ((type_, facts), *also) in enumerate(batched(all_), start=1):
        header = Header(at=AT, actor="u_1", channel="api", command=seq)
        body = encode(
            type_, facts, header=header, index=0, count=1, also=[Told(*each) for each in also]
        )
        head = link(head, number, seq, body)
        stored.append(StoredEntry(seq, head, body))
    return Stream(number, f"N-{number}", len(stored), head, stored)


def batched(events: list[Any]) -> Iterator[list[Any]]:
    while events:
        yield events[: 1 + len(events) % 2]
        events = events[1 + len(events) % 2 :]


@given(st.lists(ENTRIES, max_size=2))
def test_whatever_an_entry_says_the_files_are_well_formed(
    orders: list[list[tuple[str, dict[str, Any]]]],
) -> None:
    streams = [stream(number, entries) for number, entries in enumerate(orders, start=1)]
    with io.BytesIO() as spool:
        pieces = ocel(streams, spool=spool, version=lambda process, release: process)
        assert faults(json.loads(b"".join(pieces))) == []
    counted = Counted()
    document = b"".join(
        xes(
            "log",
            streams,
            structure=lambda process, _: (process, lambda each: None),
            counted=counted,
        )
    )
    root = ElementTree.fromstring(document)  # noqa: S314 - our own bytes
    assert len(list(root.iter(f"{XES}event"))) == counted.events
    assert counted.cases == len(orders)


def _of(element: ElementTree.Element, key: str) -> str | None:
    found = element.find(f"*[@key='{key}']")
    return None if found is None else found.get("value")
