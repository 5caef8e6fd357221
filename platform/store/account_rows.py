"""What the account tables hold, as plain values: people, roles, sessions, tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One person of one organisation, with what follows from the roles.

    `id` is pseudonymous (`u_…`); `permissions` are those of all the roles together. `password` is
    an argon2 hash or empty (nobody can sign in). `attributes` are the directory's further fields.
    """

    id: str
    organisation: int
    login: str
    name: str
    password: str = ""
    language: str = "en"
    zone: str = "UTC"
    manager: str | None = None
    active: bool = True
    attributes: Mapping[str, Any] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    units: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Role:
    """A role of an organisation and the permissions it gives."""

    id: str
    organisation: int
    title: str
    permissions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. Only the SHA-256 of its token is stored. Instants are aware UTC."""

    digest: str
    organisation: int
    user: str
    created: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """An API token, stored as SHA-256. `expires` None: until it is taken back."""

    digest: str
    organisation: int
    user: str
    name: str
    created: datetime
    expires: datetime | None = None


class AccountTables(Protocol):
    """The SQL of accounts (`store.accounts`): each call is one short transaction of its own."""

    def add_organisation(self, organisation: int, name: str) -> None:
        """Adds it unless it exists."""

    def organisations(self) -> Sequence[int]:
        """The ids of all."""

    def add_user(self, user: User) -> bool:
        """Adds the user with roles and units; False when the login is taken."""

    def change_user(self, user: User) -> None:
        """Replaces every field, the roles and the units of an existing user."""

    def user(self, organisation: int, user: str) -> User | None: ...

    def user_by_login(self, organisation: int, login: str) -> User | None: ...

    def members(
        self, organisation: int, *, role: str | None = None, unit: str | None = None
    ) -> Sequence[User]:
        """Active users having the role and belonging to the unit, by id."""

    def names(self, organisation: int, users: Sequence[str]) -> Mapping[str, str]:
        """Id → name of the users that exist, inactive ones too."""

    def role_titles(self, organisation: int) -> Mapping[str, str]:
        """Id → title of all the roles."""

    def set_role(self, role: Role) -> None:
        """Adds the role or replaces its title and permissions."""

    def roles(self, organisation: int) -> Sequence[Role]: ...

    def add_session(self, session: Session) -> None: ...

    def session(self, digest: str) -> Session | None: ...

    def session_user(self, digest: str) -> tuple[Session, User] | None:
        """A session with whose it is."""

    def extend_session(self, digest: str, expires: datetime) -> None: ...

    def end_session(self, digest: str) -> None: ...

    def end_sessions(self, organisation: int, user: str) -> None: ...

    def add_token(self, token: Token) -> None: ...

    def token(self, digest: str) -> Token | None: ...

    def tokens(self, organisation: int, user: str) -> Sequence[Token]:
        """The tokens of somebody, the oldest first."""

    def token_user(self, digest: str) -> tuple[Token, User] | None:
        """A token with whose it is."""

    def end_token(self, digest: str) -> None: ...

    def end_tokens(self, organisation: int, user: str) -> None: ...

    def note_failure(self, key: str, at: datetime) -> None:
        """A sign-in that failed, under the login's or the address's key."""

    def failures(self, key: str, since: datetime) -> int: ...

    def clear_failures(self, key: str) -> None: ...

    def sweep(self, now: datetime, failures_before: datetime) -> None:
        """Throws away what has expired."""
