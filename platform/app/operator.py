"""Whoever works at the machine itself: the actor of commands that name nobody."""

from __future__ import annotations

from orderloom.platform.app.accounts import Accounts
from orderloom.platform.app.people_keeping import OPERATOR
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Refused, Rejection

__all__ = ["OPERATOR", "acting"]


def acting(accounts: Accounts, login: str | None) -> Actor:
    """The user of a login, or the operator. Raises `Refused` with `user.not_found`."""
    if login is None:
        return OPERATOR
    actor = accounts.by_login(login)
    if actor is None:
        message = f"No user has the login {login}."
        raise Refused(Rejection("user.not_found", message, {"login": login}))
    return actor
