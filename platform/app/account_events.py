"""What is told of people, roles, sessions and tokens: facts of ids alone, no name and no secret."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from orderloom.platform.engine import Event
from orderloom.platform.engine.step import iso
from orderloom.platform.store.account_rows import Role, Token, User

# So many signs of a token's digest name it and give nothing of it away.
NAMES_A_TOKEN: Final = 12
# Fields that are told by name when they change; a password only that it did.
FIELDS: Final = ("login", "name", "password", "language", "zone", "manager", "attributes", "units")


def user_added(user: User, at: datetime) -> Event:
    facts: dict[str, Any] = {"user": user.id, "given": sorted(user.roles), "at": iso(at)}
    if user.manager:
        facts["manager"] = user.manager
    if user.units:
        facts["units"] = list(user.units)
    return Event("user.added", facts)


def user_changed(before: User, after: User, at: datetime) -> Event:
    changed = changed_fields(before, after)
    return Event(
        "user.changed",
        {
            "user": after.id,
            "fields": changed,
            **_moved(before.roles, after.roles),
            "at": iso(at),
        },
    )


def changed_fields(before: User, after: User) -> list[str]:
    """Names of the fields that differ."""
    return [name for name in FIELDS if getattr(before, name) != getattr(after, name)]


def user_erased(user: User, reason: str, at: datetime, *, again: bool = False) -> Event:
    facts: dict[str, Any] = {"user": user.id, "at": iso(at)}
    if again:
        facts["again"] = True
    if reason:
        facts["reason"] = reason
    return Event("user.erased", facts)


def user_closed(user: User, at: datetime) -> Event:
    return Event("user.closed", {"user": user.id, "at": iso(at)})


def role_changed(before: Role | None, after: Role, at: datetime) -> Event:
    had = before.permissions if before is not None else ()
    facts = {"role": after.id, **_moved(had, after.permissions), "at": iso(at)}
    return Event("role.changed", {**facts, **({} if before is not None else {"new": True})})


def token_made(token: Token, at: datetime) -> Event:
    facts: dict[str, Any] = {"user": token.user, "token": name_of(token.digest), "at": iso(at)}
    if token.name:
        facts["comment"] = token.name
    if token.expires is not None:
        facts["until"] = iso(token.expires)
    return Event("token.made", facts)


def token_ended(token: Token, at: datetime) -> Event:
    facts = {"user": token.user, "token": name_of(token.digest), "at": iso(at)}
    return Event("token.ended", facts)


def session_opened(user: User, at: datetime) -> Event:
    return Event("session.opened", {"user": user.id, "at": iso(at)})


def session_ended(user: User, at: datetime) -> Event:
    return Event("session.ended", {"user": user.id, "at": iso(at)})


def session_refused(user: User | None, code: str, at: datetime, more: int) -> Event:
    """`user`: whose login was typed, if it is anybody's; what else was typed may be a password."""
    facts: dict[str, Any] = {"code": code, "at": iso(at)}
    if user is not None:
        facts["user"] = user.id
    if more:
        facts["more"] = more
    return Event("session.refused", facts)


def name_of(digest: str) -> str:
    """The beginning of a token's digest, by which people tell tokens apart."""
    return digest[:NAMES_A_TOKEN]


def _moved(before: Collection[str], after: Collection[str]) -> dict[str, list[str]]:
    moved = {
        "given": sorted(set(after) - set(before)),
        "taken": sorted(set(before) - set(after)),
    }
    return {name: ids for name, ids in moved.items() if ids}
