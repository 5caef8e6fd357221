"""Account tables in memory, for tests of accounts that need no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from orderloom.platform.store.account_rows import Role, Session, Token, User
from orderloom.platform.store.plain_text import plain


class MemoryAccounts:
    """Fulfils `AccountTables`."""

    def __init__(self) -> None:
        self.users: dict[tuple[int, str], User] = {}
        self.sessions: dict[str, Session] = {}
        self._organisations: set[int] = set()
        self._roles: dict[tuple[int, str], Role] = {}
        self._tokens: dict[str, Token] = {}
        self._failures: list[tuple[str, datetime]] = []

    def add_organisation(self, organisation: int, name: str) -> None:
        self._organisations.add(organisation)

    def organisations(self) -> Sequence[int]:
        return sorted(self._organisations)

    def add_user(self, user: User) -> bool:
        if self.user_by_login(user.organisation, user.login) is not None:
            return False
        self.users[user.organisation, user.id] = _kept(user)
        return True

    def change_user(self, user: User) -> None:
        self.users[user.organisation, user.id] = user

    def user(self, organisation: int, user: str) -> User | None:
        found = self.users.get((organisation, user))
        return self._filled(found) if found else None

    def user_by_login(self, organisation: int, login: str) -> User | None:
        found = (each for each in self.users.values() if each.login == plain(login))
        return next(
            (self._filled(each) for each in found if each.organisation == organisation), None
        )

    def members(
        self, organisation: int, *, role: str | None = None, unit: str | None = None
    ) -> Sequence[User]:
        return [
            self._filled(user)
            for (home, _), user in sorted(self.users.items())
            if home == organisation
            and user.active
            and (role is None or role in user.roles)
            and (unit is None or unit in user.units)
        ]

    def names(self, organisation: int, users: Sequence[str]) -> Mapping[str, str]:
        return {
            id_: self.users[organisation, id_].name
            for id_ in users
            if (organisation, id_) in self.users
        }

    def set_role(self, role: Role) -> None:
        permissions = tuple(sorted(set(role.permissions)))
        self._roles[role.organisation, role.id] = replace(role, permissions=permissions)

    def roles(self, organisation: int) -> Sequence[Role]:
        return [role for key, role in sorted(self._roles.items()) if key[0] == organisation]

    def role_titles(self, organisation: int) -> Mapping[str, str]:
        return {role.id: role.title for role in self.roles(organisation)}

    def add_session(self, session: Session) -> None:
        self.sessions[session.digest] = session

    def session(self, digest: str) -> Session | None:
        return self.sessions.get(digest)

    def session_user(self, digest: str) -> tuple[Session, User] | None:
        found = self.sessions.get(digest)
        user = self.user(found.organisation, found.user) if found else None
        return (found, user) if found and user else None

    def extend_session(self, digest: str, expires: datetime) -> None:
        if digest in self.sessions:
            self.sessions[digest] = replace(self.sessions[digest], expires=expires)

    def end_session(self, digest: str) -> None:
        self.sessions.pop(digest, None)

    def end_sessions(self, organisation: int, user: str) -> None:
        ended = (organisation, user)
        self.sessions = {
            key: each
            for key, each in self.sessions.items()
            if (each.organisation, each.user) != ended
        }

    def add_token(self, token: Token) -> None:
        self._tokens[token.digest] = token

    def token(self, digest: str) -> Token | None:
        return self._tokens.get(digest)

    def token_user(self, digest: str) -> tuple[Token, User] | None:
        found = self._tokens.get(digest)
        user = self.user(found.organisation, found.user) if found else None
        return (found, user) if found and user else None

    def tokens(self, organisation: int, user: str) -> Sequence[Token]:
        found = self._tokens.values()
        return [each for each in found if (each.organisation, each.user) == (organisation, user)]

    def end_tokens(self, organisation: int, user: str) -> None:
        for each in self.tokens(organisation, user):
            self.end_token(each.digest)

    def end_token(self, digest: str) -> None:
        self._tokens.pop(digest, None)

    def note_failure(self, key: str, at: datetime) -> None:
        self._failures.append((key, at))

    def failures(self, key: str, since: datetime) -> int:
        return sum(each == key and at >= since for each, at in self._failures)

    def clear_failures(self, key: str) -> None:
        self._failures = [each for each in self._failures if each[0] != key]

    def sweep(self, now: datetime, failures_before: datetime) -> None:
        self.sessions = {key: each for key, each in self.sessions.items() if each.expires > now}
        self._failures = [each for each in self._failures if each[1] >= failures_before]

    def _filled(self, user: User) -> User:
        roles = [self._roles.get((user.organisation, id_)) for id_ in user.roles]
        given = frozenset(each for role in roles if role for each in role.permissions)
        return replace(user, permissions=given)


def _kept(user: User) -> User:
    return replace(user, login=plain(user.login), name=plain(user.name))
