"""The directory: answers who has a role, who somebody is, and who their manager is (engine 2)."""

from __future__ import annotations

from typing import Any, Final

from orderloom.platform.app.accounts import actor_of
from orderloom.platform.engine.outcome import Approvers, Person
from orderloom.platform.store.account_rows import AccountTables, User
from orderloom.rules import EvaluationError, Expression, FeelError, parse_expression

HIGHEST_LEVEL: Final = 20


class Directory:
    """Read inside the command's transaction or just before: people change rarely, and the answer
    is recorded with the command."""

    def __init__(self, tables: AccountTables) -> None:
        self._tables = tables
        self._compiled: dict[str, Expression] = {}

    def answer(self, question: Approvers | Person, organisation: int) -> Any:
        """Sorted user ids for `Approvers`, `Actor.record()` or None for `Person`."""
        if isinstance(question, Person):
            return self.person(question, organisation)
        return self.approvers(question, organisation)

    def person(self, question: Person, organisation: int) -> dict[str, Any] | None:
        user = self._tables.user(organisation, question.user)
        return actor_of(user).record() if user is not None else None

    def approvers(self, question: Approvers, organisation: int) -> list[str]:
        """Only active people; whoever `where` fails for, or is not true for, is not among them."""
        if question.users is not None:
            found = (self._tables.user(organisation, id_) for id_ in question.users)
            return sorted({user.id for user in found if user is not None and user.active})
        if question.manager_of is not None:
            return self._manager(question.manager_of, question.level, organisation)
        members = self._tables.members(organisation, role=question.role, unit=question.unit)
        return sorted(user.id for user in members if self._fits(user, question))

    def _manager(self, user: str, level: int, organisation: int) -> list[str]:
        person = self._tables.user(organisation, user)
        for _ in range(min(level, HIGHEST_LEVEL)):
            if person is None or person.manager is None:
                return []
            person = self._tables.user(organisation, person.manager)
        return [person.id] if person is not None and person.active else []

    def _fits(self, user: User, question: Approvers) -> bool:
        if question.where is None:
            return True
        scope = {**question.names, "user": actor_of(user).record()}
        try:
            return self._expression(question.where).evaluate(scope) is True
        except (EvaluationError, FeelError):
            return False

    def _expression(self, text: str) -> Expression:
        if text not in self._compiled:
            self._compiled[text] = parse_expression(text)
        return self._compiled[text]
