"""A definition keeps the text that its author wrote: comments, brackets, order, line breaks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from orderloom.platform.definitions import Bundle, read_bundle, write_bundle
from orderloom.platform.definitions.writing import text_of

EXAMPLES = Path(__file__).parents[2] / "examples"
BUNDLES = sorted(each.parent for each in EXAMPLES.glob("*/bundle.yaml"))


def read(path: Path) -> Bundle:
    bundle = read_bundle(path)
    assert isinstance(bundle, Bundle)
    return bundle


@pytest.mark.parametrize("folder", BUNDLES, ids=lambda folder: folder.name)
def test_files_are_written_as_they_were_read(folder: Path, tmp_path: Path) -> None:
    bundle = read(folder)
    write_bundle(bundle, tmp_path / "copy")
    names = {each.file for each in (*bundle.documents, *bundle.scenarios)}
    assert names
    for name in names:
        assert (tmp_path / "copy" / name).read_bytes() == (folder / name).read_bytes(), name


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ("# a\nkind: form\nid: a\n", ["# a\nkind: form\nid: a\n"]),
        (
            "kind: form\nid: a\n---\n# b\nkind: form\nid: b",
            ["kind: form\nid: a\n", "# b\nkind: form\nid: b\n"],
        ),
        ("---\nkind: form\nid: a\n", ["kind: form\nid: a\n"]),
        # What cannot be cut out is laid out anew, never cut wrong.
        ("--- {kind: form, id: a}\n", ["kind: form\nid: a\n"]),
    ],
)
def test_each_document_has_its_own(content: str, texts: list[str], tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(content, encoding="utf-8")
    bundle = read(tmp_path / "x.yaml")
    documents = sorted((*bundle.documents, *bundle.failed), key=lambda each: each.id)
    assert [text_of(each) for each in documents] == texts


def test_a_text_that_says_something_else_is_not_kept(tmp_path: Path) -> None:
    (document, *_) = read(EXAMPLES / "b2b-order").documents
    other = replace(document, value={**document.value, "title": "Another"})
    assert "Another" in text_of(other)
