"""By construction nothing leaves a scenario or a draft that is played.

Nothing that could carry an effect is reachable from the application that scenarios run on; the
modules of it may not import what could; and with every socket forbidden, walks with calls,
messages, files and watches come to their ends.
"""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
import types
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from parts.examples import EXAMPLES, folder
from parts.repository import imports, module_of, python_files

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.calls import Caller
from orderloom.platform.app.mailing import Mailing
from orderloom.platform.app.messages import Messenger
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.outbox import Outbox
from orderloom.platform.app.playing import Game
from orderloom.platform.app.playing_walk import Walk, walk_of
from orderloom.platform.app.simulate import DEFAULT_NOW, Simulate
from orderloom.platform.app.simulation import Simulation, open_world
from orderloom.platform.bootstrap import build, worker_of
from orderloom.platform.delivery.worker import Worker
from orderloom.platform.settings import Settings

# What carries an effect out of an installation: a request, a mail, a message, a file.
CARRIERS = (Caller, Messenger, Mailing, Outbox, Worker)
# Where such things are made; nothing a scenario runs on may come from there.
OUTSIDE = ("orderloom.platform.delivery", "orderloom.platform.web", "http", "httpx2", "smtplib")
OUTSIDE_LIBRARIES = ("httpx2", "smtplib", "socket", "http", "urllib.request", "ssl", "requests")
# The modules of scenarios and of play, by the beginnings of their names.
PLAYED = ("simulat", "scenario", "playing", "coverage")
# What modules of play may not even name, though it is of the same part.
CARRYING = ("outbox", "mailing", "mailroom", "file_bringing", "bringing")
# A value that says how a call went, and what the look of a request is made of.
VALUES = {
    ("platform/app/playing_requests.py", "orderloom.platform.app.outbox.Answer"),
}
Found = list[str]


# ── (a) the objects ──────────────────────────────────────────────────────────────────────────


def reachable(root: object) -> Iterator[object]:
    """Every object that can be come to from one: attributes, items, closures, bound methods.

    Modules, classes and the globals of functions are shared by all; they are not followed.
    """
    seen: set[int] = set()
    waiting: deque[object] = deque([root])
    keep = []
    while waiting:
        one = waiting.popleft()
        if id(one) in seen or isinstance(one, types.ModuleType | type):
            continue
        seen.add(id(one))
        keep.append(one)
        yield one
        waiting.extend(_next(one))


def _next(one: object) -> list[Any]:
    if isinstance(one, types.FunctionType):
        cells = [cell.cell_contents for cell in one.__closure__ or () if _is_full(cell)]
        return [*cells, *(one.__defaults__ or ()), *(one.__kwdefaults__ or {}).values()]
    if isinstance(one, types.FrameType | types.CodeType | types.TracebackType):
        return []
    return list(gc.get_referents(one))


