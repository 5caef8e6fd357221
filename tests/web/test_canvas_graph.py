"""A process as a graph, and what is done to it: every form of writing, and what is no process."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from parts.asking import ask
from parts.examples import EXAMPLES, folder
from parts.site import Site
from playwright.sync_api import Browser, Page

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.web.static_files import module_url

GRAPH = """async ([address, text]) => {
  const { graphOf } = await import(address);
  const graph = graphOf(JSON.parse(text));
  const edges = [...graph.leads].flatMap(([key, all]) => all.map((e) =>
    `${key} ${e.trigger} ${e.event}${e.guard ? ` [${e.guard}]` : ""} ${e.target ?? "-"}`));
  const nodes = [...graph.nodes.values()].map((n) =>
    `${n.key} ${n.kind} ${n.parent ?? "-"}${n.first ? " first" : ""}`);
  return {nodes, edges};
}"""
EDIT = """async ([folder, module, verb, text, rest]) => {
  const found = await import(`${folder}/${module}.js`);
  const value = JSON.parse(text);
  const answer = found[verb](value, ...rest);
  return [value, answer ?? null];
}"""
LAYOUT = """async ([folder, text]) => {
  const { graphOf } = await import(`${folder}/graph.js`);
  const { arrange } = await import(`${folder}/layout.js`);
  const { rowsOf } = await import(`${folder}/layout_place.js`);
  const { allRoutes } = await import(`${folder}/layout_routes.js`);
  const graph = graphOf(JSON.parse(text));
  const measure = () => ({width: 60, height: 16});
  const { boxes } = await arrange(graph, measure, async (level) => rowsOf(level));
  const routes = allRoutes(graph, boxes, new Map(), measure);
  return {boxes: [...boxes], routes: [...routes], leaves: [...graph.nodes.values()]
    .filter((n) => !n.children.length).map((n) => n.key), edges: graph.edges.map((e) => e.key)};
}"""

# Stages placed by hand, below and beside each other; those that are new come after them.
PLACED = """async ([folder, text, placed, fresh]) => {
  const { graphOf } = await import(`${folder}/graph.js`);
  const { around } = await import(`${folder}/layout.js`);
  const { freePlace, makeRoom } = await import(`${folder}/layout_place.js`);
  const graph = graphOf(JSON.parse(text));
  const places = new Map(Object.entries(placed));
  for (const key of fresh) {
    const node = graph.nodes.get(key);
    places.set(key, freePlace(graph, node, places));
    makeRoom(graph, node, places);
  }
  return [...around(graph, places)];
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, live_site: Site) -> Iterator[Page]:
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(f"{live_site.url}/sign-in")
    yield opened
    context.close()


FOLDER = module_url("graph.js").rpartition("/")[0]
FORMS: dict[str, tuple[Any, list[str], list[str]]] = {
    "short": (
        {"stages": {"a": {"on": {"go": "b"}, "done": "b"}, "b": {"type": "final"}}},
        ["a plain - first", "b final -"],
        ["a on go b", "a done done b"],
    ),
    "lists": (
        {
            "initial": "b",
            "stages": [
                {"id": "a", "always": [{"if": "x > 1", "to": "b"}, "b", {"actions": []}]},
                {"id": "b", "after": [{"after": "P1D", "to": "a"}, {"every": "P1M"}]},
            ],
        },
        ["a plain -", "b plain - first"],
        [
            "a always  [x > 1] b",
            "a always  b",
            "a always  -",
            "b after P1D a",
            "b after P1M -",
        ],
    ),
    "inner": (
        {
            "on": {"stop": {"to": ["c", "d"]}},
            "stages": {
                "p": {
                    "type": "parallel",
                    "stages": {"r": {"stages": {"c": None}}, "s": {"stages": [{"id": "d"}]}},
                },
                "q": {
                    "initial": "y",
                    "stages": {"h": {"type": "history", "to": "x"}, "x": {}, "y": {}},
                },
            },
        },
        [
            "p parallel - first",
            "r compound p",
            "c plain r first",
            "s compound p",
            "d plain s first",
            "q compound -",
            "h history q",
            "x plain q",
            "y plain q first",
        ],
        ["* on stop c", "* on stop d", "h history  x"],
    ),
    "activities": (
        {
            "stages": {
                "a": {
                    "do": [
                        {"approval": "check@7", "on": {"approved": "b"}},
                        {"call": "erp.make", "on": {"failed": [{"to": "a", "if": "n < 3"}, "b"]}},
                    ],
                    "after": {"P2D": {"actions": [{"notify": "late"}]}},
                },
                "b": {"type": "final"},
            }
        },
        ["a plain - first", "b final -"],
        [
            "a activity approved b",
            "a activity failed [n < 3] a",
            "a activity failed b",
            "a after P2D -",
        ],
    ),
    "nothing there": ({"stages": {"a": {"on": {"go": "z"}}}}, ["a plain - first"], ["a on go z"]),
    "twice": (
        {"stages": {"a": {}, "b": {"stages": {"a": {"done": "a"}}}}},
        ["a plain - first", "b compound -", "a~2 plain b first"],
        ["a~2 done done a"],
    ),
}


