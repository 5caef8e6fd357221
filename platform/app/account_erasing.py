"""The account of somebody who is erased: a pseudonym stands in its place; the id, by which entries
call whoever acted, stays."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from orderloom.platform.app import account_events as told
from orderloom.platform.app.mail_address import is_mail_address
from orderloom.platform.engine.step import iso
from orderloom.platform.store import administration_rows as k
from orderloom.platform.store.account_rows import User

PSEUDONYM: Final = re.compile(r"~[0-9a-f]{10}")
LONG: Final = 10
# Shorter ones, and single words, stand by chance in texts that speak of something else.
LEAST: Final = 6


def pseudonym_of(user: User) -> str:
    """What stands for login and name, always the same for one account: a restored copy comes to
    the same. It says as little as the id it is made of."""
    text = f"orderloom/account/{user.organisation}/{user.id}"
    return f"~{hashlib.sha256(text.encode()).hexdigest()[:LONG]}"


def is_pseudonym(name: str) -> bool:
    """Whether a name is what an erasure left."""
    return PSEUDONYM.fullmatch(name) is not None


def anonymous(user: User) -> User:
    """The account as it is from then on: closed, without roles, nobody's."""
    instead = pseudonym_of(user)
    return replace(
        user,
        login=instead,
        name=instead,
        password="",
        language="en",
        zone="UTC",
        manager=None,
        active=False,
        attributes={},
        roles=frozenset(),
        units=(),
        permissions=frozenset(),
    )


def changes_of(user: User, at: datetime) -> tuple[k.Kept, ...]:
    """What is written: the account, and what lies around it."""
    after = anonymous(user)
    return (
        k.ChangedUser(after),
        k.ShutOut(user.organisation, user.id),
        k.ForgottenUser(
            organisation=user.organisation,
            user=user.id,
            login=user.login,
            texts=tuple(texts_of(user)),
            instead=after.name,
            at=iso(at),
        ),
    )


def texts_of(user: User) -> Iterator[str]:
    """What names the person wherever it stands: the full name, mail addresses."""
    if len(user.name) >= LEAST and len(user.name.split()) > 1:
        yield user.name
    yield from (
        value
        for value in user.attributes.values()
        if isinstance(value, str) and is_mail_address(value)
    )


def fields_gone(user: User) -> int:
    """How many fields of the account held something that is gone then."""
    return len(told.changed_fields(user, anonymous(user)))
