"""YAML 1.2, core schema, strict: what definitions are written in (language 1).

`on`, `NO` and dates are strings, numbers are exact, each value knows its line. JSON is read the
same way, being YAML. Refused, with a place: tags, duplicate keys, keys that are not text, numbers
without a value, more than a bounded size, depth or growth by aliases.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarstring import LiteralScalarString

from orderloom.platform.codec.error import CodecError
from orderloom.platform.codec.kept import Kept
from orderloom.platform.codec.strict import DIGITS, EXPONENT
from orderloom.platform.codec.yaml_events import events

Path = tuple[str | int, ...]
LIMIT_BYTES: Final = 10_000_000
DEPTH: Final = 100
NODES_BY_ALIAS: Final = 100_000
# Characters of the texts whose documents are kept: one that is edited is asked for again and
# again, and so is a bundle of which one text is edited.
KEPT: Final = 4_000_000
LONGEST_KEPT: Final = 1_000_000

_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_OCTAL: Final = re.compile(r"0o[0-7]+")
_HEXADECIMAL: Final = re.compile(r"0x[0-9a-fA-F]+")
_NUMBER: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WITHOUT_VALUE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class Located:
    """A value and where its parts stand: path → (line, column), counted from 1."""

    value: Any
    lines: Mapping[Path, tuple[int, int]] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, (1, 1))[0]


_kept: Final[Kept[list[Located]]] = Kept(KEPT)


def load_yaml(text: str | bytes, *, file: str = "", depth: int = DEPTH) -> Located:
    """The one document of `text`. Raises `CodecError` (`yaml.…`); `file` is for its reader."""
    documents = load_all_yaml(text, file=file, depth=depth)
    if len(documents) > 1:
        line = documents[1].lines[()][0]
        raise CodecError("yaml.several", "one document is expected here", line, 1)
    return documents[0] if documents else Located(None, {(): (1, 1)})


def load_all_yaml(text: str | bytes, *, file: str = "", depth: int = DEPTH) -> list[Located]:
    """Every document of `text`, split by `---`."""
    read = _text(text)
    if len(read) > LONGEST_KEPT or depth != DEPTH:
        return _documents(read, depth)
    # One's own to change; where its parts stand nobody changes.
    return [Located(_copied(one.value), one.lines) for one in _kept.of(read, _documents)]


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_copied(each) for each in value]
    return value


def _documents(text: str, depth: int = DEPTH) -> list[Located]:
    reader = _Reader(text, depth)
    try:
        return list(reader.documents())
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        message = str(error.problem or error.context or "this is not YAML")
        raise CodecError("yaml.malformed", message, line, column) from None
    except YAMLError as error:
        message = getattr(error, "reason", None) or "this is not YAML"
        raise CodecError("yaml.malformed", str(message)) from None
    except (ValueError, LookupError, AttributeError, AssertionError, NotImplementedError) as error:
        # The library's own slips over broken text; it does not say where.
        if isinstance(error, CodecError):
            raise
        line = max((line for line, _ in reader.lines.values()), default=1)
        raise CodecError("yaml.malformed", "this is not YAML", line, 1) from None


def dump_yaml(value: Any) -> str:
    """Block style, exact numbers, text quoted where it would be read as something else."""
    writer = YAML(typ="rt", pure=True)
    writer.version = None
    writer.default_flow_style = False
    writer.width = 100
    writer.allow_unicode = True
    writer.representer.add_representer(Decimal, _represent_decimal)
    writer.representer.add_representer(str, _represent_text)
    out = io.StringIO()
    writer.dump(_plain(value), out)
    return out.getvalue().removesuffix("...\n")


class _Reader:
    def __init__(self, text: str, depth: int) -> None:
        self.events: Iterator[Any] = events(text)
        self.depth = depth
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.by_alias = 0
        self.lines: dict[Path, tuple[int, int]] = {}

    def documents(self) -> Iterator[Located]:
        for event in self.events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                if event.version not in (None, (1, 2)) or event.tags:
                    raise _refused("yaml.directive", "only YAML 1.2 without tags is read", event)
                self.lines, self.anchors = {}, {}
                value, _ = self.node(next(self.events), ())
                yield Located(value, self.lines)

    def node(self, event: Any, path: Path) -> tuple[Any, int]:
        """The value that begins with `event`, and how many nodes it has."""
        kind = type(event).__name__
        self.lines[path] = (event.start_mark.line + 1, event.start_mark.column + 1)
        if kind == "AliasEvent":
            return self.alias(event)
        if event.tag is not None and not (kind == "ScalarEvent" and event.tag == "!"):
            raise _refused("yaml.tag", f"the tag {event.tag} is not read", event)
        if len(path) > self.depth:
            raise _refused("yaml.too_deep", f"nested deeper than {self.depth} levels", event)
        if kind == "ScalarEvent":
            value, size = _scalar(event), 1
        elif kind == "SequenceStartEvent":
            value, size = self.sequence(path)
        else:
            value, size = self.mapping(path)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, size)
        return value, size

    def alias(self, event: Any) -> tuple[Any, int]:
        if event.anchor not in self.anchors:
            raise _refused("yaml.alias", f"nothing is called {event.anchor}", event)
        value, size = self.anchors[event.anchor]
        self.by_alias += size
        if self.by_alias > NODES_BY_ALIAS:
            raise _refused("yaml.alias", "aliases make the document too large", event)
        return value, size

    def sequence(self, path: Path) -> tuple[list[Any], int]:
        items: list[Any] = []
        total = 1
        while type(event := next(self.events)).__name__ != "SequenceEndEvent":
            item, size = self.node(event, (*path, len(items)))
            items.append(item)
            total += size
        return items, total

    def mapping(self, path: Path) -> tuple[dict[str, Any], int]:
        members: dict[str, Any] = {}
        total = 1
        while type(event := next(self.events)).__name__ != "MappingEndEvent":
            if type(event).__name__ != "ScalarEvent":
                raise _refused("yaml.key", "a key must be text", event)
            key = self.key(event)
            if key in members:
                raise _refused("yaml.duplicate_key", f"the key {key!r} occurs twice", event)
            item, size = self.node(next(self.events), (*path, key))
            # A member is best found where its key stands.
            self.lines[*path, key] = (event.start_mark.line + 1, event.start_mark.column + 1)
            members[key] = item
            total += size
        return members, total

    def key(self, event: Any) -> str:
        if event.tag is not None and event.tag != "!":
            raise _refused("yaml.tag", f"the tag {event.tag} is not read", event)
        if event.anchor is not None:
            self.anchors[event.anchor] = (event.value, 1)
        return str(event.value)


def _scalar(event: Any) -> Any:
    text = event.value
    if event.style or event.tag == "!":
        return str(text)
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        _check_length(text, event)
        return int(text)
    if _OCTAL.fullmatch(text):
        _check_length(text, event)
        return int(text[2:], 8)
    if _HEXADECIMAL.fullmatch(text):
        _check_length(text, event)
        return int(text[2:], 16)
    if _NUMBER.fullmatch(text):
        return _decimal(text, event)
    if _WITHOUT_VALUE.fullmatch(text):
        raise _refused("yaml.number", f"{text} is not a number that can be kept", event)
    return str(text)


def _decimal(text: str, event: Any) -> Decimal:
    _check_length(text, event)
    exponent = re.split("[eE]", text)[1:]
    if exponent and len(exponent[0].lstrip("+-0")) > len(str(EXPONENT)):
        raise _refused("yaml.number", f"{text} is not a number that can be kept", event)
    value = Decimal(text)
    if value and abs(value.adjusted()) > EXPONENT:
        raise _refused("yaml.number", f"{text} is not a number that can be kept", event)
    return value


def _check_length(text: str, event: Any) -> None:
    if len(text) > DIGITS:
        raise _refused("yaml.number", f"{text[:40]}… is not a number that can be kept", event)


def _refused(code: str, message: str, event: Any) -> CodecError:
    return CodecError(code, message, event.start_mark.line + 1, event.start_mark.column + 1)


def _text(text: str | bytes) -> str:
    if len(text) > LIMIT_BYTES:
        raise CodecError("yaml.too_big", f"the text is longer than {LIMIT_BYTES} bytes")
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise CodecError("yaml.encoding", "the text is not UTF-8", line, 1) from None


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        raise TypeError("a float is not exact")
    if isinstance(value, str) and "\n" in value and _fits_block(value):
        return LiteralScalarString(value)
    return value


def _fits_block(value: str) -> bool:
    lines = value.split("\n")
    return value.isprintable() is False and all(
        line.isprintable() and line == line.rstrip() and not line.startswith(" ") for line in lines
    )


def _represent_decimal(representer: Any, value: Decimal) -> Any:
    text = str(value)
    if "." not in text and "E" not in text:
        text += "."
    return representer.represent_scalar("tag:yaml.org,2002:float", text)


def _represent_text(representer: Any, value: str) -> Any:
    plain = (
        value not in _WORDS
        and not any(p.fullmatch(value) for p in (_INTEGER, _OCTAL, _HEXADECIMAL, _NUMBER))
        and not _WITHOUT_VALUE.fullmatch(value)
    )
    style = None if plain else '"'
    if not value.isprintable():
        style = '"'
    return representer.represent_scalar("tag:yaml.org,2002:str", value, style=style)
