"""`docs/forms.md`: each form is clean, and what is tried beside it happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from parts.repository import text

from orderloom.forms import Form, FormView, compile_form
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.codec import load_yaml
from orderloom.platform.definitions import check
from orderloom.platform.words import Words

PAGE = text("docs/forms.md")
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_, *REST = re.split(r"^## (.+)$", PAGE, flags=re.MULTILINE)
SECTIONS = dict(zip(REST[::2], REST[1::2], strict=True))
PARTS = {
    name: BLOCK.findall(section)[0].split("---\n")
    for name, section in SECTIONS.items()
    if BLOCK.search(section)
}
TRIES = [
    (name, load_yaml(part, file="").value) for name, parts in PARTS.items() for part in parts[1:]
]
BUNDLE = """\
bundle: page
title: Page
languages: [en]
roles: {sales: Sales, manager: Managers}
---
kind: process
id: order
title: Order
form: order
number: "D-{seq:4}"
start: {by: [sales], draft: true}
access: [manager]
stages:
  working: {do: [{task: work, title: Work, by: sales}], done: closed}
  closed: {type: final, outcome: completed}
"""
SAYS = {
    "data",
    "problems",
    "shows",
    "widgets",
    "readonly",
    "totals",
    "fields",
    "labels",
    "sections",
}
GIVES = {"try", "given", "typed", "language", "as", "in", "only", "again", "defaults"}


@pytest.mark.parametrize("name", PARTS)
def test_a_form_is_clean(tmp_path: Path, name: str) -> None:
    bundle, process = BUNDLE.split("---\n")
    (tmp_path / "bundle.yaml").write_text(bundle, encoding="utf-8")
    (tmp_path / "order.yaml").write_text(f"{process}---\n{PARTS[name][0]}", encoding="utf-8")
    assert [f"{each.path}: {each.message}" for each in check(open_bundle(tmp_path))] == []


@pytest.mark.parametrize(("name", "tried"), TRIES, ids=[one["try"] for _, one in TRIES])
def test_what_is_tried_happens(name: str, tried: dict[str, Any]) -> None:
    assert tried.keys() <= SAYS | GIVES
    assert tried.keys() & SAYS
    form = compile_form(load_yaml(PARTS[name][0], file="").value)
    language, given = tried.get("language", "en"), tried.get("given", {})
    only = tried.get("only")
    if "defaults" in tried:
        assert form.defaults(tried["defaults"]) == tried["data"]
        return
    if "typed" in tried:
        read = form.submit(list(tried["typed"].items()), given, language=language, only=only)
        more = () if read.strange else form.validate(read.data)
        problems: dict[str, str] = {}
        for one in (*read.problems, *more):
            problems.setdefault(one.path, one.code)
        assert problems == tried.get("problems", {})
        assert read.again == tried.get("again", "lines._paste" in tried["typed"])
        if "data" in tried:
            assert read.data == tried["data"]
        return
    if "problems" in tried:
        assert {one.path: one.code for one in form.validate(given)} == tried["problems"]
    _look(_seen(form, tried), tried)


def _seen(form: Form, tried: dict[str, Any]) -> FormView:
    words = Words(tried.get("language", "en"))
    stages = set(tried.get("in", ()))
    return form.view(
        tried.get("given", {}),
        stages=stages,
        draft=not stages,
        actor={"id": "somebody", "roles": tried.get("as", [])},
        language=words.language,
        words=words,
        only=tried.get("only"),
    )


def _look(view: FormView, tried: dict[str, Any]) -> None:
    fields = {one.path: one for section in view.sections for one in section.fields}
    for path, shown in tried.get("shows", {}).items():
        assert fields[path].shown.replace("\u00a0", " ") == shown
    for path, widget in tried.get("widgets", {}).items():
        assert fields[path].widget == widget
    for path, label in tried.get("labels", {}).items():
        assert fields[path].label == label
    for path, totals in tried.get("totals", {}).items():
        assert list(fields[path].totals) == totals
    if "readonly" in tried:
        assert [path for path, one in fields.items() if one.readonly] == tried["readonly"]
    if "fields" in tried:
        assert list(fields) == tried["fields"]
    if "sections" in tried:
        assert [section.title for section in view.sections] == tried["sections"]
