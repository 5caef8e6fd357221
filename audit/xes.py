"""Writes orders as a log of XES (IEEE 1849-2016), for programs of process mining.

A trace is an order, an event a happening (`happening.py`): several may tell of one entry, which
each names by its number. Written order by order, so that memory does not grow with the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from orderloom.audit.entry import Entry, decode
from orderloom.audit.export import Stream
from orderloom.audit.happening import Happening, Story
from orderloom.audit.personal import disclose
from orderloom.audit.scalars import Scalar, changes, scalars

OURS: Final = "urn:orderloom:xes:1"
EXTENSIONS: Final = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
    ("Orderloom", "orderloom", OURS),
)
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
)
_DEFAULTS: Final = (
    '<global scope="trace"><string key="concept:name" value="-"/></global>\n'
    '<global scope="event"><string key="concept:name" value="-"/>'
    '<string key="lifecycle:transition" value="complete"/>'
    '<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>'
    '<string key="orderloom:type" value="-"/></global>\n'
    '<classifier name="Activity" keys="concept:name"/>\n'
    '<classifier name="Activity and lifecycle" keys="concept:name lifecycle:transition"/>\n'
    '<string key="lifecycle:model" value="standard"/>\n'
)
# XML 1.0 has no way to write other control signs.
_BAD: Final = dict.fromkeys(
    (*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "�"
)


@dataclass(slots=True)
class Counted:
    """How much was written."""

    cases: int = 0
    events: int = 0


# (process, digest of the release) → the process as `id@version`, and what each stage lies in.
Structure = Callable[[str, str], tuple[str, Callable[[str], str | None]]]


def xes(
    log: str,
    streams: Iterable[Stream],
    *,
    structure: Structure,
    personal: bool = False,
    counted: Counted | None = None,
) -> Iterator[bytes]:
    """The document, a piece for each order; what belongs to no order is not in it. `personal`:
    with the values behind commitments, as far as they are kept."""
    count = counted if counted is not None else Counted()
    head = [_HEAD]
    for name, prefix, uri in EXTENSIONS:
        head.append(f'<extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n')
    yield "".join((*head, _DEFAULTS, _attribute("concept:name", f"orderloom {log}"))).encode()
    for stream in streams:
        yield from _trace(stream, structure, personal=personal, counted=count)
    yield b"</log>\n"


def _trace(
    stream: Stream, structure: Structure, *, personal: bool, counted: Counted
) -> Iterator[bytes]:
    entries = [
        (each.seq, decode(each.body), {one.slot: one.value for one in each.personal})
        for each in stream.entries
    ]
    if not entries or entries[0][1].type != "order.created":
        return
    counted.cases += 1
    events = [
        (seq, entry, type_, disclose(told, kept if personal else {}))
        for seq, entry, kept in entries
        for type_, told in entry.told()
    ]
    facts = [told for *_, told in events]
    process, release = "", ""
    for each in facts:
        process, release = each.get("process") or process, each.get("release") or release
        if release:
            break
    definition, parent_of = structure(process, release)
    lines = ["<trace>", _attribute("concept:name", stream.name)]
    lines.append(_attribute("orderloom:process", process))
    lines.append(_attribute("orderloom:definition", definition))
    lines += [_attribute(f"data:{name}", value) for name, value in changes(facts[0])]
    story = Story(parent_of)
    for seq, entry, type_, told in events:
        for happening in story.tell(seq, type_, told):
            counted.events += 1
            lines.append(_event(seq, entry, type_, told, happening))
    lines.append("</trace>\n")
    yield "".join(lines).encode()


def _event(seq: int, entry: Entry, type_: str, facts: dict[str, Any], happening: Happening) -> str:
    parts = [
        "<event>",
        _attribute("concept:name", happening.name),
        _attribute("concept:instance", happening.instance),
        f'<date key="time:timestamp" value={quoteattr(_moment(entry.at))}/>',
        _attribute("lifecycle:transition", happening.transition),
        _attribute("org:resource", entry.actor),
        _attribute("orderloom:type", type_),
        _attribute("orderloom:entry", seq),
        _attribute("orderloom:kind", happening.kind),
        _attribute("orderloom:channel", entry.channel),
    ]
    for key, value in (
        ("org:group", happening.group),
        ("orderloom:within", happening.within),
        ("orderloom:on_behalf_of", entry.on_behalf_of),
    ):
        if value:
            parts.append(_attribute(key, value))
    if happening.transition not in ("schedule", "withdraw"):
        parts += [_attribute(f"orderloom:{name}", value) for name, value in _told(facts)]
    return "".join((*parts, "</event>"))


def _told(facts: dict[str, Any]) -> Iterator[tuple[str, Scalar]]:
    yield from ((name, value) for name, value in scalars(facts) if name not in _NAMED)


# Names that say something else already.
_NAMED: Final = frozenset({"type", "entry", "kind", "channel", "within", "on_behalf_of"})


def _moment(at: str) -> str:
    """RFC 3339 as the schema of XES has it."""
    return at.removesuffix("Z") + "+00:00"


def _attribute(key: str, value: Scalar | None) -> str:
    """A typed attribute; a number with a fraction is written as it is, exact."""
    if isinstance(value, bool):
        return f'<boolean key={_quoted(key)} value="{str(value).lower()}"/>'
    if isinstance(value, int):
        return f'<int key={_quoted(key)} value="{value}"/>'
    if isinstance(value, Decimal):
        return f'<float key={_quoted(key)} value="{value:f}"/>'
    return f"<string key={_quoted(key)} value={_quoted(str(value))}/>"


def _quoted(text: str) -> str:
    """An attribute's value; line ends survive."""
    return quoteattr(text.translate(_BAD))
