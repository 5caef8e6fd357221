"""Who there is: people, roles and tokens, changed together with the entries that tell of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app import account_events as told
from orderloom.platform.app.administering import TAKEN, Administer, Keep, unrecorded
from orderloom.platform.app.mail_address import is_mail_address
from orderloom.platform.app.passwords import SHORTEST, Passwords, digest, new_api_token
from orderloom.platform.app.permissions import FIRST_ROLES, PERMISSIONS
from orderloom.platform.engine import Actor, Event
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.store import administration_rows as k
from orderloom.platform.store.account_rows import AccountTables, Role, Token, User

DEFAULT_ORGANISATION: Final = 1
# Whoever can read the database file needs no permission from it; the audit says so by this id.
OPERATOR: Final = Actor(
    id="operator", kind="system", name="Operator", permissions=frozenset(PERMISSIONS)
)
CHANNEL: Final = "cli"


class PeopleKeeping:
    """`now` is the clock's; `keep` writes changes with their entries, without it no entries are
    written. Permission was judged before. `by`: who does it, by default the operator."""

    def __init__(
        self,
        tables: AccountTables,
        now: Callable[[], datetime],
        *,
        passwords: Passwords | None = None,
        language: str = "en",
        zone: str = "UTC",
        keep: Keep | None = None,
    ) -> None:
        self._tables = tables
        self._now = now
        self._passwords = passwords or Passwords()
        self._language = language
        self._zone = zone
        self._keep = keep or unrecorded(tables)

    def open_organisation(self, name: str, organisation: int = DEFAULT_ORGANISATION) -> None:
        """Makes the organisation with its first roles, unless it exists. These are the program's
        own, the same everywhere: no entry tells of them."""
        self._tables.add_organisation(organisation, name)
        known = {role.id for role in self._tables.roles(organisation)}
        for id_, permissions in FIRST_ROLES.items():
            if id_ not in known:
                self._tables.set_role(Role(id_, organisation, id_.capitalize(), permissions))

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
        by: Actor = OPERATOR,
        channel: str = CHANNEL,
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
        made = self._kept(
            by,
            channel,
            (told.user_added(user, self._now()),),
            *self._new_roles(user),
            k.NewUser(user),
        )
        if not made:
            return Rejection(
                "user.login_taken", f"The login {login} is taken.", {"login": login}, path="login"
            )
        return user

    def set_roles(
        self,
        who: str,
        roles: Collection[str],
        organisation: int = DEFAULT_ORGANISATION,
        *,
        by: Actor = OPERATOR,
        channel: str = CHANNEL,
    ) -> User | Rejection:
        """Gives a person these roles and no others."""
        user = self.person(who, organisation)
        if isinstance(user, Rejection):
            return user
        changed = replace(user, roles=frozenset(roles))
        return self._changed(user, changed, by, channel, *self._new_roles(changed))

    def set_email(
        self,
        login: str,
        address: str,
        organisation: int = DEFAULT_ORGANISATION,
        *,
        by: Actor = OPERATOR,
        channel: str = CHANNEL,
    ) -> User | Rejection:
        """Where somebody's mail goes from now on; empty: nowhere."""
        user = self.person(login, organisation)
        if isinstance(user, Rejection):
            return user
        if address and not is_mail_address(address):
            return Rejection("mail.address", f"{address[:100]!r} is no address", path="email")
        others = {name: value for name, value in user.attributes.items() if name != "email"}
        attributes = {**others, **({"email": address} if address else {})}
        return self._changed(user, replace(user, attributes=attributes), by, channel)

    def close_user(
        self,
        who: str,
        organisation: int = DEFAULT_ORGANISATION,
        *,
        by: Actor = OPERATOR,
        channel: str = CHANNEL,
    ) -> User | Rejection:
        """Somebody leaves: nobody signs in as them any more, their sessions and tokens are over.
        What they did stays theirs."""
        user = self.person(who, organisation)
        if isinstance(user, Rejection):
            return user
        closed = replace(user, active=False, password="")
        out = k.ShutOut(organisation, user.id)
        events = (told.user_closed(user, self._now()),)
        self._kept(by, channel, events, k.ChangedUser(closed), out)
        return closed

    def set_role(
        self,
        role: str,
        permissions: Iterable[str] = (),
        *,
        title: str = "",
        organisation: int = DEFAULT_ORGANISATION,
        by: Actor = OPERATOR,
        channel: str = CHANNEL,
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
        before = {each.id: each for each in self._tables.roles(organisation)}.get(role)
        kept = before.title if before is not None else role
        after = Role(role, organisation, title or kept, given)
        self._kept(by, channel, (told.role_changed(before, after, self._now()),), after)
        return None

    def create_token(
        self,
        login: str,
        name: str = "",
        *,
        organisation: int = DEFAULT_ORGANISATION,
        expires: datetime | None = None,
        by: Actor = OPERATOR,
        channel: str = CHANNEL,
    ) -> str | Rejection:
        """A new API token of a user, `olp_…`: this is the only time it can be read."""
        user = self._tables.user_by_login(organisation, login.strip().lower())
        if user is None or not user.active:
            return Rejection("user.not_found", f"No user has the login {login}.", {"login": login})
        secret, now = new_api_token(), self._now()
        token = Token(digest(secret), organisation, user.id, name, now, expires)
        self._kept(by, channel, (told.token_made(token, now),), token)
        return secret

    def end_tokens(
        self,
        login: str,
        id: str = "",
        *,
        organisation: int = DEFAULT_ORGANISATION,
        by: Actor = OPERATOR,
        channel: str = CHANNEL,
    ) -> int | Rejection:
        """Takes back the tokens of a user, or the one whose digest begins with `id`; how many."""
        user = self.person(login, organisation)
        if isinstance(user, Rejection):
            return user
        tokens = self._tables.tokens(organisation, user.id)
        ended = [each for each in tokens if each.digest.startswith(id)]
        now = self._now()
        for each in ended:
            self._kept(by, channel, (told.token_ended(each, now),), k.EndedToken(each.digest))
        return len(ended)

    def person(self, who: str, organisation: int = DEFAULT_ORGANISATION) -> User | Rejection:
        """The user with this login or id; `user.not_found` for nobody, or one who left."""
        found = self._tables.user_by_login(organisation, who.strip().lower())
        found = found or self._tables.user(organisation, who.strip())
        if found is not None and found.active:
            return found
        return Rejection("user.not_found", f"No user has the login {who}.", {"login": who})

    def _changed(self, before: User, after: User, by: Actor, channel: str, *more: k.Kept) -> User:
        """The person as they are then; what changes nothing is no entry."""
        if after != before:
            events = (told.user_changed(before, after, self._now()),)
            self._kept(by, channel, events, *more, k.ChangedUser(after))
        return after

    def _kept(self, by: Actor, channel: str, events: tuple[Event, ...], *kept: k.Kept) -> bool:
        """Whether nobody else was first. Raises `Refused` where the database is away."""
        refused = self._keep(Administer(actor=by, channel=channel, events=events, kept=kept))
        if refused is not None and refused is not TAKEN:
            raise Refused(refused)
        return refused is None

    def _new_roles(self, user: User) -> list[Role]:
        known = {role.id for role in self._tables.roles(user.organisation)}
        return [
            Role(role, user.organisation, role, FIRST_ROLES.get(role, ()))
            for role in sorted(user.roles - known)
        ]
