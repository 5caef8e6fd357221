"""One file of a bundle as its documents; what cannot be read is told, the rest is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final

from orderloom.platform.codec import CodecError, Located, load_all_yaml, loads_strict
from orderloom.platform.definitions.borrowed import Why
from orderloom.platform.definitions.document import KINDS, LATER_KINDS, SCENARIOS, Document
from orderloom.platform.definitions.finding import Finding, tell
from orderloom.platform.definitions.saying import Listed, Said, meant, one_of
from orderloom.platform.definitions.sentences import shown

_SPLIT: Final = re.compile(rb"^---(?=[ \t\r\n]|$)", re.MULTILINE)
# What may stand before the first document and belongs to it: comments and directives.
_PREFACE: Final = re.compile(rb"(?:[ \t]*(?:[#%][^\n]*)?\n)*")
_NAMED: Final = re.compile(
    r"^[{ ]*\"?(kind|id)\"?: *\"?([\w.@-]+)|, *\"?(id)\"?: *([\w.@-]+)", re.M
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """`documents`: those whose kind is known and that have an id. `unread`: kind and id of those
    that cannot be read, `("", "")` where even these are unknown."""

    documents: tuple[Document, ...] = ()
    findings: tuple[Finding, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()


def parse_file(name: str, content: bytes) -> Parsed:
    """The documents of one file. A broken one does not hide the others of its file."""
    documents: list[Document] = []
    findings: list[Finding] = []
    unread: list[tuple[str, str]] = []
    texts = _texts(content)
    for one in _located(name, content):
        if isinstance(one, _Broken):
            findings.append(one.finding)
            unread.append(one.named)
            continue
        made = document_of(name, one)
        if isinstance(made, Document):
            documents.append(replace(made, text=_text_at(texts, made.line)))
        elif made is not None:
            findings.append(made)
            unread.append(("", "") if made.code != "kind.unavailable" else _named_of(one.value))
    return Parsed(tuple(documents), tuple(findings), tuple(unread))


def _texts(content: bytes) -> list[tuple[int, str]]:
    """The texts between the lines of `---`, each with the line that it begins in."""
    try:
        whole = content.decode("utf-8")
    except UnicodeDecodeError:
        return []
    places = [match.start() for match in _SPLIT.finditer(content)]
    if not places:
        return [(1, whole)]
    found = [(1, content[: places[0]].decode())]
    for start, end in zip(places, [*places[1:], len(content)], strict=True):
        mark, _, rest = content[start:end].partition(b"\n")
        line = content.count(b"\n", 0, start) + 2
        # What stands on the line of the mark itself is part of no text that could be kept.
        found.append((line, rest.decode() if mark.strip() == b"---" else ""))
    return found


def _text_at(texts: list[tuple[int, str]], line: int) -> str:
    """The text that a document of a line stands in."""
    return next((text for start, text in reversed(texts) if start <= line), "")


def document_of(name: str, located: Located) -> Document | Finding | None:
    """The document of a value; None where there is nothing."""
    value = located.value
    line = located.line(())
    if value is None:
        return None
    if not isinstance(value, dict):
        return _finding(name, line, "document.not_a_map")
    if "kind" not in value and ("scenario" in value or _in_scenarios(name)):
        return _scenario(name, line, located)
    kind = value.get("kind")
    if kind is None:
        return _finding(name, line, "kind.missing", names=Listed(KINDS))
    if kind not in KINDS:
        return _no_kind(name, located, kind)
    if not isinstance(value.get("id"), str) or not value["id"]:
        return _finding(name, line, "id.missing", kind=Said(f"kinds.{kind}"))
    return Document(kind=kind, id=value["id"], file=name, line=line, value=value, located=located)


def parse_mapping(name: str, content: bytes) -> Document | tuple[Finding, ...]:
    """A mapping: one map, with the name of its file where it has none; or why it is none."""
    found = list(_located(name, content))
    broken = tuple(one.finding for one in found if isinstance(one, _Broken))
    located = [one for one in found if isinstance(one, Located)]
    if broken or len(located) != 1 or not isinstance(located[0].value, dict):
        return broken or (_finding(name, 1, "document.not_a_map", "mapping"),)
    value = located[0].value
    id_ = value.get("mapping")
    known = id_ if isinstance(id_, str) else PurePosixPath(name).stem
    line = located[0].line(())
    return Document("mapping", known, name, line, value, located[0])


def parse_meta(name: str, content: bytes) -> tuple[Located, list[Finding]]:
    """`bundle.yaml`: a map, or nothing and why."""
    nothing = Located({}, {(): (1, 1)})
    found = list(_located(name, content))
    broken = [one.finding for one in found if isinstance(one, _Broken)]
    if broken:
        return nothing, broken
    located = [one for one in found if isinstance(one, Located)]
    if len(located) == 1 and isinstance(located[0].value, dict):
        return located[0], []
    return nothing, [_finding(name, 1, "bundle.meta")]


def _no_kind(name: str, located: Located, kind: Any) -> Finding:
    place = (name, located.line(("kind",)), "kind")
    if kind in LATER_KINDS:
        return tell(place, "kind.unavailable", "", {"name": kind})
    hint = meant(kind, KINDS) or one_of(KINDS)
    return tell(place, "kind.unknown", "", {"name": shown(kind)}, hint=hint)


def _scenario(name: str, line: int, located: Located) -> Document | Finding:
    id_ = located.value.get("scenario")
    if not isinstance(id_, str) or not id_:
        return _finding(name, line, "id.missing", "scenario")
    return Document(
        kind="scenario", id=id_, file=name, line=line, value=located.value, located=located
    )


def _in_scenarios(name: str) -> bool:
    return SCENARIOS in PurePosixPath(name).parts[:-1]


@dataclass(frozen=True, slots=True)
class _Broken:
    finding: Finding
    named: tuple[str, str]


def _located(name: str, content: bytes) -> Iterator[Located | _Broken]:
    """The values of a file. Where the whole cannot be read, document by document."""
    if name.endswith(".json"):
        yield _json(name, content)
        return
    try:
        found = load_all_yaml(content, file=name)
    except (CodecError, RecursionError) as error:
        places = [match.start() for match in _SPLIT.finditer(content)]
        if places and _PREFACE.fullmatch(content[: places[0]]):
            places[0] = 0
        elif not places or places[0]:
            places = [0, *places]
        if len(places) == 1:
            yield _broken(name, content, error)
            return
        for start, end in zip(places, [*places[1:], len(content)], strict=True):
            yield from _part(name, content, start, end)
        return
    yield from found


def _part(name: str, content: bytes, start: int, end: int) -> Iterator[Located | _Broken]:
    """One document out of many, with the empty lines before it that keep its lines right."""
    part = content[start:end]
    try:
        yield from load_all_yaml(b"\n" * content.count(b"\n", 0, start) + part, file=name)
    except (CodecError, RecursionError) as error:
        yield _broken(name, part, error)


def _json(name: str, content: bytes) -> Located | _Broken:
    try:
        value = loads_strict(content)
    except CodecError as error:
        return _broken(name, content, error)
    try:
        # JSON is YAML but for a few signs: this is where the lines come from.
        (read,) = load_all_yaml(content, file=name)
        return Located(value, read.lines)
    except (CodecError, ValueError, RecursionError):
        return Located(value, {(): (1, 1)})


def _broken(name: str, content: bytes, error: CodecError | RecursionError) -> _Broken:
    if isinstance(error, RecursionError):
        error = CodecError("yaml.too_deep", "nested too deep")
    finding = _finding(name, error.line or 1, error.code, why=Why(error.message))
    return _Broken(finding, _named(content))


def _named(content: bytes) -> tuple[str, str]:
    """Kind and id of a text that is not YAML, as far as they can be told."""
    found: dict[str, str] = {}
    for match in _NAMED.finditer(content[:100_000].decode("utf-8", "replace")):
        found.setdefault(match[1] or match[3], match[2] or match[4])
    if found.keys() != {"kind", "id"}:
        return ("", "")
    return found["kind"], found["id"]


def _named_of(value: dict[str, Any]) -> tuple[str, str]:
    id_ = value.get("id")
    return str(value["kind"]), id_ if isinstance(id_, str) else ""


def _finding(file: str, line: int, code: str, variant: str = "", **params: Any) -> Finding:
    return tell((file, line, ""), code, variant, params)
