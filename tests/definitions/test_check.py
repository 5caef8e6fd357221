"""Every finding: a good bundle, one mistake, one finding at its place (`tests/data/findings`)."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from parts.findings import untold
from parts.repository import python_files, text

from orderloom.platform.codec import load_yaml
from orderloom.platform.definitions import Bundle, Finding, check, read_bundle, reading
from orderloom.platform.definitions.parsing import parse_file
from orderloom.rules import to_json

TABLES = Path(__file__).parents[1] / "data" / "findings"
GOOD = TABLES / "bundle"


def rows() -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(TABLES.glob("*.yaml")):
        located = load_yaml(file.read_bytes())
        for index, row in enumerate(located.value):
            yield f"{file.stem}:{located.line((index,))} {row['code']}", row


# Most files of a changed bundle are as they were: each is parsed once.
PARSED = cache(parse_file)
ROWS = [pytest.param(row, id=name) for name, row in rows()]


@pytest.fixture(autouse=True)
def _parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "parse_file", PARSED)


def found(bundle: Path) -> tuple[Finding, ...]:
    read = read_bundle(bundle)
    return check(read) if isinstance(read, Bundle) else read


def changed(folder: Path, row: dict[str, Any]) -> Path:
    """A copy of the good bundle with the mistakes of a row."""
    copy = folder / "bundle"
    shutil.copytree(GOOD, copy)
    for one in (row, row.get("beside")):
        if one is None:
            continue
        path = copy / one["in"]
        content = path.read_text(encoding="utf-8") if path.exists() else ""
        if "replace" in one:
            old, new = one["replace"]
            assert old in content, old
            content = content.replace(old, new, 1)
        path.write_text(content + one.get("add", ""), encoding="utf-8")
    return copy


def place(bundle: Path, row: dict[str, Any]) -> tuple[str, int]:
    """The file and the line at which a row expects its finding."""
    file = row.get("at_file", row["in"])
    wanted = row.get("at") or row["replace"][1].strip().partition("\n")[0]
    lines = (bundle / file).read_text(encoding="utf-8").splitlines()
    numbers = [number for number, line in enumerate(lines, start=1) if wanted in line]
    assert numbers, wanted
    return file, numbers[-1 if row.get("last") else 0]


def test_the_good_bundle_has_no_findings() -> None:
    assert found(GOOD) == ()


@pytest.mark.parametrize("row", ROWS)
def test_a_mistake_is_told_at_its_place(row: dict[str, Any], tmp_path: Path) -> None:
    bundle = changed(tmp_path, row)
    findings = found(bundle)
    codes = Counter(finding.code for finding in findings)
    assert codes == Counter([row["code"], *row.get("also", [])]), findings
    expected = (row["code"], row["path"], *place(bundle, row))
    at = {(one.code, one.path, one.file, one.line): one for one in findings}
    assert expected in at
    finding = at[expected]
    assert row.get("hint", "") in finding.hint
    assert row.get("message", "") in finding.message
    assert finding.severity == row.get("severity", "error")
    assert to_json(finding.sample) == row.get("sample")
    assert finding.message[0].isupper() or finding.message[0] in "'\"@"
    assert finding.message.endswith(".")
    assert finding.hint
    assert untold(findings) == []


# Codes that are put together: `<kind>.unknown` and those of expressions.
KINDS = ("form", "decision", "ruleset", "approval", "message", "calendar", "collection", "process")
BUILT = {f"{kind}.unknown" for kind in KINDS} | {"stage.unknown", "hold.unknown"}
LITERAL = re.compile(r'"([a-z_]+\.[a-z_]+)"')
TOLD = re.compile(r'self\.tell\(\s*"([a-z_]+)"')


def test_every_code_has_a_row() -> None:
    sources = [text(name) for name in python_files("platform/definitions/checks")]
    codes = {code for source in sources for code in LITERAL.findall(source)} | BUILT
    codes |= {f"expression.{code}" for source in sources for code in TOLD.findall(source)}
    assert sorted(codes - {row["code"] for _, row in rows()}) == []


def test_findings_stand_in_the_order_of_the_files(tmp_path: Path) -> None:
    row = {"in": "repair.yaml", "replace": ["columns: [customer.name", "columns: [customer.nam"]}
    more = {"in": "forms.yaml", "replace": ["personal: [customer.email]", "personal: [mail]"]}
    bundle = changed(tmp_path, {**row, "beside": more})
    path = bundle / "repair.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("to: approval}]", "to: aproval}]"))
    findings = found(bundle)
    assert [(one.file, one.code) for one in findings] == [
        ("forms.yaml", "field.unknown"),
        ("repair.yaml", "field.unknown"),
        ("repair.yaml", "transition.unknown_target"),
    ]
