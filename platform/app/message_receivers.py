"""Who is told of a message: people by roles, names and expressions, and addresses it names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from orderloom.platform.app.calls import evaluate
from orderloom.platform.app.directory import Directory
from orderloom.platform.app.template_fault import TemplateFault as TemplateFault
from orderloom.platform.definitions.compile_messages import is_address
from orderloom.platform.engine.outcome import Approvers
from orderloom.platform.store.account_rows import AccountTables, User
from orderloom.rules import EvaluationError, FeelError

SPECIAL: Final = frozenset({"requester"})
FAULTS: Final = (EvaluationError, FeelError)


Render = Callable[[str, Mapping[str, Any]], str]
"""Fills a template; raises `TemplateFault`."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who is told. `named`: by name, not by a role that they have."""

    user: User
    named: bool


@dataclass(frozen=True, slots=True)
class Told:
    """`people`, mail `addresses`, and what of `to` could not be read: `lost`."""

    people: tuple[Receiver, ...] = ()
    addresses: tuple[str, ...] = ()
    lost: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivers:
    """Reads people, tells nobody. `render`: fills the template of an address."""

    accounts: AccountTables
    directory: Directory
    render: Render

    def of(self, to: Any, names: Mapping[str, Any], organisation: int) -> Told:
        """Each of `to` by itself, so that none of them keeps the message from the others."""
        named = dict[str, bool]()
        addresses: list[str] = []
        lost: list[Any] = []
        for spec in to if isinstance(to, list | tuple) else [to]:
            by_name = not (isinstance(spec, str) and spec[:2] in ("r:", "p:"))
            try:
                if is_address(spec):
                    addresses.append(self.render(spec, names).strip())
                    continue
                for id_ in self._resolved(spec, organisation, names):
                    named[id_] = named.get(id_, False) or by_name
            except (TemplateFault, *FAULTS):
                lost.append(spec)
        found = ((self.accounts.user(organisation, id_), own) for id_, own in named.items())
        return Told(
            people=tuple(
                Receiver(user, own) for user, own in found if user is not None and user.active
            ),
            addresses=tuple(each for each in dict.fromkeys(addresses) if each),
            lost=tuple(lost),
        )

    def _resolved(self, spec: Any, organisation: int, names: Mapping[str, Any]) -> Iterable[str]:
        if isinstance(spec, Mapping):
            return self._ask(_question(spec, names), organisation)
        head, _, tail = str(spec).partition(":")
        if head == "u" and tail:
            return [tail]
        if head == "p" and tail:
            return self._permitted(tail, organisation)
        if spec in SPECIAL:
            order = names.get("order")
            who = order.get(spec) if isinstance(order, Mapping) else None
            who = who.get("id") if isinstance(who, Mapping) else who
            return [str(who)] if who else []
        return self._ask(Approvers(role=tail if head == "r" else str(spec)), organisation)

    def _ask(self, question: Approvers, organisation: int) -> Sequence[str]:
        return self.directory.approvers(question, organisation)

    def _permitted(self, permission: str, organisation: int) -> Iterable[str]:
        for role in self.accounts.roles(organisation):
            if permission in role.permissions:
                yield from self._ask(Approvers(role=role.id), organisation)


def _question(spec: Mapping[str, Any], names: Mapping[str, Any]) -> Approvers:
    """`{role, unit, where}`, `{users: expression}`, `{manager_of: expression, level}`."""
    if "users" in spec:
        users = evaluate(spec["users"], names)
        listed = users if isinstance(users, list | tuple) else [users]
        return Approvers(users=tuple(str(each) for each in listed if each))
    if "manager_of" in spec:
        user = evaluate(spec["manager_of"], names)
        return Approvers(manager_of=str(user), level=int(spec.get("level", 1)))
    return Approvers(
        role=spec.get("role"), unit=spec.get("unit"), where=spec.get("where"), names=names
    )
