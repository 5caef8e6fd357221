"""XML of decisions, read without ever following what it names, and written exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree as SafeXml
from defusedxml.common import DefusedXmlException

from orderloom.rules.error import FeelError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LIMIT_BYTES: Final = 20_000_000
LIMIT_ELEMENTS: Final = 2_000_000
# What XML 1.0 has no way to write.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IN_TEXT: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_IN_ATTRIBUTE: Final = {**_IN_TEXT, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


@dataclass(slots=True)
class Tag:
    """An element to be written. An attribute or text that is None is left out."""

    name: str
    attributes: Mapping[str, str | None] = field(default_factory=dict)
    children: list[Tag] = field(default_factory=list)
    text: str | None = None

    def add(self, tag: str, text: str | None = None, /, **attributes: str | None) -> Tag:
        """A new last child. `o_name` becomes `o:name`, one of the product's own."""
        named = {key.replace("o_", "o:", 1): value for key, value in attributes.items()}
        made = Tag(tag, named, [], text)
        self.children.append(made)
        return made


def read_xml(data: bytes) -> Element:
    """The outermost element. Raises `FeelError` for what is no XML, has a document type or
    entities, or is too large."""
    if len(data) > LIMIT_BYTES:
        raise FeelError(f"more than {LIMIT_BYTES} bytes")
    try:
        root: Element = SafeXml.fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise FeelError("document types and entities are not read") from error
    except (ParseError, ValueError, LookupError) as error:
        raise FeelError(f"not XML: {error}") from error
    if sum(1 for _ in root.iter()) > LIMIT_ELEMENTS:
        raise FeelError(f"more than {LIMIT_ELEMENTS} elements")
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def space(element: Element) -> str:
    """The namespace of an element, or nothing."""
    return element.tag[1:].partition("}")[0] if element.tag.startswith("{") else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """Those of these names, whatever version of the standard they are of."""
    return (one for one in element if local(one) in names)


def child(element: Element, *names: str) -> Element | None:
    """The first of these names."""
    return next(children(element, *names), None)


def write_xml(root: Tag) -> str:
    """The document, indented. Raises `FeelError` for signs that XML has not."""
    lines: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>']
    _write(root, "", lines)
    return "\n".join(lines) + "\n"


def _write(tag: Tag, indent: str, lines: list[str]) -> None:
    attributes = "".join(
        f' {name}="{_escaped(value, _IN_ATTRIBUTE)}"'
        for name, value in tag.attributes.items()
        if value is not None
    )
    opening = f"{indent}<{tag.name}{attributes}"
    if tag.text is not None:
        lines.append(f"{opening}>{_escaped(tag.text, _IN_TEXT)}</{tag.name}>")
        return
    if not tag.children:
        lines.append(f"{opening}/>")
        return
    lines.append(f"{opening}>")
    for each in tag.children:
        _write(each, indent + "  ", lines)
    lines.append(f"{indent}</{tag.name}>")


def _escaped(text: str, signs: Mapping[str, str]) -> str:
    if found := _UNWRITABLE.search(text):
        raise FeelError(f"XML has no way to write the sign U+{ord(found[0]):04X}")
    return "".join(signs.get(sign, sign) for sign in text)
