"""`orderloom forms check`: a verdict a document, the report, the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

from parts.command_line import CommandLine

GOOD = {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}, "data": {"a": "x"}}
PARTLY = {"schema": {"type": "object", "properties": {"a": {"type": "null"}}}}


def write(folder: Path, **documents: object) -> Path:
    for name, document in documents.items():
        text = document if isinstance(document, str) else json.dumps(document)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def test_each_document_has_its_verdict(orderloom: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    report = tmp_path / "r.json"
    write(folder, good=GOOD, partly=PARTLY)
    ran = orderloom.json("forms", "check", folder, "--report", report)
    assert (ran.code, ran.json["documents"], ran.json["ok"]) == (0, 2, 1)
    assert ran.json == json.loads(report.read_text(encoding="utf-8"))
    good, partly = ran.json["results"]
    assert (good["document"], good["status"], good["sample"]) == ("good.json", "ok", "own")
    assert (partly["status"], partly["unsupported"]) == (
        "unsupported",
        [{"path": "a", "what": "type", "value": "null"}],
    )
    assert "partly.json: a: type null" in orderloom.run("forms", "check", folder).out


def test_what_cannot_be_read_is_a_finding(orderloom: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    ran = orderloom.json("forms", "check", write(folder, good=GOOD, broken="{", other="[]"))
    assert (ran.code, ran.json["faulty"]) == (1, ["broken.json", "other.json"])
    assert orderloom.run("forms", "check", folder / "good.json").code == 0
    assert orderloom.run("forms", "check", folder / "none.json").code == 2


def test_a_folder_without_documents_is_a_finding(orderloom: CommandLine, tmp_path: Path) -> None:
    assert orderloom.json("forms", "check", tmp_path).code == 1
