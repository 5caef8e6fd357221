"""A process: its head (language 3.1) and its stage tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.platform.definitions import model as m
from orderloom.platform.definitions.compile_stages import stage_tree
from orderloom.platform.definitions.compile_values import people, words
from orderloom.platform.definitions.spans import parse_span

Document = Mapping[str, Any]


def compile_process(document: Document) -> m.Process:
    """The process of a checked document. Raises `CompileError` where findings were ignored."""
    root, stages = stage_tree(document)
    start = document.get("start") or {}
    events = (document.get("events") or {}).items()
    holds = (document.get("holds") or {}).items()
    return m.Process(
        id=document["id"],
        title=document.get("title", document["id"]),
        form=document["form"],
        number=_number(document),
        root=root,
        stages=stages,
        columns=words(document.get("columns")),
        start_by=people(start.get("by"), "start.by"),
        start_from=words(start.get("from")),
        start_draft=bool(start.get("draft", False)),
        access=people(document.get("access"), "access"),
        keys=dict(document.get("keys") or {}),
        events={name: _event(name, body or {}) for name, body in events},
        holds={id_: _hold(id_, body or {}) for id_, body in holds},
        labels=dict(document.get("labels") or {}),
        retention=parse_span(kept) if (kept := _kept(document)) else None,
    )


def _kept(document: Document) -> str | None:
    """How long personal data stay after the end."""
    return (document.get("retention") or {}).get("personal")


def _number(document: Document) -> m.NumberPattern:
    number = document.get("number", document["id"].upper() + "-{seq:6}")
    if isinstance(number, str):
        return m.NumberPattern(number, document["id"])
    return m.NumberPattern(
        number["pattern"],
        number.get("sequence", document["id"]),
        bool(number.get("gapless", False)),
    )


def _event(name: str, body: Document) -> m.EventDecl:
    return m.EventDecl(
        name=name,
        title=body.get("title"),
        by=people(body.get("by"), f"events.{name}.by"),
        sources=words(body.get("from")),
        data=body.get("data") or {},
        form=body.get("form"),
        fields=words(body.get("fields")),
        confirm=body.get("confirm"),
        reason=body.get("reason"),
        keep=parse_span(body["keep"]) if "keep" in body else None,
    )


def _hold(id_: str, body: Document) -> m.HoldDecl:
    return m.HoldDecl(
        id=id_,
        title=body.get("title"),
        by=people(body.get("by"), f"holds.{id_}.by"),
        stops=words(body.get("stops")),
    )
