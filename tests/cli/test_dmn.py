"""`orderloom dmn` reads models of other tools and writes ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from parts.command_line import CommandLine
from parts.examples import folder

from orderloom.platform.definitions import Bundle, read_bundle

GOOD = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m">
<decision id="d" name="Fee"><literalExpression><text>total * 2</text></literalExpression></decision>
</definitions>"""
BAD = GOOD.replace("total * 2", "${total}")


def write(folder_: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder_ / f"{name}.dmn").write_text(text, encoding="utf-8")
    return folder_


def test_each_file_is_imported_or_says_what_was_not_taken(
    orderloom: CommandLine, tmp_path: Path
) -> None:
    models, report, out = write(tmp_path, good=GOOD, bad=BAD), tmp_path / "r.json", tmp_path / "out"
    ran = orderloom.run("dmn", "import", models, "--report", report, "--out", out)
    assert ran.code == 0
    told = json.loads(report.read_text(encoding="utf-8"))
    assert (told["of"], told["imported"], told["unsupported"], told["lost"]) == (2, 1, 1, 0)
    files = {one["file"]: one for one in told["files"]}
    assert (files["good.dmn"]["result"], files["good.dmn"]["decisions"]) == ("imported", ["fee"])
    assert files["bad.dmn"]["result"] == "unsupported"
    assert "is not FEEL" in files["bad.dmn"]["unsupported"][0]
    assert "1 decision taken, 0 elements lost." in ran.out
    bundle = read_bundle(out / "good.yaml")
    assert isinstance(bundle, Bundle)
    assert [one.value["value"] for one in bundle.documents] == ["total * 2"]
    assert not (out / "bad.yaml").exists()


@pytest.mark.parametrize(
    ("texts", "code"), [({"bad": BAD}, None), ({"none": "<"}, None), ({}, "dmn.no_files")]
)
def test_nothing_taken_is_a_finding(
    orderloom: CommandLine, tmp_path: Path, texts: dict[str, str], code: str | None
) -> None:
    ran = orderloom.json("dmn", "import", write(tmp_path, **texts))
    assert (ran.code, ran.json.get("code")) == (1, code)


def test_an_exported_bundle_is_imported_whole(orderloom: CommandLine, tmp_path: Path) -> None:
    target = tmp_path / "b2b.dmn"
    ran = orderloom.json("dmn", "export", folder("b2b-order"), target)
    assert (ran.code, ran.json["decisions"]) == (0, 9)
    again = orderloom.json("dmn", "import", target)
    assert (again.json["imported"], again.json["decisions"], again.json["lost"]) == (1, 9, 0)


def test_one_decision_is_exported_with_what_it_requires(
    orderloom: CommandLine, tmp_path: Path
) -> None:
    one = tmp_path / "d.yaml"
    one.write_text(
        "{kind: decision, id: a, title: A, value: '1'}\n---\n"
        "{kind: decision, id: b, title: B, requires: {a: a}, value: a + 1}\n---\n"
        "{kind: decision, id: c, title: C, value: '3'}\n",
        encoding="utf-8",
    )
    target = tmp_path / "b.dmn"
    assert orderloom.json("dmn", "export", one, target, "--decision", "b").json["decisions"] == 2
    refused = orderloom.json("dmn", "export", one, target, "--decision", "x")
    assert (refused.code, refused.json["code"]) == (1, "decision.not_found")


@pytest.mark.slow
def test_imported_models_have_the_shape_of_definitions(
    orderloom: CommandLine, tmp_path: Path, shared_data: Path
) -> None:
    ran = orderloom.json("dmn", "import", shared_data / "dmn_files", "--out", tmp_path)
    assert (ran.json["of"], ran.json["lost"]) == (221, 0)
    assert all(one["result"] == "imported" or one["unsupported"] for one in ran.json["files"])
    written = sorted(tmp_path.rglob("*.yaml"))
    read = {file: read_bundle(file) for file in written}
    wrong = [
        (file.name, found.findings[0] if isinstance(found, Bundle) else found)
        for file, found in read.items()
        if not isinstance(found, Bundle) or found.findings
    ]
    assert (len(written), wrong) == (187, [])
