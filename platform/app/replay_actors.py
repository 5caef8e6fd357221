"""Who gave a command, as far as that is still known when it is carried out once more.

Entries name people by id. Their roles of then are not kept; the directory's of today are taken,
and the ones that the answered task was offered to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from orderloom.platform.app.accounts import actor_of
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.engine.commands import SYSTEM, Actor
from orderloom.platform.store.account_rows import AccountTables

MOST: Final = 10_000
# Id, organisation, further roles, for whom, what the word counts, bare.
_Key = tuple[str, int, frozenset[str], str | None, int | None, bool]


class Actors:
    """Actors by id, for one replay."""

    def __init__(self, tables: AccountTables) -> None:
        self._tables = tables
        self._known: dict[tuple[int, str], Actor] = {}
        self._given: dict[_Key, Actor] = {}

    def of(
        self,
        id_: str,
        organisation: int,
        *,
        principals: Iterable[str] = (),
        on_behalf_of: str | None = None,
        weight: int | None = None,
        bare: bool = False,
    ) -> Actor:
        """The actor. `principals`: to whom the task was offered that they answered; `weight`: what
        their word counted. `bare`: without anything else that the directory says of them."""
        roles = frozenset(name[2:] for name in principals if name.startswith("r:"))
        key = (id_, organisation, roles, on_behalf_of, weight, bare)
        if key not in self._given:
            if len(self._given) >= MOST:
                self._given.clear()
            self._given[key] = self._made_of(*key)
        return self._given[key]

    def _made_of(
        self,
        id_: str,
        organisation: int,
        roles: frozenset[str],
        on_behalf_of: str | None,
        weight: int | None,
        bare: bool,
    ) -> Actor:
        counted = {} if weight is None else {"weight": weight}
        others: dict[str, Actor] = {}
        if on_behalf_of is not None and on_behalf_of != id_:
            others[on_behalf_of] = self._with(on_behalf_of, organisation, roles, counted, bare)
        return replace(
            self._with(id_, organisation, roles, counted, bare),
            permissions=OPERATOR.permissions,
            in_place_of=others,
        )

    def _with(
        self,
        id_: str,
        organisation: int,
        roles: frozenset[str],
        counted: Mapping[str, int],
        bare: bool,
    ) -> Actor:
        known = self._actor(id_, organisation)
        if bare:
            return Actor(
                id=id_, organisation=organisation, kind=known.kind, roles=roles, attributes=counted
            )
        fields = {name: value for name, value in known.attributes.items() if name != "weight"}
        return replace(known, roles=known.roles | roles, attributes={**fields, **counted})

    def _actor(self, id_: str, organisation: int) -> Actor:
        key = (organisation, id_)
        if key not in self._known:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[key] = self._made(id_, organisation)
        return self._known[key]

    def _made(self, id_: str, organisation: int) -> Actor:
        if id_ == SYSTEM.id:
            return replace(SYSTEM, organisation=organisation)
        kind = {"c": "connector", "w": "system"}.get(id_[:1]) if id_[1:2] == ":" else None
        if kind is not None:
            return Actor(id=id_, organisation=organisation, kind=kind, name=id_[2:])
        if id_ == OPERATOR.id:
            return replace(OPERATOR, organisation=organisation)
        if id_ == "link":
            return Actor(id=id_, organisation=organisation, kind="link", name=id_)
        user = self._tables.user(organisation, id_)
        return Actor(id=id_, organisation=organisation) if user is None else actor_of(user)
