"""What administration changes, written in one transaction with the entries that tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orderloom.platform.store.account_rows import Role, Session, Token, User
from orderloom.platform.store.definition_rows import DefinitionVersion, KeptScenario


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person who is added; `Conflict` where the login is taken."""

    user: User


@dataclass(frozen=True, slots=True)
class ChangedUser:
    """A person as they are from now on, with roles and units."""

    user: User


@dataclass(frozen=True, slots=True)
class EndedSession:
    """The session with this digest is over."""

    digest: str


@dataclass(frozen=True, slots=True)
class EndedToken:
    """The API token with this digest is worth nothing any more."""

    digest: str


@dataclass(frozen=True, slots=True)
class ShutOut:
    """All sessions and API tokens of a person are over."""

    organisation: int
    user: str


@dataclass(frozen=True, slots=True)
class ForgottenUser:
    """What lies around an account that is erased goes: mail, notices, views, sign-ins that failed
    under its `login`; so do their words in entries without an order. `texts`: what else named the
    person; `instead` stands there then. `at`: an instant as entries write it."""

    organisation: int
    user: str
    login: str
    texts: tuple[str, ...]
    instead: str
    at: str


@dataclass(frozen=True, slots=True)
class Publishing:
    """Versions with what their bundle says of itself (`text`: as it was written) and its
    scenarios; the drafts of these versions are gone."""

    organisation: int
    versions: tuple[DefinitionVersion, ...]
    bundle: str
    meta: Mapping[str, Any]
    text: str
    scenarios: tuple[KeptScenario, ...]


@dataclass(frozen=True, slots=True)
class DroppedDraft:
    """A saved draft is given up."""

    organisation: int
    kind: str
    id: str


Kept = (
    NewUser
    | ChangedUser
    | Role
    | Session
    | Token
    | EndedSession
    | EndedToken
    | ShutOut
    | ForgottenUser
    | Publishing
    | DroppedDraft
)
