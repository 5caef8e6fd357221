"""Help for whoever writes an expression in a definition: what is wrong with it, what it may name,
what it gives on a sample. Nothing is kept; what is judged need not be saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from orderloom.platform.app.drafting import Drafting
from orderloom.platform.app.expression_help_names import names_json, type_of
from orderloom.platform.app.working_bundle import file_of
from orderloom.platform.definitions import Bundle, Document
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.places import Assessed, assessed, placeheld
from orderloom.platform.definitions.document import Path
from orderloom.platform.definitions.shape import too_deep
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.words import Words

# The longest expression that is looked at; a longer one is judged when the draft is.
LONGEST: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An expression at a place of a definition. `value`: the whole definition as it is being
    written. `unary`: what it is where the definition's schema does not tell."""

    kind: str
    id: str
    value: Mapping[str, Any]
    path: Path
    text: str
    unary: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """An expression among the definitions of its bundle."""

    bundle: Bundle
    document: Document
    found: Assessed


def placed(drafting: Drafting, actor: Actor, asked: Asked) -> Placed | Rejection:
    """What the checks of bundles say of it there."""
    if len(asked.text) > LONGEST:
        message = f"The expression is longer than {LONGEST} signs."
        return Rejection("expression.too_long", message, {"most": LONGEST}, path="text")
    view = drafting.one(actor, asked.kind, asked.id)
    bundle = view if isinstance(view, Rejection) else drafting.bundle(actor, view.bundle)
    if isinstance(bundle, Rejection):
        return bundle
    held = placeheld(asked.value, asked.path) if too_deep(asked.value) is None else {}
    document = Document(
        kind=asked.kind, id=asked.id, file=file_of(asked.kind, asked.id), line=1, value=held
    )
    others = _without(bundle, asked.kind, asked.id)
    context = Context(replace(others, documents=(*others.documents, document)))
    found = assessed(context, document, asked.path, asked.text, unary=asked.unary)
    return Placed(others, document, found)


def answer_json(here: Placed, words: Words) -> dict[str, Any]:
    """`{problems: [{message, hint, severity, at}], type, reads, names}`. `at`: the
    place in the text, counted from 0; null: all of it."""
    return {
        "problems": [
            {
                "message": said.message,
                "hint": said.hint,
                "severity": said.severity,
                "at": at,
            }
            for finding, at in here.found.problems
            for said in [finding.in_words(words)]
        ],
        "type": type_of(here.found.kind),
        "reads": _reads(here.found),
        "names": names_json(here.found.names),
        "open": here.found.names.open,
    }


def _reads(found: Assessed) -> list[str]:
    if found.expression is None:
        return []
    return sorted(".".join(path) for path in found.expression.paths)


def _without(bundle: Bundle, kind: str, id_: str) -> Bundle:
    def others(documents: tuple[Document, ...]) -> tuple[Document, ...]:
        return tuple(one for one in documents if (one.kind, one.id) != (kind, id_))

    return replace(
        bundle,
        documents=others(bundle.documents),
        failed=others(bundle.failed),
        unread=bundle.unread - {(kind, id_)},
    )
