"""A bundle as it would be published now: its newest versions, and in their places the drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from orderloom.platform.app.bundle_drafts import KIND, meta_of, scenarios_of
from orderloom.platform.app.newest import newest
from orderloom.platform.app.scenario import name_of
from orderloom.platform.codec import Located, dump_yaml, loads
from orderloom.platform.definitions import Bundle, Document, Finding, shape_findings
from orderloom.platform.definitions.document import META_FILE, SCENARIOS
from orderloom.platform.definitions.parsing import Parsed, parse_file
from orderloom.platform.store.definition_rows import DefinitionTables, DefinitionVersion, Draft

Texts = Mapping[tuple[str, str], str]
# Texts that were read before: while one definition is edited the others stay as they are.
KEPT: Final = 600


def file_of(kind: str, id_: str) -> str:
    """The file that stands for a definition in a bundle that is in no folder."""
    return f"{kind}-{id_}.yaml"


def text_of_version(version: DefinitionVersion) -> str:
    """A version as its author wrote it, else laid out."""
    return version.text or dump_yaml(loads(version.body))


def text_of_draft(draft: Draft) -> str:
    """A draft as it was written, else laid out."""
    return draft.text or dump_yaml(loads(draft.body))


def newest_of(
    tables: DefinitionTables, organisation: int, bundle: str
) -> dict[tuple[str, str], DefinitionVersion]:
    """Of each definition of a bundle the newest version, by kind and id."""
    rows = tables.versions(organisation)
    return newest(each for each in rows if each.bundle == bundle)


def working_bundle(
    tables: DefinitionTables, organisation: int, bundle: str, *, instead: Texts | None = None
) -> Bundle:
    """What would be checked and published. `instead`: texts that stand for drafts that nobody has
    saved, by kind and id. What cannot be read is among the findings."""
    texts = {
        key: text_of_version(version)
        for key, version in newest_of(tables, organisation, bundle).items()
    }
    drafts = (each for each in tables.drafts(organisation) if each.bundle == bundle)
    texts |= {(each.kind, each.id): text_of_draft(each) for each in drafts if each.kind != KIND}
    texts |= dict(instead or {})
    meta = dict(meta_of(tables, organisation, bundle))
    read = [_read(file_of(kind, id_), text) for (kind, id_), text in sorted(texts.items())]
    played = [_scenario(file, value) for file, value in scenarios_of(tables, organisation, bundle)]
    return Bundle(
        meta=meta,
        documents=tuple(document for each in read for document in each[0]),
        scenarios=tuple(played),
        findings=tuple(finding for each in read for finding in each[1]),
        meta_located=Located(meta, {(): (1, 1)}),
        failed=tuple(document for each in read for document in each[2]),
        unread=frozenset(named for each in read for named in each[3]),
    )


Read = tuple[
    tuple[Document, ...], tuple[Finding, ...], tuple[Document, ...], tuple[tuple[str, str], ...]
]


@lru_cache(maxsize=KEPT)
def _read(file: str, text: str) -> Read:
    """Good documents, findings, documents of a wrong shape, what cannot be read."""
    parsed: Parsed = parse_file(file, text.encode())
    good, failed, findings = [], [], list(parsed.findings)
    for document in parsed.documents:
        wrong = tuple(shape_findings(document))
        findings += wrong
        if any(each.severity == "error" for each in wrong):
            failed.append(document)
        else:
            good.append(replace(document, judged=document.value))
    return tuple(good), tuple(findings), tuple(failed), parsed.unread


def _scenario(file: str, value: Mapping[str, Any]) -> Document:
    name = file if file.startswith(f"{SCENARIOS}/") else f"{SCENARIOS}/{file or META_FILE}"
    return Document(kind="scenario", id=name_of(value), file=name, line=1, value=value)
