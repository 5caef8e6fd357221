"""What pages and the API show of an audit: frozen, finished values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderloom.platform.app.view_models import OrderHead, Page, PersonView, Reason, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why an order is with somebody: the answer to "why is it with Bob?"."""

    task: str
    title: str
    people: tuple[PersonView, ...]
    reason: Reason
    at: datetime | None
    sentence: str
    seq: int
    decided: Sentence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditView:
    """An order's audit: entries (newest first) and the reasons for what is open now."""

    head: OrderHead
    entries: Page[Sentence]
    whys: tuple[Why, ...]
    length: int
