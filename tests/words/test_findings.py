"""Findings have a sentence for every code and variant that the source tells, and no other."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from parts.catalogues import LANGUAGES, catalogue, sentences
from parts.repository import python_files, tree

from orderloom.platform.definitions.document import KINDS, LATER_KINDS

FOLDER = "platform/definitions"
CODE = re.compile(r"[a-z_]+\.[a-z_]+")
FILLED = re.compile(r"\{(\w+)\}")
# What makes a finding, and where its code stands among the arguments; the variant is the next,
# but for problems of an expression, whose place comes between.
MAKERS = {"finding": 1, "_finding": None, "tell": 1, "Told": 0}
# Codes and variants that are put together while it runs.
NAMED = ("form", "decision", "ruleset", "approval", "message", "calendar", "collection", "process")
BUILT = [
    *((f"{kind}.unknown", "") for kind in (*NAMED, "stage", "hold", "activity")),
    *((f"decision.{code}", key) for code in ("cells", "column") for key in ("inputs", "outputs")),
    *(("id.duplicate", what) for what in ("step", "row", "rule")),
    *(("expression.types", expected) for expected in ("truth", "list", "moment", "amount", "key")),
    *(("expression.syntax", variant) for variant in ("", "lines")),
    *(("bundle.path", why) for why in ("link_out", "outside", "link", "encrypted")),
    *(("name.format", variant) for variant in ("", "hyphen")),
    *(("shape.unknown_key", variant) for variant in ("", "in")),
    *(("shape.not_allowed", variant) for variant in ("at_least", "at_most")),
]
# What the readers of files say no to: of JSON and YAML, but not the reader of one document.
READERS = ("platform/codec/strict.py", "platform/codec/yaml_text.py")
ELSEWHERE = {"yaml.several"}


@dataclass(frozen=True)
class Call:
    """One call that makes a finding. `params`: None where they are not told by name."""

    place: str
    code: str
    variant: str
    params: frozenset[str] | None

    @property
    def key(self) -> str:
        return "_".join(filter(None, (f"findings.{self.code}.said", self.variant)))


def calls() -> Iterator[Call]:
    """Every call whose code and variant are literal."""
    for name in python_files(FOLDER):
        for node in ast.walk(tree(name)):
            place = f"{name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call):
                yield from _of_call(place, node)
            elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
                # `events.py` answers code, variant, name and hint.
                told = [_text(each) for each in node.value.elts]
                if len(told) == 4 and told[0] and CODE.fullmatch(told[0]) and told[1] is not None:
                    yield Call(place, told[0], told[1], frozenset({"name"}))


def _of_call(place: str, node: ast.Call) -> Iterator[Call]:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name not in MAKERS:
        return
    own = name == "tell" and isinstance(function, ast.Attribute)
    texts = [_text(each) for each in node.args]
    at = MAKERS[name]
    if own:
        code, variant = f"expression.{texts[0]}", texts[2:3]
    elif at is None:
        at = next((i for i, text in enumerate(texts) if text and CODE.fullmatch(text)), None)
        if at is None:
            return
        code, variant = str(texts[at]), texts[at + 1 : at + 2]
    elif len(texts) > at and texts[at] and CODE.fullmatch(str(texts[at])):
        code, variant = str(texts[at]), texts[at + 1 : at + 2]
    else:
        return
    if variant and variant[0] is None:
        return
    yield Call(place, code, variant[0] or "" if variant else "", _params(node, name, own))


def _params(node: ast.Call, name: str, own: bool) -> frozenset[str] | None:
    if name == "Told" or (name == "tell" and not own):
        given = node.args[2 if name == "Told" else 3 :][:1]
        if not given:
            return frozenset()
        if not isinstance(given[0], ast.Dict) or None in given[0].keys:
            return None
        return frozenset(str(_text(key)) for key in given[0].keys if key is not None)
    if any(keyword.arg is None for keyword in node.keywords):
        return None
    names = {str(keyword.arg) for keyword in node.keywords}
    return frozenset(names - {"hint", "severity", "shows"})


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def codes_of_readers() -> set[str]:
    found = {
        text
        for name in READERS
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call)
        for text in map(_text, node.args)
        if text and re.fullmatch(r"(yaml|json)\.[a-z_]+", text)
    }
    return found - ELSEWHERE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_a_sentence(language: str) -> None:
    texts = catalogue(language)
    told = {one.key: one.place for one in calls()}
    told |= {Call("", code, variant, None).key: "built" for code, variant in BUILT}
    told |= {f"findings.{code}.said": "reader" for code in codes_of_readers()}
    assert {key: place for key, place in told.items() if key not in texts} == {}


def test_every_sentence_is_told() -> None:
    told = {one.key for one in calls()}
    told |= {Call("", code, variant, None).key for code, variant in BUILT}
    told |= {f"findings.{code}.said" for code in codes_of_readers()}
    sentences_ = {key for key in catalogue("en") if re.match(r"findings\.\w+\.\w+\.said", key)}
    assert sorted(sentences_ - told) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_of_a_sentence_is_given(language: str) -> None:
    texts = catalogue(language)
    wrong = {
        f"{one.place} {key}": sorted(needed - one.params)
        for one in calls()
        if one.params is not None
        for key in _keys(one, texts)
        if (needed := _needed(texts[key])) - one.params
    }
    assert wrong == {}


def _keys(one: Call, texts: Mapping[str, Any]) -> Iterator[str]:
    """The sentence of a call, and the hint that it has."""
    yield one.key
    hints = (f"findings.{one.code}.hint_{one.variant}", f"findings.{one.code}.hint")
    yield from [hint for hint in hints if hint in texts][:1]


def _needed(entry: Any) -> set[str]:
    return {name for sentence in sentences(entry) for name in FILLED.findall(sentence)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_its_own_is_there(language: str) -> None:
    texts = catalogue(language)
    found = {
        key: f"{name}:{node.lineno}"
        for name in python_files(FOLDER)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Said"
        # Of another area than the findings'.
        and len(node.args) < 3
        if (key := _text(node.args[0])) is not None
    }
    assert len(found) > 10
    assert {key: place for key, place in found.items() if f"findings.{key}" not in texts} == {}


def test_calls_are_found() -> None:
    found = list(calls())
    assert len(found) > 100
    assert {"transition.unknown_target", "event.unknown", "expression.types", "bundle.zip"} <= {
        one.code for one in found
    }
    assert sum(one.params is None for one in found) < 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_kinds_have_names(language: str) -> None:
    texts = catalogue(language)
    missing = [kind for kind in (*KINDS, "scenario") if f"findings.kinds.{kind}" not in texts]
    assert missing == []
    assert not set(LATER_KINDS) & set(KINDS)
