"""What pages and the API show of definitions: frozen, finished values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderloom.platform.app.view_models import StageView


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionLine:
    """A definition in the list. `number` is its newest version."""

    kind: str
    id: str
    title: str
    number: int
    digest: str
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionView:
    """One version of a definition. `text` is YAML; `versions` numbers, newest first. Of a decision
    table: `columns` are the row's id, `inputs` of them that are compared, results, and a note."""

    line: DefinitionLine
    text: str
    versions: tuple[int, ...]
    stages: tuple[StageView, ...] = ()
    columns: tuple[str, ...] = ()
    inputs: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
