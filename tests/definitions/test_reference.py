"""`docs/language.md` is what the generator gives; its examples hold, its links lead somewhere."""

from __future__ import annotations

import re

import pytest
from parts.repository import text

from orderloom.platform.codec import load_yaml
from orderloom.platform.definitions.document import Document
from orderloom.platform.definitions.reference import PAGE, functions, prose, reference
from orderloom.platform.definitions.reference_tables import anchor
from orderloom.platform.definitions.schema import SCHEMAS, schema
from orderloom.platform.definitions.shape import shape_findings
from orderloom.rules import evaluate
from orderloom.rules.builtins import BUILTINS
from orderloom.rules.examples import EXAMPLES

HEADING = re.compile(r"^#{1,3} (.+)$", re.MULTILINE)


def test_the_page_is_what_the_generator_gives() -> None:
    assert text(PAGE) == reference(), "run `make docs`"


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_example_of_each_kind_is_good(kind: str) -> None:
    located = load_yaml(prose()["kinds"][kind]["example"])
    assert located.value.get("kind", kind) == kind
    document = Document(kind=kind, id="x", file=kind, line=1, value=located.value, located=located)
    assert list(shape_findings(document)) == []


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_key_of_a_kind_is_told(kind: str) -> None:
    page = reference()
    title = str(schema(kind)["title"])
    _, _, rest = page.partition(f"\n## {title}\n")
    told = set(re.findall(r"^\| \**`([\w-]+)`", rest.partition("\n## ")[0], re.MULTILINE))
    local = [dict(schema(kind)), *(schema(kind)["$defs"][name] for name in _own(kind))]
    keys = {key for part in local for key in _keys(part)}
    assert keys - told == set()


def test_headings_are_unique_and_links_lead_to_them() -> None:
    page = reference()
    anchors = [anchor(heading) for heading in HEADING.findall(page)]
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= set(anchors)


def test_every_function_is_told_with_an_example_that_is_true() -> None:
    assert set(functions()) == set(BUILTINS)
    page = reference()
    told = [name for name in BUILTINS if f"`{EXAMPLES[name][0]}`".replace("|", "\\|") in page]
    assert told == list(BUILTINS)
    assert [n for n in BUILTINS if evaluate(EXAMPLES[n][0], {}, strict=True) is not True] == []


def _own(kind: str) -> list[str]:
    """Definitions that only this kind has."""
    others = {name for other in SCHEMAS if other != kind for name in schema(other)["$defs"]}
    return [name for name in schema(kind)["$defs"] if name not in others]


def _keys(part: object) -> set[str]:
    """Every key that a schema names, but for those that may not stand there."""
    found: set[str] = set()
    if isinstance(part, list):
        return found.union(*(_keys(each) for each in part))
    if not isinstance(part, dict):
        return found
    for name, inner in part.items():
        if name == "properties":
            found |= {key for key, member in inner.items() if "not" not in member}
            found |= _keys(list(inner.values()))
        elif name not in ("if", "examples", "default", "enum", "const", "$defs"):
            found |= _keys(inner)
    return found
