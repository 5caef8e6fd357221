"""Pictures of processes: the same for the same, nothing on top of another, whatever it says."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts.application import small_application
from parts.catalogues import LANGUAGES
from parts.editing import WRITES, Hand

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.picture_graph import Graph, graph_of
from orderloom.platform.app.picture_layout import Arrow, Placed, Size, placed
from orderloom.platform.app.picture_svg import svg_of
from orderloom.platform.bootstrap import demo_bundles
from orderloom.platform.definitions import Document
from orderloom.platform.words import Words

SVG = "{http://www.w3.org/2000/svg}"
PROCESSES = [
    each
    for path in demo_bundles()
    for each in open_bundle(path).documents
    if each.kind == "process"
]


def read(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - written by what is tested


def drawn(document: Document, language: str = "en") -> tuple[Graph, str]:
    words = Words(language)
    graph = graph_of(document, {}, words)
    return graph, svg_of(graph, words)


def boxes(svg: str) -> list[tuple[int, int, int, int]]:
    """Corners of everything that is a stage: left, top, right, bottom."""
    found = [each for each in read(svg).iter(f"{SVG}rect") if "rx" in each.attrib]
    numbers = [[int(each.attrib[key]) for key in ("x", "y", "width", "height")] for each in found]
    return [(x, y, x + width, y + height) for x, y, width, height in numbers]


@pytest.mark.parametrize("document", PROCESSES, ids=lambda each: each.id)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_process(document: Document, language: str) -> None:
    graph, svg = drawn(document, language)
    root = read(svg)
    assert drawn(document, language)[1] == svg
    assert root.attrib["role"] == "img"
    named = {each.text for each in root.iter(f"{SVG}title")}
    assert {each.title for each in graph.boxes} <= named
    assert all(apart_or_inside(one, other) for one, other in combinations(boxes(svg), 2))
    width, height = int(root.attrib["width"]), int(root.attrib["height"])
    assert all(x > 0 and y > 0 and r < width and b < height for x, y, r, b in boxes(svg))


def apart_or_inside(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    (x, y, r, b), (u, v, s, t) = one, other
    if r <= u or s <= x or b <= v or t <= y:
        return True
    return (x < u and y < v and s < r and t < b) or (u < x and v < y and r < s and b < t)


NAMES = [f"s{n}" for n in range(9)]
GRAPHS = st.tuples(
    st.integers(1, len(NAMES)),
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(0, 90)), max_size=24),
)


@given(graph=GRAPHS)
def test_any_graph(graph: tuple[int, list[tuple[int, int, int]]]) -> None:
    count, pairs = graph
    sizes = {name: Size(20 + 10 * n, 10 + 7 * n) for n, name in enumerate(NAMES[:count])}
    arrows = [Arrow(NAMES[a % count], NAMES[b % count], w) for a, b, w in pairs]
    found: Placed = placed(sizes, arrows)
    assert placed(sizes, arrows) == found
    assert found.corners.keys() == sizes.keys()
    assert len(found.ways) == len(arrows)
    areas = [
        (x, y, x + sizes[name].width, y + sizes[name].height)
        for name, (x, y) in found.corners.items()
    ]
    assert all(apart_or_inside(one, other) for one, other in combinations(areas, 2))
    assert all(r < found.size.width and b < found.size.height for _, _, r, b in areas)


def test_a_long_chain_and_a_thick_tangle() -> None:
    """No recursion over stages, no bends without end."""
    names = [f"s{n}" for n in range(1_500)]
    sizes = dict.fromkeys(names, Size(100, 30))
    chain = [Arrow(one, other) for one, other in pairwise(names)]
    tangle = [Arrow(names[n], names[-1 - n]) for n in range(700)]
    found = placed(sizes, [*chain, *tangle])
    assert len({x for x, _ in found.corners.values()}) == len(names)


def process(**more: Any) -> Document:
    value: Mapping[str, Any] = {"kind": "process", "id": "p", **more}
    return Document("process", "p", "p.yaml", 1, value)


HOSTILE: dict[str, dict[str, Any]] = {
    "nothing": {},
    "markup": {"title": "</title><script>alert(1)</script>", "stages": {"a<b": {"title": "]]>&"}}},
    "signs that XML has not": {"title": "a\x00\x0b\ud800\uffffb", "stages": {"a": None}},
    "wrong types": {"title": 7, "stages": [None, 3, {"id": "a", "title": {"en": 3}, "stages": 5}]},
    "no such target": {"stages": {"a": {"on": {"x": "nowhere"}, "done": ["a", None]}}},
    "clocks": {"stages": {"a": {"after": {"soon": "b", "P3D": {"to": "b"}}}, "b": {}}},
    "a loop": {"stages": {"a": {"done": "b"}, "b": {"done": "a", "on": {"x": "b"}}}},
    "itself inside": {"stages": {"a": {"stages": {"a": {"stages": {"a": {}}}}}}},
    "long": {"title": "Ž" * 5_000, "stages": {"a": {"title": "długi " * 900}}},
    "events": {"events": {"x": {"title": ["a"]}, "y": 3}, "on": {"x": "a"}, "stages": {"a": {}}},
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_processes_are_text(name: str) -> None:
    _, svg = drawn(process(**HOSTILE[name]))
    root = read(svg)
    assert root.find(f".//{SVG}script") is None
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        *("svg", "title", "desc", "defs", "marker", "path", "rect", "g", "text")
    }


def test_what_leads_where_is_said() -> None:
    stages = {
        "a": {"title": "First", "on": {"go": "b"}, "after": {"P3D": "c"}},
        "b": {"title": "Second", "done": "c"},
        "c": {"title": "Third", "type": "final"},
    }
    events = {"go": {"title": "Go on"}}
    _, svg = drawn(process(title="Way", stages=stages, events=events, on={"stop": "c"}))
    desc = read(svg).findtext(f"{SVG}desc")
    assert desc is not None
    assert "First leads to Second: Go on." in desc
    assert "First leads to Third: after 3 days." in desc
    assert "From any stage leads to Third: stop." in desc


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path) as opened:
        opened.accounts.set_role("sales", title="Sales", permissions=WRITES)
        opened.accounts.set_role("auditor", title="Auditor", permissions=["definition.read"])
        yield opened


PICTURE = "/definitions/process/request/picture.svg"


def test_versions_drafts_and_who_may(app: Application) -> None:
    alice, erin, mallory = Hand(app, "alice"), Hand(app, "erin", "pl"), Hand(app, "mallory")
    answer = alice.get(PICTURE)
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    text, tag = alice.opened()
    alice.post(
        "/definitions/process/request/edit",
        tag=tag,
        text=text.replace("en: Request,", "en: Asked for,", 1),
        action="save",
    )
    assert "Process Request" in alice.get(PICTURE).text
    assert "Process Asked for" in alice.get(f"{PICTURE}?version=draft").text
    assert "Process Request" in alice.get(f"{PICTURE}?version=1").text
    assert "#161c2d" in alice.get(f"{PICTURE}?theme=dark").text
    assert "Proces Wniosek" in erin.get(PICTURE).text
    assert mallory.get(PICTURE).status_code == 403
    for wrong in ("2", "x", "-1", "9" * 30):
        assert alice.get(f"{PICTURE}?version={wrong}").status_code == 404
    assert alice.get("/definitions/process/none/picture.svg").status_code == 404
    page = alice.get("/definitions/process/request").text
    assert f'href="{PICTURE}?version=1"' in page
    assert "picture.svg" not in alice.get("/definitions/form/request").text


def test_a_draft_that_is_no_yaml(app: Application) -> None:
    alice = Hand(app, "alice")
    _, tag = alice.opened()
    edit = "/definitions/process/request/edit"
    alice.post(edit, tag=tag, text="stages: [" * 50, action="save")
    assert read(alice.get(f"{PICTURE}?version=draft").text).tag == f"{SVG}svg"
