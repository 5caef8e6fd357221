"""Views of lists that people keep, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """How somebody wants to see a list. `page`: which list; `query`: what stands in its address;
    `first`: the page begins with it, one at most."""

    id: str
    page: str
    name: str
    query: Mapping[str, str]
    first: bool = False


class SavedViewTables(Protocol):
    """The SQL of saved views (`store.saved_views`). Nobody reaches another's."""

    def of(self, organisation: int, user: str, page: str) -> Sequence[SavedView]:
        """A person's views of a page by name."""

    def keep(self, organisation: int, user: str, view: SavedView, *, most: int) -> str | None:
        """Adds the view, or changes the one with its id; of `first` there is one at most. What
        stands against it: `taken`, the name is another one's; `many`, there are `most`."""

    def forget(self, organisation: int, user: str, id: str) -> None:
        """No error if it is gone."""