@pytest.mark.parametrize("name", list(FORMS))
def test_every_form_is_read(page: Page, name: str) -> None:
    value, nodes, edges = FORMS[name]
    found = ask(page, GRAPH, [module_url("graph.js"), json.dumps(value)])
    assert found == {"nodes": nodes, "edges": edges}


HOSTILE: list[Any] = [
    None,
    [],
    "stages",
    {},
    {"stages": None},
    {"stages": [None, 1, "a", [], {"id": 7}, {"id": {"a": 1}}]},
    {"stages": {"a": 1, "b": [], "c": "x", "": {}}, "initial": {"a": 1}, "holds": [1]},
    {"stages": {"a": {"on": [1], "done": 5, "always": [None, [["b"]]], "do": {"x": 1}}}},
    {"stages": {"a": {"do": [None, 5, {"on": 5}, {"task": None, "on": {"x": None}}], "after": 5}}},
    {"stages": {"a": {"stages": {"a": {"stages": {"a": None}}}}}},
    {"events": {"e": 5}, "on": {"e": {"to": [1, None, "a"]}}, "stages": {"__proto__": {}, "a": {}}},
    {"stages": {"a": {"entry": {"undo": 1}, "exit": [None], "title": {"en": 5}}}},
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_what_is_no_process_is_read_all_the_same(page: Page, number: int) -> None:
    text = json.dumps(HOSTILE[number])
    assert ask(page, GRAPH, [module_url("graph.js"), text])["nodes"] is not None
    assert ask(page, LAYOUT, [FOLDER, text])["boxes"] is not None


LISTED: dict[str, Any] = {
    "initial": "b",
    "holds": {"h": {"by": ["x"], "stops": "b"}},
    "on": {"stop": ["b", {"if": 'active("b")', "to": "c"}]},
    "stages": [
        {"id": "a", "title": 'go to active("b")', "on": {"go": {"to": ["b", "c"]}}, "done": ["b"]},
        {
            "id": "b",
            "do": [{"compensate": "b"}],
            "always": [{"if": 'not(active( "b" ))', "to": "b"}],
        },
        {"id": "c", "type": "final"},
    ],
}
EDITS: dict[str, tuple[str, str, list[Any], dict[str, Any]]] = {
    "rename": (
        "graph_edits",
        "renameStage",
        ["b", "z"],
        {
            "initial": "z",
            "holds": {"h": {"by": ["x"], "stops": "z"}},
            "on": {"stop": ["z", {"if": 'active("z")', "to": "c"}]},
            "stages": [
                {**LISTED["stages"][0], "on": {"go": {"to": ["z", "c"]}}, "done": ["z"]},
                {
                    "id": "z",
                    "do": [{"compensate": "z"}],
                    "always": [{"if": 'not(active( "z" ))', "to": "z"}],
                },
                {"id": "c", "type": "final"},
            ],
        },
    ),
    "delete": (
        "graph_edits",
        "deleteStages",
        [["b"]],
        {
            "holds": {"h": {"by": ["x"], "stops": []}},
            "on": {"stop": [{"if": 'active("b")', "to": "c"}]},
            "stages": [
                {"id": "a", "title": 'go to active("b")', "on": {"go": {"to": ["c"]}}},
                {"id": "c", "type": "final"},
            ],
        },
    ),
    "group": (
        "graph_edits",
        "groupStages",
        [["c", "b"], {"id": "g", "title": "G"}],
        {
            **LISTED,
            "initial": "g",
            "stages": [
                LISTED["stages"][0],
                {
                    "id": "g",
                    "title": "G",
                    "stages": {
                        "b": {
                            key: each for key, each in LISTED["stages"][1].items() if key != "id"
                        },
                        "c": {"type": "final"},
                    },
                },
            ],
        },
    ),
    "a clock with a condition": (
        "graph_links",
        "connect",
        ["b", "c", {"trigger": "after", "event": "P2D", "guard": "late"}],
        {
            **LISTED,
            "stages": [
                LISTED["stages"][0],
                {**LISTED["stages"][1], "after": {"P2D": {"if": "late", "to": "c"}}},
                LISTED["stages"][2],
            ],
        },
    ),
    "from any stage": (
        "graph_links",
        "connect",
        [None, "a", {"trigger": "on", "event": "again"}],
        {**LISTED, "on": {**LISTED["on"], "again": "a"}},
    ),
    "without a condition there is one": (
        "graph_links",
        "connect",
        [None, "a", {"trigger": "on", "event": "stop"}],
        {**LISTED, "on": {"stop": ["a", LISTED["on"]["stop"][1]]}},
    ),
    "of several targets one is led elsewhere": (
        "graph_links",
        "retarget",
        [["stages", 0, "on", "go"], "a", 1],
        {
            **LISTED,
            "stages": [
                {**LISTED["stages"][0], "on": {"go": {"to": ["b", "a"]}}},
                *LISTED["stages"][1:],
            ],
        },
    ),
    "out of a list into a stage": (
        "graph_edits",
        "moveStages",
        [["c", "b"], {"parent": "a"}],
        {
            **LISTED,
            "stages": [
                {
                    **LISTED["stages"][0],
                    "stages": {
                        "b": {
                            key: each for key, each in LISTED["stages"][1].items() if key != "id"
                        },
                        "c": {"type": "final"},
                    },
                }
            ],
        },
    ),
    "a new transition with a condition comes before the one without": (
        "graph_links",
        "connect",
        ["a", "c", {"trigger": "done", "guard": "x"}],
        {
            **LISTED,
            "stages": [
                {**LISTED["stages"][0], "done": [{"if": "x", "to": "c"}, "b"]},
                *LISTED["stages"][1:],
            ],
        },
    ),
}


@pytest.mark.parametrize("name", list(EDITS))
def test_stages_written_as_a_list(page: Page, name: str) -> None:
    module, verb, rest, expected = EDITS[name]
    value, _ = ask(page, EDIT, [FOLDER, module, verb, json.dumps(LISTED), rest])
    assert value == expected
    assert json.dumps(value["stages"]) == json.dumps(expected["stages"])


def test_stages_of_the_examples_lie_apart_and_ways_go_around_them(page: Page) -> None:
    for value in _processes():
        found = ask(page, LAYOUT, [FOLDER, json.dumps(value, default=str)])
        boxes, leaves = dict(found["boxes"]), found["leaves"]
        for place, one in enumerate(leaves):
            for other in leaves[place + 1 :]:
                assert not _overlap(boxes[one], boxes[other]), (one, other)
        routes = dict(found["routes"])
        assert set(found["edges"]) <= set(routes)
        for key, route in routes.items():
            points = route["points"]
            assert all(_straight(a, b) for a, b in itertools.pairwise(points)), key


def test_new_stages_make_room_among_those_placed_by_hand(page: Page) -> None:
    inner = {f"i{n}": {"done": f"i{n + 1}"} for n in range(5)}
    outer = {"a": {}, "p": {"stages": {"q": {"stages": inner}, "x": {}}}}
    value = {"stages": {**outer, "z": {}, "below": {}, "new": {}}}
    placed = {
        "a": {"x": 0, "y": -140},
        "i0": {"x": 40, "y": 0},
        "i1": {"x": 40, "y": 90},
        "x": {"x": 40, "y": 180},
        "z": {"x": 330, "y": 90},
        "below": {"x": 40, "y": 300},
    }
    fresh = ["i2", "i3", "i4", "new"]
    boxes = dict(ask(page, PLACED, [FOLDER, json.dumps(value), placed, fresh]))
    apart = ("a", "p", "z", "below", "new"), ("q", "x"), tuple(inner)
    for keys in apart:
        for one, other in itertools.combinations(keys, 2):
            assert not _overlap(boxes[one], boxes[other]), (one, other)


def _processes() -> list[Any]:
    documents = [each for name in EXAMPLES for each in open_bundle(folder(name)).documents]
    return [each.value for each in documents if each.kind == "process"]


def _overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    return all(
        one[at] < other[at] + other[size] and other[at] < one[at] + one[size]
        for at, size in (("x", "width"), ("y", "height"))
    )


def _straight(a: dict[str, float], b: dict[str, float]) -> bool:
    return abs(a["x"] - b["x"]) < 1 or abs(a["y"] - b["y"]) < 1
