"""People at the door: sign-in, sessions, API tokens, new accounts, and the actor they act as."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from orderloom.platform.app.mail_address import is_mail_address
from orderloom.platform.app.passwords import (
    SHORTEST,
    TOKEN_PREFIX,
    Passwords,
    csrf_token,
    digest,
    new_api_token,
    new_session_token,
)
from orderloom.platform.app.permissions import FIRST_ROLES, PERMISSIONS
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.account_rows import AccountTables, Role, Session, Token, User
from orderloom.platform.store.substitution_rows import SubstitutionTables

WINDOW: Final = timedelta(minutes=15)
MOST_PER_LOGIN: Final = 5
MOST_PER_ADDRESS: Final = 30
DEFAULT_ORGANISATION: Final = 1
# A session is extended at most this often, so that reading pages does not write.
EXTEND_AFTER: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session: `token` goes into the cookie, `csrf` into every form."""

    token: str
    csrf: str
    actor: Actor
    expires: datetime


class Accounts:
    """`now` is the clock's; `lifetime` is how long a session lives without use."""

    def __init__(
        self,
        tables: AccountTables,
        now: Callable[[], datetime],
        *,
        passwords: Passwords | None = None,
        lifetime: timedelta = timedelta(hours=12),
        language: str = "en",
        zone: str = "UTC",
        substitutions: SubstitutionTables | None = None,
    ) -> None:
        self._substitutions = substitutions
        self._tables = tables
        self._now = now
        self._passwords = passwords or Passwords()
        self._lifetime = lifetime
        self._language = language
        self._zone = zone

    def open_organisation(self, name: str, organisation: int = DEFAULT_ORGANISATION) -> None:
        """Makes the organisation with its first roles, unless it exists."""
        self._tables.add_organisation(organisation, name)
        known = {role.id for role in self._tables.roles(organisation)}
        for id_, permissions in FIRST_ROLES.items():
            if id_ not in known:
                self._tables.set_role(Role(id_, organisation, id_.capitalize(), permissions))

    def sign_in(
        self, login: str, password: str, address: str, organisation: int = DEFAULT_ORGANISATION
    ) -> SignedIn | Rejection:
        """A new session. After several failures the login and the address must wait.

        The answer is the same for a wrong password and an unknown or closed account.
        """
        login, now = login.strip().lower(), self._now()
        keys = {f"login:{organisation}:{login}": MOST_PER_LOGIN, f"ip:{address}": MOST_PER_ADDRESS}
        if any(self._tables.failures(key, now - WINDOW) >= most for key, most in keys.items()):
            return Rejection(
                "sign_in.throttled",
                "Too many sign-ins failed; try again later.",
                {"minutes": int(WINDOW.total_seconds() // 60)},
            )
        user = self._tables.user_by_login(organisation, login)
        usable = user is not None and user.active
        stored = user.password if user is not None and user.active else ""
        if not self._passwords.matches(password, stored) or user is None or not usable:
            for key in keys:
                self._tables.note_failure(key, now)
            return Rejection("sign_in.wrong", "The login or the password is wrong.")
        self._tables.clear_failures(f"login:{organisation}:{login}")
        if self._passwords.outdated(stored):
            self._tables.change_user(_with(user, password=self._passwords.hash(password)))
        self._tables.sweep(now, now - WINDOW)
        return self._open_session(user, now)

    def by_session(self, token: str, *, used: bool = True) -> SignedIn | None:
        """The session of a cookie, extended by its use; None when it ended or the person left.
        `used`: somebody did something; what a page asks by itself keeps no session alive."""
        key, now = digest(token), self._now()
        session, user = self._tables.session_user(key) or (None, None)
        if session is None or session.expires <= now or user is None or not user.active:
            return None
        expires = now + self._lifetime
        if not used:
            expires = session.expires
        elif expires - session.expires >= EXTEND_AFTER:
            self._tables.extend_session(key, expires)
        actor = self._acting(user)
        return SignedIn(token, csrf_token(token), actor, max(expires, session.expires))

    def sign_out(self, token: str) -> None:
        """Ends the session."""
        self._tables.end_session(digest(token))

    def by_token(self, token: str) -> Actor | None:
        """The actor of an API token; None for what is not one, has expired, or whose user left."""
        if not token.startswith(TOKEN_PREFIX):
            return None
        found, user = self._tables.token_user(digest(token)) or (None, None)
        if found is None or (found.expires is not None and found.expires <= self._now()):
            return None
        return self._acting(user) if user is not None and user.active else None

    def create_token(
        self,
        login: str,
        name: str = "",
        *,
        organisation: int = DEFAULT_ORGANISATION,
        expires: datetime | None = None,
    ) -> str | Rejection:
        """A new API token of a user, `olp_…`: this is the only time it can be read."""
        user = self._tables.user_by_login(organisation, login.strip().lower())
        if user is None or not user.active:
            return Rejection("user.not_found", f"No user has the login {login}.", {"login": login})
        token = new_api_token()
        self._tables.add_token(
            Token(digest(token), organisation, user.id, name, self._now(), expires)
        )
        return token

    def add_user(
        self,
        login: str,
        *,
        name: str = "",
        password: str = "",
        roles: Iterable[str] = (),
        units: Iterable[str] = (),
        manager: str | None = None,
        language: str | None = None,
        zone: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        organisation: int = DEFAULT_ORGANISATION,
        id: str | None = None,
    ) -> User | Rejection:
        """A new person. `manager` is a login. Without a password nobody can sign in as them."""
        login = login.strip().lower()
        if not login or len(login) > 100 or any(each.isspace() for each in login):
            return Rejection(
                "user.login_unusable",
                f"Expected a login without spaces, 1 to 100 characters, but got {login!r}.",
                path="login",
            )
        if password and len(password) < SHORTEST:
            return Rejection(
                "user.password_short",
                f"Expected a password of at least {SHORTEST} characters.",
                {"least": SHORTEST},
                path="password",
            )
        boss = self._tables.user_by_login(organisation, manager) if manager else None
        if manager and boss is None:
            return Rejection(
                "user.not_found", f"No user has the login {manager}.", {"login": manager}
            )
        user = User(
            id=id or f"u_{secrets.token_hex(6)}",
            organisation=organisation,
            login=login,
            name=name or login,
            password=self._passwords.hash(password) if password else "",
            language=language or self._language,
            zone=zone or self._zone,
            manager=boss.id if boss else None,
            attributes=dict(attributes or {}),
            roles=frozenset(roles),
            units=tuple(units),
        )
        self._make_roles(user)
        if not self._tables.add_user(user):
            return Rejection(
                "user.login_taken", f"The login {login} is taken.", {"login": login}, path="login"
            )
        return user

    def set_role(
        self,
        role: str,
        permissions: Iterable[str] = (),
        *,
        title: str = "",
        organisation: int = DEFAULT_ORGANISATION,
    ) -> Rejection | None:
        """Adds a role or changes the permissions it gives."""
        given = tuple(sorted(set(permissions)))
        unknown = [each for each in given if each not in PERMISSIONS]
        if unknown:
            return Rejection(
                "permission.unknown",
                f"{unknown[0]} is not in the list of permissions.",
                {"permission": unknown[0]},
            )
        self._tables.set_role(Role(role, organisation, title or role, given))
        return None

    def actor(self, user: str, organisation: int = DEFAULT_ORGANISATION) -> Actor | None:
        """The actor for a user's id; None for nobody, or one who left."""
        found = self._tables.user(organisation, user)
        return self._acting(found) if found is not None and found.active else None

    def person(self, who: str, organisation: int = DEFAULT_ORGANISATION) -> User | Rejection:
        """The user with this login or id; `user.not_found` for nobody, or one who left."""
        found = self._tables.user_by_login(organisation, who.strip().lower())
        found = found or self._tables.user(organisation, who.strip())
        if found is not None and found.active:
            return found
        return Rejection("user.not_found", f"No user has the login {who}.", {"login": who})

    def people(
        self, organisation: int = DEFAULT_ORGANISATION, *, managed_by: str | None = None
    ) -> list[User]:
        """Those who may be asked or appointed, by name; `managed_by`: of one manager (an id)."""
        found = self._tables.members(organisation)
        mine = [one for one in found if managed_by is None or one.manager == managed_by]
        return sorted(mine, key=lambda one: (one.name.casefold(), one.id))

    def by_login(self, login: str, organisation: int = DEFAULT_ORGANISATION) -> Actor | None:
        """The actor for a login (the CLI's and the scenarios' way to act as somebody)."""
        found = self._tables.user_by_login(organisation, login.strip().lower())
        return self._acting(found) if found is not None and found.active else None

    def names(
        self, users: Iterable[str], organisation: int = DEFAULT_ORGANISATION
    ) -> dict[str, str]:
        """Id → name, for showing; ids of nobody are left out."""
        return dict(self._tables.names(organisation, sorted(set(users))))

    def role_titles(self, organisation: int = DEFAULT_ORGANISATION) -> dict[str, str]:
        """Role → title as the organisation calls it."""
        return dict(self._tables.role_titles(organisation))

    def set_language(self, actor: Actor, language: str) -> None:
        """What the person reads from now on."""
        user = self._tables.user(actor.organisation, actor.id)
        if user is not None and user.language != language:
            self._tables.change_user(_with(user, language=language))

    def set_email(
        self, login: str, address: str, organisation: int = DEFAULT_ORGANISATION
    ) -> User | Rejection:
        """Where somebody's mail goes from now on; empty: nowhere."""
        user = self.person(login, organisation)
        if isinstance(user, Rejection):
            return user
        if address and not is_mail_address(address):
            return Rejection("mail.address", f"{address[:100]!r} is no address", path="email")
        others = {name: value for name, value in user.attributes.items() if name != "email"}
        changed = _with(user, attributes={**others, **({"email": address} if address else {})})
        self._tables.change_user(changed)
        return changed

    def _open_session(self, user: User, now: datetime) -> SignedIn:
        token, expires = new_session_token(), now + self._lifetime
        self._tables.add_session(Session(digest(token), user.organisation, user.id, now, expires))
        return SignedIn(token, csrf_token(token), self._acting(user), expires)

    def _acting(self, user: User) -> Actor:
        """The actor, with those for whom they stand in at the moment. What these may do above
        single orders does not come with them."""
        actor = actor_of(user)
        if self._substitutions is None:
            return actor
        absent = self._substitutions.absent(user.organisation, user.id, self._now())
        found = (self._tables.user(user.organisation, id_) for id_ in absent)
        others = [actor_of(one) for one in found if one is not None and one.active]
        if not others:
            return actor
        return replace(
            actor, in_place_of={one.id: replace(one, permissions=frozenset()) for one in others}
        )

    def _make_roles(self, user: User) -> None:
        known = {role.id for role in self._tables.roles(user.organisation)}
        for role in sorted(user.roles - known):
            permissions = FIRST_ROLES.get(role, ())
            self._tables.set_role(Role(role, user.organisation, role, permissions))


def actor_of(user: User) -> Actor:
    """The actor as whom a user acts."""
    return Actor(
        id=user.id,
        organisation=user.organisation,
        name=user.name,
        roles=user.roles,
        units=user.units,
        manager=user.manager,
        attributes=user.attributes,
        permissions=user.permissions,
        language=user.language,
        zone=user.zone,
    )


def _with(user: User, **changes: Any) -> User:
    fields = {name: getattr(user, name) for name in User.__slots__}
    return User(**{**fields, **changes})
