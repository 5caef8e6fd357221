"""`orderloom diff`: folders, versions beside them, and what was published."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from parts.command_line import CommandLine
from parts.examples import folder
from parts.small_bundle import write_small_bundle

B2B = str(folder("b2b-order"))


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_small_bundle(tmp_path / "small")


def replaced(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("lang", "part"),
    [
        ("en", "row “pl-key-one”: total (100000..200000] → (100000..250000]"),
        ("pl", "wiersz „pl-key-one”: total: (100000..200000] → (100000..250000]"),
        ("sk", "riadok „pl-key-one“: total: (100000..200000] → (100000..250000]"),
    ],
)
def test_versions_of_an_example(orderloom: CommandLine, lang: str, part: str) -> None:
    ran = orderloom.run("diff", f"{B2B}@1", f"{B2B}@2", "--lang", lang)
    assert ran.code == 0
    assert part in ran.out


def test_the_newest_version_is_the_folder_itself(orderloom: CommandLine) -> None:
    assert orderloom.json("diff", f"{B2B}@2", B2B).json == []
    old = orderloom.json("diff", f"{B2B}@1", B2B).json
    assert old == orderloom.json("diff", f"{B2B}@1", f"{B2B}@2").json
    assert {tuple(sorted(each)) for each in old} == {
        ("after", "before", "kind", "path", "sentence")
    }


def test_two_folders(orderloom: CommandLine, bundle: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(bundle, other)
    replaced(
        other / "request.yaml", "cancel: {to: cancelled}", "cancel: {if: total > 5, to: cancelled}"
    )
    (one,) = orderloom.json("diff", bundle, other).json
    assert one["path"].endswith("/on/cancel/if")
    assert (one["kind"], one["before"], one["after"]) == ("added", None, "total > 5")


def test_what_was_published(orderloom: CommandLine, bundle: Path) -> None:
    assert orderloom.run("publish", bundle).code == 0
    replaced(
        bundle / "request.yaml", "cancel: {to: cancelled}", "cancel: {if: total > 5, to: cancelled}"
    )
    assert orderloom.run("publish", bundle).code == 0
    (one,) = orderloom.json("diff", f"{bundle}@1", f"{bundle}@2").json
    assert one["after"] == "total > 5"
    # By the bundle's id alone as well; the folder as it is now is the last one.
    assert orderloom.json("diff", "small@1", "small@2").json == [one]
    assert orderloom.json("diff", "small@2", bundle).json == []


@pytest.mark.parametrize("reference", [f"{B2B}@3", "nothing-here", "nothing@1"])
def test_what_is_not_there(orderloom: CommandLine, reference: str) -> None:
    ran = orderloom.json("diff", B2B, reference)
    assert ran.code != 0
    assert ran.json["code"] in ("bundle.no_version", "bundle.findings")
