"""A bundle as it would be published now: its newest versions, and in their places the drafts."""

from __future__ import annotations

import operator
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from orderloom.platform.app.bundle_drafts import (
    KIND,
    SCENARIO,
    meta_text,
    scenario_key,
    scenarios_of,
)
from orderloom.platform.app.newest import newest
from orderloom.platform.app.scenario import name_of
from orderloom.platform.codec import Located, dump_yaml, loads
from orderloom.platform.definitions import (
    KINDS,
    Bundle,
    Document,
    Finding,
    check,
    shape_findings,
)
from orderloom.platform.definitions.document import META_FILE, SCENARIOS, as_document
from orderloom.platform.definitions.parsing import Parsed, parse_file, parse_meta
from orderloom.platform.store.definition_rows import DefinitionTables, DefinitionVersion, Draft

Texts = Mapping[tuple[str, str], str]
# Texts that were read before: while one definition is edited the others stay as they are.
KEPT: Final = 600
# Bundles of which it is kept what is wrong with them: while they are edited a text is checked, then
# saved, then shown.
CHECKED: Final = 8


def file_of(kind: str, id_: str) -> str:
    """The file that stands for a definition in a bundle that is in no folder."""
    if kind == KIND:
        return META_FILE
    name = f"{kind}-{id_}.yaml"
    return f"{SCENARIOS}/{name}" if kind == SCENARIO else name


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
    given = dict(instead or {})
    texts = {
        key: text_of_version(version)
        for key, version in newest_of(tables, organisation, bundle).items()
    }
    drafts = [each for each in tables.drafts(organisation) if each.bundle == bundle]
    texts |= {(each.kind, each.id): text_of_draft(each) for each in drafts if each.kind in KINDS}
    texts |= {key: text for key, text in given.items() if key[0] in KINDS}
    read = [_read(file_of(kind, id_), text) for (kind, id_), text in sorted(texts.items())]
    played = _scenarios(tables, organisation, bundle, given)
    text = given.get((KIND, bundle), meta_text(tables, organisation, bundle))
    located, wrong = _meta(text)
    meta = located.value or dict(tables.bundle(organisation, bundle) or {"bundle": bundle})
    every = [*read, *played]
    return Bundle(
        meta=meta,
        documents=tuple(document for each in read for document in each[0]),
        scenarios=tuple(document for each in played for document in each[0]),
        findings=(*wrong, *(finding for each in every for finding in each[1])),
        meta_located=located if located.value else Located(meta, {(): (1, 1)}),
        failed=tuple(document for each in every for document in each[2]),
        unread=frozenset(named for each in read for named in each[3]),
        meta_text=text,
    )


_checked: Final[deque[tuple[Bundle, tuple[Finding, ...]]]] = deque(maxlen=CHECKED)
_checking: Final = threading.Lock()


def checked(bundle: Bundle) -> tuple[Finding, ...]:
    """All that is wrong with a working bundle: the same as `check` says, which is asked once for
    texts that are asked for again."""
    with _checking:
        known = next((found for other, found in _checked if _same(bundle, other)), None)
    if known is not None:
        return known
    found = check(bundle)
    with _checking:
        _checked.append((bundle, found))
    return found


def _same(one: Bundle, other: Bundle) -> bool:
    """Whether both were made of the same readings of the same texts."""
    pairs = (
        (one.documents, other.documents),
        (one.scenarios, other.scenarios),
        (one.failed, other.failed),
        (one.findings, other.findings),
    )
    read = all(
        len(some) == len(others) and all(map(operator.is_, some, others)) for some, others in pairs
    )
    said = (one.meta, one.meta_text, one.unread) == (other.meta, other.meta_text, other.unread)
    return read and said and one.mappings == other.mappings


def published_bundle(tables: DefinitionTables, organisation: int, bundle: str) -> Bundle:
    """The same as it was published last; empty where nothing was."""
    newest = newest_of(tables, organisation, bundle)
    read = [_read(file_of(*key), text_of_version(each)) for key, each in newest.items()]
    played = tables.scenarios(organisation, bundle)
    return Bundle(
        meta=tables.bundle(organisation, bundle) or {},
        documents=tuple(document for each in read for document in (*each[0], *each[2])),
        scenarios=tuple(
            Document(SCENARIO, name_of(each.value), each.file, 1, each.value) for each in played
        ),
    )


def of_whole(bundle: Bundle) -> list[Document]:
    """What a bundle says of itself, its definitions, its scenarios: all that can be compared."""
    own = [as_document(bundle.meta, bundle.meta_located)] if bundle.meta else []
    return [*own, *bundle.documents, *bundle.scenarios]


def _scenarios(
    tables: DefinitionTables, organisation: int, bundle: str, given: Texts
) -> list[Read]:
    """What is written in their places; a text that nobody has saved stands alone in a file."""
    found = []
    for each in scenarios_of(tables, organisation, bundle):
        if (SCENARIO, scenario_key(bundle, each.name)) in given:
            continue
        inside = each.file.startswith(f"{SCENARIOS}/")
        file = each.file if inside else f"{SCENARIOS}/{each.file or META_FILE}"
        found.append(_read(file, each.text))
    alone = [(key, text) for key, text in given.items() if key[0] == SCENARIO]
    return [*found, *(_read(file_of(*key), text) for key, text in alone)]


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


@lru_cache(maxsize=KEPT)
def _meta(text: str) -> tuple[Located, tuple[Finding, ...]]:
    """What a `bundle.yaml` says, an empty map where it cannot be read, and what is wrong."""
    located, findings = parse_meta(META_FILE, text.encode())
    wrong = shape_findings(as_document(located.value, located)) if located.value else ()
    return located, (*findings, *wrong)
