"""The pages of the auditor's desk, in the order of their tabs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple


class Tab(NamedTuple):
    """`permission`: whoever lacks it does not see the tab. `words`: the key of its name."""

    key: str
    path: str
    words: str
    permission: str = "audit.read"


# One line for each page of the desk. The first is where "Audit" in the navigation leads.
TABS: Final = (
    Tab("search", "/audit", "desk.search.tab"),
    Tab("people", "/audit/people", "looking.people.tab"),
    Tab("rules", "/audit/rules", "looking.rules.tab"),
    Tab("changes", "/audit/changes", "looking.changes"),
    Tab("map", "/audit/map", "mining.tab"),
    Tab("conformance", "/audit/conformance", "conformance.page.tab"),
    Tab("evidence", "/audit/evidence", "evidence.page.tab"),
    Tab("seal", "/audit/seal", "seal.tab"),
    Tab("privacy", "/audit/privacy", "privacy.page.tab", "privacy.erase"),
)


def tabs_of(permissions: Collection[str]) -> tuple[Tab, ...]:
    """The tabs that somebody with these permissions sees."""
    return tuple(tab for tab in TABS if tab.permission in permissions)
