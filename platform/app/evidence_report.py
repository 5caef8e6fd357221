"""The readable page of an evidence pack: one file, no scripts, nothing from outside, printable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final

from orderloom.platform.app.view_models import Sentence
from orderloom.platform.codec import dumps
from orderloom.platform.store.read_rows import EntryRow
from orderloom.platform.words import Words

STYLE: Final = """
:root { color-scheme: light }
body { font: 14px/1.5 system-ui, sans-serif; color: #1a2233; max-width: 56rem; margin: 2rem auto;
  padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 0 .25rem }
h2 { font-size: 1.2rem; margin: 2rem 0 .25rem; border-top: 2px solid; padding-top: 1rem }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0 }
dt { color: #55607a }
dd { margin: 0; overflow-wrap: anywhere }
ol { list-style: none; padding: 0; margin: .5rem 0 }
li { padding: .5rem 0; border-top: 1px solid #d9deea; break-inside: avoid }
.at { color: #55607a; display: block; font-size: .85rem }
.fine { color: #55607a; font-size: .8rem; overflow-wrap: anywhere }
.mono { font-family: ui-monospace, monospace }
table { border-collapse: collapse; margin: .35rem 0; font-size: .85rem }
th, td { border: 1px solid #d9deea; padding: .15rem .5rem; text-align: left;
  vertical-align: top; overflow-wrap: anywhere }
th { font-weight: 600; background: #f3f5fa }
.note { background: #f3f5fa; padding: .5rem .75rem; border-left: 4px solid #4450c8 }
@media print {
  body { margin: 0; max-width: none; font-size: 11px }
  section + section h2 { break-before: page }
}
"""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry, its sentence, and which leaf of the tree it is (None: not sealed yet)."""

    entry: EntryRow
    sentence: Sentence
    leaf: int | None


@dataclass(frozen=True, slots=True)
class OrderPart:
    """One order of a report. `reasons`: why it came to whom, as sentences."""

    number: str
    process: str
    status: str
    created: datetime
    reasons: Sequence[str]
    entries: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on top. `by`: who made the pack; `keys`: verifier keys."""

    log: str
    at: datetime
    by: str
    reason: str
    personal: bool
    leaves: int
    keys: Sequence[str]


def report(words: Words, cover: Cover, orders: Sequence[OrderPart]) -> bytes:
    """The page in one language, UTF-8. Everything that somebody wrote is escaped."""
    title = _text(words, "title")
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = (
        f'<!doctype html>\n<html lang="{words.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body><main>\n"
    )
    body = "".join([*_cover(words, cover, orders), *(_order(words, each) for each in orders)])
    return f"{head}<h1>{title}</h1>\n{body}</main></body></html>\n".encode()


def _cover(words: Words, cover: Cover, orders: Sequence[OrderPart]) -> Iterator[str]:
    yield _pairs(
        words,
        {
            "made": _moment(words, cover.at),
            "by": cover.by,
            "reason": cover.reason,
            "orders": ", ".join(each.number for each in orders),
            "log": cover.log,
            "leaves": words.number(cover.leaves),
            "keys": " · ".join(cover.keys) or "–",
        },
    )
    personal = "personal.included" if cover.personal else "personal.left_out"
    yield f'<p class="note">{_text(words, personal)} {_text(words, "how")}</p>\n'


def _order(words: Words, order: OrderPart) -> str:
    facts = {
        "process": order.process,
        "status": order.status,
        "created": _moment(words, order.created),
        "entries": words.number(len(order.entries)),
    }
    reasons = "".join(f"<li>{escape(each)}</li>" for each in order.reasons)
    why = f"<h3>{_text(words, 'why')}</h3><ol>{reasons}</ol>" if reasons else ""
    rows = "".join(_entry(words, each) for each in order.entries)
    return (
        f"<section><h2>{escape(order.number)}</h2>{_pairs(words, facts)}{why}"
        f"<h3>{_text(words, 'timeline')}</h3><ol>{rows}</ol></section>\n"
    )


def _entry(words: Words, told: Told) -> str:
    entry = told.entry
    place = (
        _text(words, "leaf", leaf=words.number(told.leaf))
        if told.leaf is not None
        else _text(words, "unsealed")
    )
    return (
        f'<li><span class="at">{entry.seq} · {_moment(words, entry.at)}</span>'
        f"{escape(told.sentence.text)}{_decision(words, entry.facts)}"
        f'<div class="fine">{escape(entry.type)} · {escape(entry.channel)} · {place} · '
        f'<span class="mono">{entry.hash.hex()}</span></div></li>\n'
    )


def _decision(words: Words, facts: Mapping[str, Any]) -> str:
    """What a decision looked at, which rows matched, what came out, by which text."""
    if not isinstance(facts.get("def"), str):
        return ""
    rows = facts.get("rows")
    named = ", ".join(str(each) for each in rows) if isinstance(rows, list | tuple) else ""
    lines = {
        "definition": str(facts["def"]),
        "digest": str(facts.get("digest") or ""),
        "rows": named,
        **{name: _json(facts[name]) for name in ("in", "out") if name in facts},
    }
    cells = "".join(
        f"<tr><th>{_text(words, f'decision.{name}')}</th><td>{escape(value)}</td></tr>"
        for name, value in lines.items()
        if value
    )
    return f"<table>{cells}</table>"


def _json(value: Any) -> str:
    return dumps(value).decode()


def _pairs(words: Words, facts: Mapping[str, str]) -> str:
    inner = "".join(
        f"<dt>{_text(words, f'label.{name}')}</dt><dd>{escape(value)}</dd>"
        for name, value in facts.items()
    )
    return f"<dl>{inner}</dl>\n"


def _moment(words: Words, at: datetime) -> str:
    return f"{escape(words.moment(at, 'UTC', seconds=True))} UTC"


def _text(words: Words, key: str, **params: Any) -> str:
    return escape(words.text(f"evidence.report.{key}", **params))
