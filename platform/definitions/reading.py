"""Bundles from disk (language 1): definitions, scenarios and `bundle.yaml`, with their findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from orderloom.platform.codec import Located
from orderloom.platform.definitions.document import (
    META_FILE,
    META_FILES,
    Bundle,
    Document,
    as_document,
)
from orderloom.platform.definitions.files import BundleFiles, NoBundle, bundle_files
from orderloom.platform.definitions.finding import Finding, tell
from orderloom.platform.definitions.parsing import Parsed, parse_file, parse_mapping, parse_meta
from orderloom.platform.definitions.shape import shape_findings


def read_bundle(path: Path) -> Bundle | tuple[Finding, ...]:
    """The bundle at `path`: a folder, a `.zip`, or one `.yaml` or `.json` file of definitions.

    What cannot be read or has the wrong shape is among `findings` and not among `documents`; only
    where nothing can be made of `path` the findings come alone. Demo data and what is
    neither YAML nor JSON are passed over.
    """
    try:
        files = bundle_files(path)
    except NoBundle as error:
        return (error.finding,)
    return bundle_of(files)


def bundle_of(files: BundleFiles) -> Bundle | tuple[Finding, ...]:
    """The bundle of files that are in memory already."""
    meta, meta_located, findings = _meta(files)
    meta_text = next((text for name, text in files.files.items() if _is_meta(name)), b"")
    parsed = [parse_file(name, text) for name, text in files.files.items() if not _is_meta(name)]
    findings += [finding for one in parsed for finding in one.findings]
    findings = [*files.findings, *findings]
    documents = [document for one in parsed for document in one.documents]
    if not documents and not meta and not any(one.unread for one in parsed):
        return tuple(findings) or (_empty(),)
    mappings, wrong = _mappings(files)
    findings += wrong
    shapes = {id(one): tuple(shape_findings(one)) for one in documents}
    meta_document = as_document(meta, meta_located)
    findings += shape_findings(meta_document) if meta else ()
    findings += [finding for found in shapes.values() for finding in found]
    failed = [one for one in documents if any(f.severity == "error" for f in shapes[id(one)])]
    good = [replace(one, judged=one.value) for one in documents if one not in failed]
    return Bundle(
        meta=meta,
        documents=tuple(one for one in good if one.kind != "scenario"),
        scenarios=tuple(one for one in good if one.kind == "scenario"),
        findings=tuple(findings),
        meta_located=meta_located,
        failed=tuple(failed),
        unread=_unread(parsed, files),
        mappings=mappings,
        meta_text=meta_text.decode("utf-8", "replace"),
    )


def _meta(files: BundleFiles) -> tuple[Mapping[str, Any], Located, list[Finding]]:
    name = next((name for name in files.files if _is_meta(name)), None)
    if name is not None:
        located, findings = parse_meta(name, files.files[name])
        return located.value or {}, located, findings
    nothing = Located({}, {(): (1, 1)})
    told = any(one.file in META_FILES for one in files.findings)
    if files.single or told or not files.files:
        return {}, nothing, []
    return {}, nothing, [tell((META_FILE, 1, ""), "bundle.no_meta", "", {})]


def _mappings(files: BundleFiles) -> tuple[tuple[Document, ...], list[Finding]]:
    good: list[Document] = []
    findings: list[Finding] = []
    for name, content in files.mappings.items():
        made = parse_mapping(name, content)
        wrong = list(shape_findings(made)) if isinstance(made, Document) else list(made)
        findings += wrong
        good += [made] if isinstance(made, Document) and not wrong else []
    return tuple(good), findings


def _is_meta(name: str) -> bool:
    return str(PurePosixPath(name)) in META_FILES


def _unread(parsed: Iterable[Parsed], files: BundleFiles) -> frozenset[tuple[str, str]]:
    found = {one for each in parsed for one in each.unread}
    return frozenset(found | ({("", "")} if files.findings else set()))


def _empty() -> Finding:
    return tell(("", 1, ""), "bundle.empty", "", {})
