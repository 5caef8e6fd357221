"""Reading bundles: folders, zips, single files; whatever is wrong is told with its place."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from parts.findings import untold

from orderloom.platform.definitions import Bundle, Finding, check, read_bundle
from orderloom.platform.definitions.files import FILE_BYTES

META = "bundle: small\ntitle: Small\nlanguages: [en]\nroles: {sales: Sales}\n"
FORM = """\
kind: form
id: note
title: Note
schema: {type: object, properties: {text: {type: string}}}
"""
CALENDAR = 'kind: calendar\nid: days\ntitle: Days\nhours: {mon: ["08:00-16:00"]}\n'
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 10)}]\n"
    for before, name in zip("abcdefg", "bcdefgh", strict=True)
)


def written(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def read(path: Path) -> Bundle:
    bundle = read_bundle(path)
    assert isinstance(bundle, Bundle), bundle
    return bundle


def findings(path: Path) -> tuple[Finding, ...]:
    bundle = read_bundle(path)
    found = check(bundle) if isinstance(bundle, Bundle) else bundle
    assert untold(found) == []
    return found


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        pytest.param(FORM.replace("form", "fonm", 1), "kind.unknown", 1, id="unknown kind"),
        pytest.param("id: x\ntitle: X\n", "kind.missing", 1, id="no kind"),
        pytest.param("kind: document\nid: x\n", "kind.unavailable", 1, id="later kind"),
        pytest.param("# c\nkind: form\ntitle: T\n", "id.missing", 2, id="no id"),
        pytest.param("kind: form\nid: [a]\n", "id.missing", 1, id="an id that is no text"),
        pytest.param("- kind: form\n", "document.not_a_map", 1, id="a list"),
        pytest.param("just text", "document.not_a_map", 1, id="text"),
        pytest.param("scenario: [x]\n", "id.missing", 1, id="a scenario without a name"),
        pytest.param(FORM + "title: Again\n", "yaml.duplicate_key", 5, id="duplicate key"),
        pytest.param("kind: form\nid: !!python/name:os x\n", "yaml.tag", 2, id="tag"),
        pytest.param("kind: form\nid: x\n" + BOMB, "yaml.alias", 7, id="alias bomb"),
        pytest.param("kind: form\nid: x\ny: *nowhere\n", "yaml.alias", 3, id="unknown alias"),
        pytest.param("kind: form\nid: x\na: " + "[" * 10_000, "yaml.too_deep", 3, id="10,000 deep"),
        pytest.param("x" * 10_000_000, "yaml.too_big", 1, id="10 MB"),
        pytest.param("kind: form\nid: x\na: {b: [c}\n", "yaml.malformed", 3, id="malformed"),
        pytest.param("kind: form\nid: x\na: .nan\n", "yaml.number", 3, id="no number"),
        pytest.param("kind: form\nid: x\na: {[b]: c}\n", "yaml.key", 3, id="a key that is a list"),
        pytest.param("%YAML 1.1\n---\nkind: form\n", "yaml.directive", 2, id="YAML 1.1"),
        pytest.param(b"kind: form\nid: \xff\n", "yaml.encoding", 2, id="not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(
    content: str | bytes, code: str, line: int, tmp_path: Path
) -> None:
    bundle = written(tmp_path, {"bundle.yaml": META, "bad.yaml": content, "note.yaml": FORM})
    (finding,) = findings(bundle)
    assert (finding.file, finding.code, finding.line) == ("bad.yaml", code, line)
    assert finding.message.endswith(".")
    # What is beside it is there nevertheless.
    assert [one.id for one in read(bundle).documents] == ["note"]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ('{"kind": "form",\n "kind": "form"}', "json.duplicate_key", 2),
        ('{"kind": "form"', "json.malformed", 1),
        ('{"kind": "form", "id": ' + "[" * 10_000, "json.too_deep", 1),
        ('{"kind": "form", "id": NaN}', "json.number", 1),
    ],
)
def test_json_is_read_strictly(content: str, code: str, line: int, tmp_path: Path) -> None:
    bundle = written(tmp_path, {"bundle.yaml": META, "bad.json": content})
    (finding,) = findings(bundle)
    assert (finding.file, finding.code, finding.line) == ("bad.json", code, line)


def test_json_has_lines_and_any_text(tmp_path: Path) -> None:
    content = (
        '{"kind": "form", "id": "note",\n\t"title": "\\ud83d\\ude00",\n "schema": {"type": 1}}'
    )
    bundle = written(tmp_path, {"bundle.yaml": META, "note.json": content})
    assert [one.file for one in findings(bundle)] == ["note.json"]
    good = content.replace("1}", '"object"}')
    (document,) = read(written(tmp_path, {"note.json": good})).documents
    assert document.value["title"] == "\N{GRINNING FACE}"


def test_one_broken_document_does_not_hide_its_neighbours(tmp_path: Path) -> None:
    broken = "kind: decision\nid: tier\nhit: {\n"
    content = f"{FORM}---\n{broken}---\n{CALENDAR}"
    bundle = read(written(tmp_path, {"bundle.yaml": META + "calendar: days\n", "a.yaml": content}))
    assert [(one.kind, one.line) for one in bundle.documents] == [("form", 1), ("calendar", 10)]
    assert bundle.unread == {("decision", "tier")}
    (finding,) = check(bundle)
    assert (finding.code, finding.line) == ("yaml.malformed", 9)


def test_what_is_broken_is_not_told_a_second_time_where_it_is_named(tmp_path: Path) -> None:
    approval = "kind: approval\nid: a\ntitle: A\nmatrix: tier\n"
    bundle = written(tmp_path, {"bundle.yaml": META, "a.yaml": approval})
    assert [one.code for one in findings(bundle)] == ["decision.unknown"]
    written(tmp_path, {"tier.yaml": "kind: decision\nid: tier\nhit: {\n"})
    assert [one.code for one in findings(bundle)] == ["yaml.malformed"]
    written(tmp_path, {"tier.yaml": "a: {"})
    assert [one.code for one in findings(bundle)] == ["yaml.malformed"]


def test_a_document_of_wrong_shape_is_checked_but_not_among_the_documents(tmp_path: Path) -> None:
    wrong = FORM + "colour: red\npersonal: [txt]\n"
    bundle = read(written(tmp_path, {"bundle.yaml": META, "note.yaml": wrong}))
    assert bundle.documents == ()
    assert [one.id for one in bundle.failed] == ["note"]
    assert [(one.path, one.line) for one in check(bundle)] == [("colour", 5), ("personal.0", 6)]


def test_what_is_no_definition_is_passed_over(tmp_path: Path) -> None:
    bundle = read(
        written(
            tmp_path,
            {
                "bundle.yaml": META,
                "note.yaml": FORM,
                "mappings/shop.yaml": (
                    "mapping: shop\nprocess: p\nfrom: shop\nkey: record.id\ndata: '{}'\n"
                ),
                "data/orders.json": "[1]",
                "demo.yaml": "[]",
                "README.md": "# Small",
                "codes.csv": "a;b",
                ".hidden.yaml": "nothing",
                "scenarios/one.yaml": "scenario: one\nprocess: p\nsteps: [{pass: P1D}]\n",
                "empty.yaml": "# nothing yet\n",
            },
        )
    )
    assert [one.file for one in bundle.documents] == ["note.yaml"]
    assert [one.id for one in bundle.scenarios] == ["one"]
    assert bundle.findings == ()


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "bundle.empty"),
        ({"README.md": "x"}, "bundle.empty"),
        ({"note.yaml": FORM}, "bundle.no_meta"),
        ({"bundle.yaml": "- a\n", "note.yaml": FORM}, "bundle.meta"),
        ({"bundle.yaml": "a: {\n", "note.yaml": FORM}, "yaml.malformed"),
    ],
)
def test_a_bundle_has_a_bundle_file(files: dict[str, str], code: str, tmp_path: Path) -> None:
    assert [one.code for one in findings(written(tmp_path, files))] == [code]


def test_a_single_file_may_name_what_is_elsewhere(tmp_path: Path) -> None:
    approval = "kind: approval\nid: a\ntitle: A\nmatrix: tier\n"
    written(tmp_path, {"a.yaml": approval, "b.yaml": approval + "color: red\n", "c.txt": "x"})
    assert findings(tmp_path / "a.yaml") == ()
    assert [one.path for one in findings(tmp_path / "b.yaml")] == ["color"]
    assert [one.code for one in findings(tmp_path / "c.txt")] == ["bundle.format"]
    assert [one.code for one in findings(tmp_path / "d.yaml")] == ["bundle.not_found"]


def packed(path: Path, files: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_zip_is_read_with_or_without_a_folder_around(tmp_path: Path) -> None:
    files = {"bundle.yaml": META, "note.yaml": FORM}
    plain = read(packed(tmp_path / "plain.zip", files))
    inside = {f"small/{name}": content for name, content in files.items()}
    around = read(packed(tmp_path / "around.zip", inside))
    assert plain == around
    assert check(plain) == ()


@pytest.mark.parametrize("name", ["../evil.yaml", "/evil.yaml", "a/../../evil.yaml", "c:\\e.yaml"])
def test_a_zip_leads_nowhere_else(name: str, tmp_path: Path) -> None:
    path = packed(tmp_path / "b.zip", {"bundle.yaml": META, "note.yaml": FORM, name: FORM})
    bundle = read(path)
    assert [one.code for one in bundle.findings] == ["bundle.path"]
    assert len(bundle.documents) == 1


def test_links_are_not_followed_out_of_a_bundle(tmp_path: Path) -> None:
    written(tmp_path, {"outside.yaml": FORM, "b/bundle.yaml": META})
    (tmp_path / "b" / "note.yaml").symlink_to(tmp_path / "outside.yaml")
    assert [one.code for one in findings(tmp_path / "b")] == ["bundle.path"]
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("bundle.yaml", META)
        link = zipfile.ZipInfo("note.yaml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert [one.code for one in findings(tmp_path / "b.zip")] == ["bundle.path"]


def test_a_zip_that_is_none_or_too_much_is_refused(tmp_path: Path) -> None:
    written(tmp_path, {"none.zip": b"PK\x03\x04 and nothing"})
    assert [one.code for one in findings(tmp_path / "none.zip")] == ["bundle.zip"]
    bomb = packed(tmp_path / "bomb.zip", {"bundle.yaml": META, "a.yaml": b" " * (FILE_BYTES + 1)})
    assert [one.code for one in findings(bomb)] == ["yaml.too_big"]
    many = {f"{number}.yaml": b"#" * FILE_BYTES for number in range(11)}
    assert [one.code for one in findings(packed(tmp_path / "many.zip", many))] == ["bundle.too_big"]
