"""People at the door: sign-in, sessions, API tokens, and the actor they act as."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from orderloom.platform.app import account_events as told
from orderloom.platform.app.administering import Administer, Keep
from orderloom.platform.app.passwords import (
    TOKEN_PREFIX,
    Passwords,
    csrf_token,
    digest,
    new_session_token,
)
from orderloom.platform.app.people_keeping import DEFAULT_ORGANISATION, PeopleKeeping
from orderloom.platform.app.refusals import UNKNOWN, Throttle
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.account_rows import AccountTables, Session, User
from orderloom.platform.store.administration_rows import EndedSession
from orderloom.platform.store.substitution_rows import SubstitutionTables

WINDOW: Final = timedelta(minutes=15)
MOST_PER_LOGIN: Final = 5
MOST_PER_ADDRESS: Final = 30
# Where people sign in.
CHANNEL: Final = "web"
# A session is extended at most this often, so that reading pages does not write.
EXTEND_AFTER: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session: `token` goes into the cookie, `csrf` into every form."""

    token: str
    csrf: str
    actor: Actor
    expires: datetime


class Accounts(PeopleKeeping):
    """`now` is the clock's; `lifetime` is how long a session lives without use. Who signs in, who
    tries and who signs out is told by entries, as all that is changed of people (`keep`)."""

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
        keep: Keep | None = None,
    ) -> None:
        super().__init__(tables, now, passwords=passwords, language=language, zone=zone, keep=keep)
        self._substitutions = substitutions
        self._lifetime = lifetime
        self._lock = Lock()
        self._throttle = Throttle()

    def sign_in(
        self, login: str, password: str, address: str, organisation: int = DEFAULT_ORGANISATION
    ) -> SignedIn | Rejection:
        """A new session. After several failures the login and the address must wait.

        The answer is the same for a wrong password and an unknown or closed account.
        """
        login, now = login.strip().lower(), self._now()
        keys = {f"login:{organisation}:{login}": MOST_PER_LOGIN, f"ip:{address}": MOST_PER_ADDRESS}
        if any(self._tables.failures(key, now - WINDOW) >= most for key, most in keys.items()):
            throttled = Rejection(
                "sign_in.throttled",
                "Too many sign-ins failed; try again later.",
                {"minutes": int(WINDOW.total_seconds() // 60)},
            )
            return self._not_let_in(throttled, login, organisation, now)
        user = self._tables.user_by_login(organisation, login)
        usable = user is not None and user.active
        stored = user.password if user is not None and user.active else ""
        if not self._passwords.matches(password, stored) or user is None or not usable:
            for key in keys:
                self._tables.note_failure(key, now)
            wrong = Rejection("sign_in.wrong", "The login or the password is wrong.")
            return self._not_let_in(wrong, login, organisation, now)
        self._tables.clear_failures(f"login:{organisation}:{login}")
        if self._passwords.outdated(stored):
            # The same password, kept more safely: nothing that anybody has to know of.
            self._tables.change_user(replace(user, password=self._passwords.hash(password)))
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
        key = digest(token)
        _, user = self._tables.session_user(key) or (None, None)
        if user is not None:
            told_of = (told.session_ended(user, self._now()),)
            self._kept(actor_of(user), CHANNEL, told_of, EndedSession(key))

    def by_token(self, token: str) -> Actor | None:
        """The actor of an API token; None for what is not one, has expired, or whose user left."""
        if not token.startswith(TOKEN_PREFIX):
            return None
        found, user = self._tables.token_user(digest(token)) or (None, None)
        if found is None or (found.expires is not None and found.expires <= self._now()):
            return None
        return self._acting(user) if user is not None and user.active else None

    def actor(self, user: str, organisation: int = DEFAULT_ORGANISATION) -> Actor | None:
        """The actor for a user's id; None for nobody, or one who left."""
        found = self._tables.user(organisation, user)
        return self._acting(found) if found is not None and found.active else None

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
            self._tables.change_user(replace(user, language=language))

    def _open_session(self, user: User, now: datetime) -> SignedIn:
        token, expires = new_session_token(), now + self._lifetime
        session = Session(digest(token), user.organisation, user.id, now, expires)
        actor = self._acting(user)
        self._kept(actor_of(user), CHANNEL, (told.session_opened(user, now),), session)
        return SignedIn(token, csrf_token(token), actor, expires)

    def _not_let_in(
        self, refused: Rejection, login: str, organisation: int, now: datetime
    ) -> Rejection:
        """The refusal, told in an entry as far as the bound of a minute goes."""
        user = self._tables.user_by_login(organisation, login)
        with self._lock:
            whose = user.id if user is not None else UNKNOWN.id
            more = self._throttle.pass_(whose, 0, refused.code, now)
        if more is not None:
            event = told.session_refused(user, refused.code, now, more)
            # The answer is a refusal all the same, also while the database is away.
            self._keep(Administer(actor=UNKNOWN, channel=CHANNEL, events=(event,)))
        return refused

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
