"""The shape of documents: good ones pass, bad ones are told at their place, all in bounded time."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts.constructs import cases, world_of
from parts.findings import untold
from parts.random_processes import walk
from parts.shared_data import REPOSITORY

from orderloom.forms.schema import exact_validator
from orderloom.platform.codec import Located, load_all_yaml, load_yaml
from orderloom.platform.definitions.document import LATER_KINDS, Document
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.schema import SCHEMAS, schema
from orderloom.platform.definitions.shape import (
    DEEPEST,
    MOST_FINDINGS,
    shape_findings,
    validator,
)

SHAPES = Path(__file__).parents[1] / "data" / "shapes"
# What says the kind where there is no `kind`.
MARKS = ("bundle", "scenario", "mapping")


def table(name: str) -> list[Any]:
    """A table of cases, each named by what it says."""
    listed = load_yaml((SHAPES / name).read_text(encoding="utf-8"), file=name).value
    return [pytest.param(case, id=case["says"]) for case in listed]


def test_what_was_good_once_is_wrong_when_it_changes() -> None:
    """Good parts are remembered, by all that they say; wrong ones are told each time."""
    row = {"id": "low", "when": {"n": "1"}, "then": {"level": 1}}
    value = {
        **{"kind": "decision", "id": "levels", "title": "Levels", "hit": "FIRST"},
        **{"inputs": [{"name": "n"}], "outputs": [{"name": "level"}]},
    }

    def paths(*rows: dict[str, Any]) -> list[str]:
        document = Document("decision", "levels", "", 1, {**value, "rules": list(rows)})
        return [one.path for one in shape_findings(document)]

    assert paths(row, {**row, "id": "other"}) == []
    wrong = ({**row, "id": True}, row, {**row, "wehn": {}})
    for _ in range(2):
        assert paths(*wrong) == ["rules.0.id", "rules.2.wehn"]
    assert paths(row) == []


@pytest.mark.parametrize("case", table("bad.yaml"))
def test_what_is_wrong_is_told_at_its_place(case: dict[str, Any]) -> None:
    (document,) = documents(case["text"])
    found = list(shape_findings(document))
    finds = sorted(case["finds"], key=lambda one: (one["line"], one["path"]))
    assert [_place(one) for one in found] == [
        (one["line"], one["path"], one["code"]) for one in finds
    ]
    said = [
        (key, getattr(one, key), wanted[key])
        for one, wanted in zip(found, finds, strict=True)
        for key in ("message", "hint")
        if key in wanted and getattr(one, key) != wanted[key]
    ]
    assert said == []
    assert all(one.message[-1] == "." and one.severity == "error" for one in found)
    assert untold(found) == []


@pytest.mark.parametrize("case", table("good.yaml"))
def test_every_form_that_the_language_has_is_accepted(case: dict[str, Any]) -> None:
    assert [_place(one) for one in _all(documents(case["text"]))] == []


def test_the_product_and_the_design_keep_to_the_language() -> None:
    folders = [REPOSITORY / "examples", REPOSITORY / "tests/web/bundle"]
    folders.append(REPOSITORY.parent / "shared/design/bundles")
    found = [
        (path.name, *_place(one))
        for folder in folders
        for path in sorted(folder.rglob("*.yaml"))
        if path.name != "demo.yaml" and path.parent.name != "data"
        for one in _all(documents(path.read_text(encoding="utf-8"), path.name))
        if one.code != "kind.unavailable"
    ]
    # `ask` names nobody: the question goes to the requester.
    assert [one for one in found if one[2:] != ("steps.4.to", "shape.unknown_key")] == []


@pytest.mark.parametrize(
    ("name", "case"), [pair for pair in cases() if "does_not_compile" not in pair[1]]
)
def test_every_construct_of_the_interpreter_is_accepted(name: str, case: dict[str, Any]) -> None:
    expected = [(1, "hours", "shape.too_few")] if "without working days" in name else []
    assert _faults(world_of(case).documents) == expected


def test_random_processes_are_accepted() -> None:
    assert [place for seed in range(25) for place in _faults(walk(seed, 0).world.documents)] == []


def test_the_chosen_branch_has_the_verdict_of_the_standard() -> None:
    chance, judged = Random(7), {True: 0, False: 0}
    for document in _good():
        standard = exact_validator(dict(schema(document.kind)))
        assert standard.is_valid(document.value)
        for _ in range(12):
            value = _damaged(copy.deepcopy(document.value), chance)
            verdict = standard.is_valid(value)
            assert validator(document.kind).is_valid(value) is verdict, value
            judged[verdict] += 1
    assert min(judged.values()) > 50


@given(st.data())
def test_any_value_anywhere_is_told_and_nothing_breaks(data: st.DataObject) -> None:
    document = data.draw(st.sampled_from(_good()))
    value = copy.deepcopy(document.value)
    holder, key = data.draw(st.sampled_from(list(_members(value))))
    holder[key] = data.draw(VALUES)
    made = Document(kind=document.kind, id="x", file="x.yaml", line=1, value=value)
    found = list(shape_findings(made))
    assert len({one.path for one in found}) == len(found) <= MOST_FINDINGS
    assert all(one.code.startswith(("shape.", "kind.")) and one.message for one in found)


def test_numbers_are_exact() -> None:
    step = {"id": "a", "approvers": "b", "mode": {"quorum": Decimal("2.0")}}
    policy = {"kind": "approval", "id": "a", "title": "A", "steps": [step]}
    assert _faults([policy]) == []
    step["mode"] = {"quorum": Decimal("2.0000000000000000000000000000000001")}
    assert _faults([policy]) == [(1, "steps.0.mode.quorum", "shape.wrong_type")]


def test_a_document_without_lines_has_its_own() -> None:
    value = {"kind": "form", "id": "f", "title": "F"}
    (found,) = shape_findings(Document(kind="form", id="f", file="f.yaml", line=12, value=value))
    assert (found.file, found.line, found.path) == ("f.yaml", 12, "schema")


# ── hostile documents ────────────────────────────────────────────────────────────────────────


HEAD = {"kind": "process", "id": "p", "title": "P", "form": "p"}


def _nested(kind: str, depth: int) -> dict[str, Any]:
    inner: Any = {"type": "string"} if kind == "form" else {"do": []}
    for _ in range(depth):
        inner = {"items": inner} if kind == "form" else {"stages": {"a": inner}}
    part = {"schema": inner} if kind == "form" else {"form": "f", **inner}
    return {"kind": kind, "id": "d", "title": "Deep", **part}


@pytest.mark.parametrize(
    ("kind", "depth", "wanted"),
    [
        ("process", DEEPEST // 2 - 1, []),
        ("process", DEEPEST // 2, ["shape.too_deep"]),
        ("process", 5_000, ["shape.too_deep"]),
        ("form", DEEPEST - 2, []),
        ("form", DEEPEST, ["shape.too_deep"]),
        ("form", 5_000, ["shape.too_deep"]),
    ],
)
def test_depth_is_bounded(kind: str, depth: int, wanted: list[str]) -> None:
    began = perf_counter()
    assert [code for _, _, code in _faults([_nested(kind, depth)])] == wanted
    assert perf_counter() - began < 2


@pytest.mark.parametrize(
    "stages",
    [
        {f"A{number}": {} for number in range(20_000)},
        [{"id": f"a{number}", "entry": [{"nothing": 1}] * 10} for number in range(2_000)],
        {"a": {"entry": [{f"x{number}": number for number in range(20_000)}]}},
        {"a": {"x" * 1_000_000: 1, "on": {"y" * 1_000_000: "z" * 1_000_000}}},
    ],
    ids=["names", "actions", "keys", "lengths"],
)
def test_much_that_is_wrong_is_cut_short(stages: Any) -> None:
    value = {**HEAD, "stages": stages}
    made = Document(kind="process", id="p", file="p.yaml", line=1, value=value)
    began = perf_counter()
    found = list(shape_findings(made))
    assert perf_counter() - began < 5
    assert 0 < len(found) <= MOST_FINDINGS
    assert max(len(one.message) + len(one.hint) for one in found) < 1_000


# ── parts ────────────────────────────────────────────────────────────────────────────────────

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["set", "task", "type", "to", "if", "x", "x-y", "role"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def documents(text: str, name: str = "x.yaml") -> list[Document]:
    """The documents of a file."""
    return [_document(located, name) for located in load_all_yaml(text) if located.value]


def _document(located: Located, name: str) -> Document:
    value = located.value
    kind = value.get("kind") or next((mark for mark in MARKS if mark in value), "")
    id_ = str(value.get("id") or value.get(kind))
    line = located.line(())
    return Document(kind=kind, id=id_, file=name, line=line, value=value, located=located)


def _all(listed: list[Document]) -> list[Finding]:
    return [finding for document in listed for finding in shape_findings(document)]


def _faults(values: Iterable[Mapping[str, Any]]) -> list[tuple[int, str, str]]:
    made = [Document(kind=v["kind"], id=v["id"], file="x", line=1, value=v) for v in values]
    return [_place(one) for one in _all(made)]


def _place(finding: Finding) -> tuple[int, str, str]:
    return finding.line, finding.path, finding.code


@cache
def _good() -> list[Document]:
    """Good documents of every kind."""
    texts = [case.values[0]["text"] for case in table("good.yaml")]
    found = [one for text in texts for one in documents(text) if one.kind not in LATER_KINDS]
    assert {one.kind for one in found} == set(SCHEMAS)
    return found


def _members(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value: the map or list, and the key or index."""
    if not isinstance(value, dict | list):
        return
    for key, item in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        yield from _members(item)


def _damaged(value: Any, chance: Random) -> Any:
    """The value with one or two places changed: gone, renamed, doubled, or something else."""
    for _ in range(chance.randint(1, 2)):
        holder, key = chance.choice(list(_members(value)))
        way = chance.choice(("drop", "rename", "replace", "move"))
        if way == "replace":
            holder[key] = chance.choice(
                [None, True, 7, "a", "A b", [], {}, ["a"], {"role": "a"}, {"type": "final"}]
            )
        elif way == "drop" and isinstance(holder, dict):
            del holder[key]
        elif way == "rename" and isinstance(holder, dict):
            other = chance.choice(("type", "set", "task", "stages", "to", "x-a", "role", "value"))
            holder[other] = holder.pop(key)
        elif way == "move":
            other, place = chance.choice(list(_members(value)))
            holder[key] = copy.deepcopy(other[place])
    return value
