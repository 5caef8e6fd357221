"""The schema of a kind as editors of a person's language show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from orderloom.platform.app.permissions import needs
from orderloom.platform.definitions.help import localised_schema
from orderloom.platform.definitions.schema import SCHEMAS
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection

READ: Final = "definition.read"


def schema_in_words(actor: Actor, kind: str) -> Mapping[str, Any] | Rejection:
    """The complete JSON Schema of a kind, titles and descriptions in the actor's language."""
    refused = needs(actor, READ)
    if refused is not None:
        return refused
    if kind not in SCHEMAS:
        return Rejection("schema.not_found", f"There is no kind {kind[:40]}.", {"kind": kind[:40]})
    return localised_schema(kind, actor.language)
