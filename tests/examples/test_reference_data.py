"""The records of the demos are what their collections demand."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts.shared_data import REPOSITORY

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.collection_schema import collection_of
from orderloom.platform.codec import load_yaml

DEMOS = sorted(path.parent for path in (REPOSITORY / "examples").glob("*/demo.yaml"))


@pytest.mark.parametrize("bundle", DEMOS, ids=lambda each: each.name)
def test_demo_records_fit(bundle: Path) -> None:
    schemas = {
        each.id: collection_of(each.id, each.value)
        for each in open_bundle(bundle).documents
        if each.kind == "collection"
    }
    demo = load_yaml((bundle / "demo.yaml").read_text(encoding="utf-8"), file="demo.yaml").value
    given = demo.get("collections") or {}
    assert set(given) <= set(schemas)
    wrong = [
        (name, number, problem.path, problem.code)
        for name, rows in given.items()
        for number, row in enumerate(rows)
        for problem in schemas[name].problems(row)
    ]
    assert wrong == []
    assert sum(map(len, given.values()))
