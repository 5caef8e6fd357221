"""Findings on the command line, in the language asked for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from parts.command_line import CommandLine

GOOD = Path(__file__).parents[1] / "data" / "findings" / "bundle"
SAID = {
    "en": ("Goes to stage 'aproval', which does not exist.", "Did you mean 'approval'?"),
    "pl": ("Prowadzi do etapu 'aproval', którego nie ma.", "Czy chodziło o 'approval'?"),
    "sk": ("Vedie do etapy 'aproval', ktorá neexistuje.", "Mysleli ste 'approval'?"),
}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle with one wrong target."""
    copy = tmp_path / "bundle"
    shutil.copytree(GOOD, copy)
    file = copy / "repair.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("to: approval}]", "to: aproval}]", 1), encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("installed", "asked", "said", "in_json"),
    [
        ("en", (), "en", "en"),
        ("pl", (), "pl", "en"),
        ("en", ("--lang", "sk"), "sk", "sk"),
        ("pl", ("--lang", "sk"), "sk", "sk"),
        ("sk", ("--lang", "en"), "en", "en"),
    ],
)
def test_people_read_their_language_and_programs_english_unless_asked(
    installed: str,
    asked: tuple[str, ...],
    said: str,
    in_json: str,
    bundle: Path,
    orderloom: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ORDERLOOM_LANGUAGE", installed)
    told = orderloom.run("check", bundle, *asked)
    (line, _) = told.out.splitlines()
    assert line.startswith("repair.yaml:")
    assert line.endswith(f"[transition.unknown_target] {' '.join(SAID[said])}")
    (finding,) = orderloom.json("check", bundle, *asked).json
    assert (finding["message"], finding["hint"]) == SAID[in_json]
    assert sorted(finding) == ["code", "file", "hint", "line", "message", "path", "severity"]


@pytest.mark.parametrize("language", sorted(SAID))
def test_publishing_refuses_in_the_language_of_the_installation(
    language: str, bundle: Path, orderloom: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERLOOM_LANGUAGE", language)
    refused = orderloom.run("publish", bundle)
    assert refused.code == 1
    assert " ".join(SAID[language]) in refused.err
    (finding,) = orderloom.json("publish", bundle).json["findings"]
    assert (finding["message"], finding["hint"]) == SAID["en"]


def test_what_cannot_be_read_is_refused_in_the_language_of_the_installation(
    tmp_path: Path, orderloom: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERLOOM_LANGUAGE", "pl")
    refused = orderloom.run("test", tmp_path)
    assert (refused.code, refused.err.splitlines()[0]) == (
        1,
        "[bundle.empty] Pakiet jest pusty. Umieść w nim bundle.yaml i definicje.",
    )
