"""Bundles to disk: reading them back gives the same documents, scenarios and `bundle.yaml`."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from orderloom.platform.codec import Located, canonical, dump_yaml, load_yaml
from orderloom.platform.definitions.document import (
    META_FILE,
    META_FILES,
    SCENARIOS,
    Bundle,
    Document,
    as_document,
)
from orderloom.platform.definitions.files import is_read

_PLAIN: Final = re.compile(r"[\w. -]+(?:/[\w. -]+)*")
# The earliest moment that a zip can tell: equal bundles make equal archives.
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)


def write_bundle(bundle: Bundle, path: Path) -> None:
    """Writes a folder, or a zip where `path` ends so. Files of the same names are replaced.

    Order of maps and exact numbers are kept, and the texts of documents whose texts are known. Each
    document goes to its `file`, where that is a name inside a bundle, else to one of its own.
    Raises `OSError`.
    """
    if path.suffix == ".zip":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bundle_zip(bundle))
        return
    for name, text in bundle_texts(bundle).items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")


def bundle_zip(bundle: Bundle) -> bytes:
    """The bundle as a zip file; equal bundles give equal bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in bundle_texts(bundle).items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), text, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def bundle_texts(bundle: Bundle) -> dict[str, str]:
    """File name → text of every file that the bundle consists of."""
    return {
        META_FILE: text_of_meta(bundle),
        **_texts(bundle.documents),
        **_texts(bundle.scenarios),
    }


def text_of_meta(bundle: Bundle) -> str:
    """Its `bundle.yaml` as its author wrote it, where that is known and says the same."""
    return text_of(as_document(bundle.meta, Located(None), bundle.meta_text))


def _texts(documents: Iterable[Document]) -> Mapping[str, str]:
    files: dict[str, list[str]] = {}
    for document in documents:
        files.setdefault(_file_of(document), []).append(text_of(document))
    return {name: "---\n".join(values) for name, values in sorted(files.items())}


def text_of(document: Document) -> str:
    """A document as its author wrote it, where that is known and says the same; else laid out."""
    read = document.located.value is document.value
    if document.text and (read or _says(document.text, document.value)):
        return document.text if document.text.endswith("\n") else f"{document.text}\n"
    return dump_yaml(document.value)


def _says(text: str, value: Any) -> bool:
    try:
        return canonical(load_yaml(text).value) == canonical(value)
    except ValueError:
        return False


def _file_of(document: Document) -> str:
    """Where the document goes: its file, as YAML and among its like."""
    name = document.file.removesuffix(".json")
    name = name if name.endswith((".yaml", ".yml")) else f"{name}.yaml"
    wanted = document.kind == "scenario"
    parts = PurePosixPath(name).parts
    among = SCENARIOS in parts[:-1]
    safe = _PLAIN.fullmatch(name) and ".." not in parts and name not in META_FILES
    if safe and is_read(name) and wanted is among:
        return name
    own = re.sub(r"[^\w.-]", "-", f"{document.kind}-{document.id}")
    return f"{SCENARIOS}/{own}.yaml" if wanted else f"{own}.yaml"
