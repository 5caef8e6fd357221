"""The files of a bundle: a folder, a zip, or one file, bounded before anything is read.

Nothing is unpacked; an entry of a zip that would lie outside, a link or a secret is refused.
"""

from __future__ import annotations

import io
import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from orderloom.platform.definitions.borrowed import Why
from orderloom.platform.definitions.finding import Finding, tell

SUFFIXES: Final = (".yaml", ".yml", ".json")
# Beside definitions a bundle has mappings (`BundleFiles.mappings`), demo data, definitions as they
# were in earlier versions, and texts, which others read.
MAPPINGS: Final = "mappings"
EARLIER: Final = "versions"
SKIPPED_FOLDERS: Final = frozenset({MAPPINGS, EARLIER, "demo", "data"})
SKIPPED_FILES: Final = frozenset({"demo.yaml", "demo.yml", "demo.json"})
MOST_FILES: Final = 2_000
FILE_BYTES: Final = 2_000_000
TOTAL_BYTES: Final = 20_000_000
# What the library raises over broken, odd or encrypted archives.
_BROKEN: Final = (
    *(zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError),
    *(zlib.error, lzma.LZMAError),
)


@dataclass(frozen=True, slots=True)
class BundleFiles:
    """`files`: name relative to the bundle → content, sorted. `single`: one loose file.
    `mappings`: those of the folder `mappings`, in the same way."""

    files: dict[str, bytes]
    findings: tuple[Finding, ...] = ()
    single: bool = False
    mappings: dict[str, bytes] = field(default_factory=dict)


class NoBundle(Exception):
    """Nothing can be made of a path; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def bundle_files(path: Path) -> BundleFiles:
    """The definition files at `path`. Raises `NoBundle`."""
    if path.is_dir():
        return _gathered(_of_folder(path), path.name)
    if not path.is_file():
        raise NoBundle(_finding(path.name, "bundle.not_found", name=path.name))
    if path.suffix == ".zip":
        return _of_zip(path, path.name)
    if path.suffix not in SUFFIXES:
        raise NoBundle(_finding(path.name, "bundle.format", name=path.name))
    found = _gathered(iter([_Entry(path.name, path.stat().st_size, path)]), path.name)
    return BundleFiles(found.files, found.findings, single=True)


def zip_files(content: bytes, name: str) -> BundleFiles:
    """The definition files of a zip that lies in memory; `name`: what findings call it. Raises
    `NoBundle`."""
    return _of_zip(io.BytesIO(content), name)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file that may be read. `source`: its path, or the zip it is in with its name there.
    `refused`: why it is not read, the variant of the sentence."""

    name: str
    size: int
    source: Path | tuple[zipfile.ZipFile, str]
    refused: str = ""

    def read(self) -> bytes:
        if isinstance(self.source, Path):
            with self.source.open("rb") as file:
                return file.read(FILE_BYTES + 1)
        archive, name = self.source
        with archive.open(name) as packed:
            return packed.read(FILE_BYTES + 1)


def _gathered(entries: Iterator[_Entry], name: str) -> BundleFiles:
    files: dict[str, bytes] = {}
    mappings: dict[str, bytes] = {}
    findings: list[Finding] = []
    total = 0
    for entry in entries:
        if entry.refused:
            findings.append(_finding(entry.name, "bundle.path", entry.refused, name=entry.name))
            continue
        mapping = is_mapping(entry.name)
        if not mapping and not is_read(entry.name):
            continue
        content = entry.read() if entry.size <= FILE_BYTES else b""
        if entry.size > FILE_BYTES or len(content) > FILE_BYTES:
            findings.append(_too_big(entry.name))
            continue
        total += len(content)
        if total > TOTAL_BYTES or len(files) + len(mappings) >= MOST_FILES:
            raise NoBundle(_bundle_too_big(name))
        (mappings if mapping else files)[entry.name] = content
    return BundleFiles(
        dict(sorted(files.items())), tuple(findings), mappings=dict(sorted(mappings.items()))
    )


def is_mapping(name: str) -> bool:
    """Whether a file of this name is a mapping of the bundle."""
    folder, _, file = name.partition("/")
    plain = "/" not in file and not file.startswith(".")
    return folder == MAPPINGS and plain and PurePosixPath(file).suffix in SUFFIXES


def is_read(name: str) -> bool:
    """Whether a file of this name belongs to the definitions of a bundle."""
    path = PurePosixPath(name)
    folders = path.parts[:-1]
    hidden = any(part.startswith(".") for part in path.parts)
    return (
        path.suffix in SUFFIXES
        and not hidden
        and not SKIPPED_FOLDERS & set(folders)
        and not (not folders and path.name in SKIPPED_FILES)
    )


def _of_folder(folder: Path) -> Iterator[_Entry]:
    root = folder.resolve()
    for count, path in enumerate(sorted(folder.rglob("*"))):
        if count > 10 * MOST_FILES:
            raise NoBundle(_bundle_too_big(folder.name))
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            yield _Entry(name, 0, path, "link_out")
        elif path.is_file():
            yield _Entry(name, path.stat().st_size, path)


def _of_zip(source: Path | io.BytesIO, name: str) -> BundleFiles:
    try:
        with zipfile.ZipFile(source) as archive:
            return _gathered(_entries(archive, name), name)
    except _BROKEN as error:
        why = Why(str(error))
        raise NoBundle(_finding(name, "bundle.zip", name=name, why=why)) from None


def _entries(archive: zipfile.ZipFile, called: str) -> Iterator[_Entry]:
    listed = [one for one in archive.infolist() if not one.is_dir()]
    if len(listed) > 10 * MOST_FILES:
        raise NoBundle(_bundle_too_big(called))
    top = _top([one.filename for one in listed])
    for one in listed:
        name = one.filename.removeprefix(top)
        yield _Entry(name, one.file_size, (archive, one.filename), _refused(one))


def _refused(one: zipfile.ZipInfo) -> str:
    """Why an entry is not read: a variant of the sentence; empty where it is."""
    parts = PurePosixPath(one.filename).parts
    if "\\" in one.filename or ".." in parts or one.filename.startswith("/") or ":" in parts[0]:
        return "outside"
    if stat.S_ISLNK(one.external_attr >> 16):
        return "link"
    if one.flag_bits & 1:
        return "encrypted"
    return ""


def _top(names: list[str]) -> str:
    """The folder that everything in the zip is in, where the bundle is not at its root."""
    tops = {name.partition("/")[0] for name in names}
    if len(tops) != 1 or any("/" not in name for name in names):
        return ""
    return tops.pop() + "/"


def _too_big(name: str) -> Finding:
    return _finding(name, "yaml.too_big", "file", bytes=FILE_BYTES)


def _bundle_too_big(name: str) -> Finding:
    return _finding(name, "bundle.too_big", files=MOST_FILES, bytes=TOTAL_BYTES)


def _finding(file: str, code: str, variant: str = "", **params: Any) -> Finding:
    return tell((file, 1, ""), code, variant, params)