def _is_full(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def carriers(root: object) -> Found:
    """Carriers, and instances of classes that are made outside, among what is reachable."""
    found: Found = []
    for one in reachable(root):
        home = type(one).__module__
        made_outside = any(home == each or home.startswith(f"{each}.") for each in OUTSIDE)
        if isinstance(one, CARRIERS) or made_outside or isinstance(one, socket.socket):
            found.append(f"{home}.{type(one).__qualname__}")
        if isinstance(one, types.FunctionType) and one.__module__ is not None:
            outside = any(one.__module__.startswith(f"{each}.") for each in OUTSIDE[:2])
            found += [f"{one.__module__}.{one.__qualname__}"] if outside else []
    return found


@pytest.mark.parametrize("kind", ["scenario", "play"])
def test_no_carrier_of_effects_can_be_reached(kind: str) -> None:
    bundle = open_bundle(folder("purchase-order"))
    stage: Simulation
    root: object
    if kind == "play":
        walk = walk_of(bundle.scenarios[0].value)
        assert isinstance(walk, Walk)
        game = Game(bundle, walk, OPERATOR)
        game.begin()
        stage, root = game.stage, game
    else:
        stage = Simulation(bundle, DEFAULT_NOW, list(bundle.meta["cast"]))
        root = stage
    try:
        assert sum(1 for _ in reachable(root)) > 1000
        assert carriers(root) == []
    finally:
        stage.close()


def test_the_walk_over_objects_finds_what_is_there(tmp_path: Path) -> None:
    """A real installation with a worker has all of it: the same look at it is not empty."""
    app = build(Settings(home=tmp_path, smtp="smtp://127.0.0.1:1", mail_from="a@b.example"))
    try:
        found = carriers(worker_of(app))
    finally:
        app.close()
    names = {each.rpartition(".")[2] for each in found}
    assert {"Worker", "Outbox", "Caller", "Messenger", "Mailing"} <= names


def test_one_port_too_many_is_found() -> None:
    bundle = open_bundle(folder("purchase-order"))
    stage = Simulation(bundle, DEFAULT_NOW, [])
    try:
        from orderloom.platform.delivery.http_sender import HttpSender

        sender = object.__new__(HttpSender)
        stage._app.runner.committed = lambda *given: sender  # type: ignore[assignment]
        assert carriers(stage) != []
    finally:
        stage.close()


# ── (b) the imports ──────────────────────────────────────────────────────────────────────────


def wrong_imports(name: str, imported: list[str]) -> Found:
    """Imports of a module of scenarios or play that could bring in something that carries."""
    wrong = []
    for each in imported:
        bare = each.removeprefix("orderloom.platform.")
        outside = bare.startswith(("delivery", "web", "bootstrap", "cli"))
        library = any(each == one or each.startswith(f"{one}.") for one in OUTSIDE_LIBRARIES)
        carrying = any(bare == f"app.{one}" or bare.startswith(f"app.{one}.") for one in CARRYING)
        if outside or library or (carrying and (name, each) not in VALUES):
            wrong.append(f"{name} imports {each}")
    return wrong


def played() -> list[str]:
    """The modules of scenarios and of play."""
    names = python_files("platform/app")
    return [name for name in names if Path(name).name.startswith(PLAYED)]


def test_modules_of_play_import_nothing_that_carries() -> None:
    assert {Path(name).stem for name in played()} >= {"simulation", "playing", "playing_stage"}
    wrong = [
        each
        for name in played()
        for each in wrong_imports(name, [imported for _, imported in imports(name)])
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "imported",
    [
        "orderloom.platform.delivery.http_sender.HttpSender",
        "orderloom.platform.delivery",
        "orderloom.platform.app.outbox.Outbox",
        "orderloom.platform.app.mailing.Mailing",
        "socket",
        "httpx2.Client",
    ],
)
def test_the_rule_of_imports_bites(imported: str) -> None:
    assert wrong_imports("platform/app/playing.py", [imported]) != []


def test_scenarios_load_no_delivery_at_all() -> None:
    """What `app.simulation` and `app.playing` bring in, in a process of their own."""
    modules = [module_of(name) for name in played()]
    code = (
        f"import sys\nfor each in {modules!r}: __import__(each)\n"
        "print([m for m in sys.modules if m.startswith('orderloom.platform.delivery')"
        " or m in ('httpx2', 'smtplib')])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert ran.stdout.strip() == "[]"


# ── (c) the sockets ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every way to another machine or process fails and is written down."""
    tried: list[Any] = []

    def refuse(*given: Any, **named: Any) -> Any:
        tried.append(given[1:] or given)
        raise AssertionError(f"a socket was to be used: {given[1:]}")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    return tried


def test_a_forbidden_socket_fails(no_sockets: list[Any]) -> None:
    with socket.socket() as one, pytest.raises(AssertionError, match="socket"):
        one.connect(("127.0.0.1", 9))
    assert no_sockets == [(("127.0.0.1", 9),)]


@pytest.mark.parametrize("name", EXAMPLES)
def test_walks_with_calls_messages_and_files_use_no_socket(
    name: str, no_sockets: list[Any]
) -> None:
    bundle = open_bundle(folder(name))
    wanted = sorted(bundle.scenarios, key=lambda each: -_weight(each.value))[:2]
    calls = messages = 0
    for scenario in wanted:
        walk = walk_of(scenario.value)
        assert isinstance(walk, Walk)
        game = Game(bundle, walk, OPERATOR)
        try:
            game.begin()
            assert game.stopped is None
            sent = [each for step in game.told(lambda text, names: text) for each in step.sent]
        finally:
            game.close()
        calls += sum(1 for each in sent if each.kind == "call")
        messages += sum(1 for each in sent if each.kind == "message")
    assert messages > 0
    assert calls + messages > 1
    played_again = replace(bundle, scenarios=tuple(wanted))
    assert all(each.passed for each in Simulate(open_world).scenarios(played_again))
    assert no_sockets == []


def _weight(scenario: Any) -> int:
    return len((scenario.get("given") or {}).get("calls") or {}) * 100 + len(scenario["steps"])
