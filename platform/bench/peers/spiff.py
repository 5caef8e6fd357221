"""SpiffWorkflow at the reference work: eight transitions of an order, each read from its SQLite
row, carried out, and written back durably.

It is spared forms, decisions, permissions and an audit. *Specs in memory* keeps the process out of
the stored text, which is faster than the serialisation it comes with (*default*).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from orderloom.platform.bench.contestant import Work
from orderloom.platform.bench.reference_bundle import EVENTS
from orderloom.platform.bench.reference_rows import DATA
from orderloom.platform.codec import loads

WAITS: Final = ("manager", "finance", *EVENTS, "closed")
CREATE: Final = "CREATE TABLE spiff (id integer PRIMARY KEY, done integer NOT NULL, state text)"


def installed() -> bool:
    """Whether it can be measured here."""
    return find_spec("SpiffWorkflow") is not None


@contextmanager
def opened(file: Path, *, in_memory: bool) -> Iterator[Work]:
    """The work on an empty database."""
    spec = _spec()
    serializer = _serializer(spec if in_memory else None)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(CREATE)
        done = 0

        def work(orders: int) -> None:
            nonlocal done
            for order in range(done, done + orders):
                _order(connection, order, spec, serializer)
            done += orders

        yield work


def _order(connection: sqlite3.Connection, order: int, spec: Any, serializer: Any) -> None:
    workflow = import_module("SpiffWorkflow.bpmn").BpmnWorkflow(spec)
    workflow.data["order"] = loads(DATA)
    workflow.do_engine_steps()
    state = serializer.serialize_json(workflow)
    connection.execute("INSERT INTO spiff VALUES (?, 0, ?)", (order, state))
    for _ in WAITS:
        _transition(connection, order, serializer)


def _transition(connection: sqlite3.Connection, order: int, serializer: Any) -> None:
    connection.execute("BEGIN IMMEDIATE")
    rows = connection.execute("SELECT state FROM spiff WHERE id = ?", (order,))
    workflow = serializer.deserialize_json(rows.fetchone()[0])
    (task,) = workflow.get_tasks(state=_ready(), manual=True)
    task.run()
    workflow.do_engine_steps()
    values = (workflow.is_completed(), serializer.serialize_json(workflow), order)
    connection.execute("UPDATE spiff SET done = ?, state = ? WHERE id = ?", values)
    connection.execute("COMMIT")


def _ready() -> Any:
    return import_module("SpiffWorkflow.util.task").TaskState.READY


def _spec() -> Any:
    parser = import_module("SpiffWorkflow.bpmn.parser").BpmnParser()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "reference.bpmn"
        file.write_text(_bpmn(), encoding="utf-8")
        parser.add_bpmn_file(str(file))
    return parser.get_spec("reference")


def _bpmn() -> str:
    """Manual tasks in a row."""
    nodes = ["start", *WAITS, "end"]
    kinds = {"start": "startEvent", "end": "endEvent"}
    flows = "".join(
        f'<sequenceFlow id="f-{n}" sourceRef="{one}" targetRef="{other}"/>'
        for n, (one, other) in enumerate(pairwise(nodes))
    )
    steps = "".join(
        f'<{kinds.get(name, "manualTask")} id="{name}" name="{name}">'
        + (f"<incoming>f-{n - 1}</incoming>" if n else "")
        + (f"<outgoing>f-{n}</outgoing>" if n < len(nodes) - 1 else "")
        + f"</{kinds.get(name, 'manualTask')}>"
        for n, name in enumerate(nodes)
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="bench">'
        f'<process id="reference" name="reference" isExecutable="true">{steps}{flows}</process>'
        "</definitions>"
    )


def _serializer(spec: Any | None) -> Any:
    """With a spec, the stored text leaves the process out and every order shares this one."""
    module = import_module("SpiffWorkflow.bpmn.serializer")
    if spec is None:
        return module.BpmnWorkflowSerializer()
    defaults = import_module("SpiffWorkflow.bpmn.serializer.config").DEFAULT_CONFIG
    plain = import_module("SpiffWorkflow.bpmn.serializer.default.workflow").BpmnWorkflowConverter

    class Shared(plain):  # type: ignore[misc, valid-type]
        def to_dict(self, workflow: Any) -> Any:
            shared, workflow.spec = workflow.spec, None
            try:
                return super().to_dict(workflow)
            finally:
                workflow.spec = shared

        def from_dict(self, stored: Any) -> Any:
            return super().from_dict({**stored, "spec": spec})

    workflow_type = import_module("SpiffWorkflow.bpmn").BpmnWorkflow
    registry = module.BpmnWorkflowSerializer.configure({**defaults, workflow_type: Shared})
    return module.BpmnWorkflowSerializer(registry)
