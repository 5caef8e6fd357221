"""Administration: what somebody changes above single orders, with the entries that tell of it, in
one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from orderloom.platform.app.recorder import Recorder
from orderloom.platform.app.security import security_entries
from orderloom.platform.app.unit_of_work import UnitOfWork
from orderloom.platform.engine import Event
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store import administration_rows as k
from orderloom.platform.store.account_rows import AccountTables, Role, Session, Token

TAKEN: Final = Rejection("administration.taken", "Somebody else was first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Administer:
    """`kept`: what changes; `events`: what is told of it, all of one instant."""

    actor: Actor
    channel: str
    events: tuple[Event, ...]
    kept: tuple[k.Kept, ...] = ()
    on_behalf_of: None = None


# Carries it out: None, `TAKEN`, or why the database could not.
Keep = Callable[[Administer], Rejection | None]


class Administering:
    """Permission was judged before; here only who was first."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def carry_out(self, work: Administer, unit: UnitOfWork) -> Rejection | None:
        """Puts it into the unit, or says that somebody else was first."""
        if any(unit.is_taken(each) for each in work.kept):
            return TAKEN
        unit.changes.kept += work.kept
        if work.events:
            security_entries(work.events, work, unit, self._recorder)
        return None


def unrecorded(tables: AccountTables) -> Keep:
    """For worlds that are thrown away (scenarios, tests of accounts): people are kept, nothing is
    told."""

    def keep(work: Administer) -> Rejection | None:
        for each in work.kept:
            match each:
                case k.NewUser(user):
                    if not tables.add_user(user):
                        return TAKEN
                case k.ChangedUser(user):
                    tables.change_user(user)
                case Role():
                    tables.set_role(each)
                case Session():
                    tables.add_session(each)
                case Token():
                    tables.add_token(each)
                case k.EndedSession(digest):
                    tables.end_session(digest)
                case k.EndedToken(digest):
                    tables.end_token(digest)
                case k.ShutOut(organisation, user):
                    tables.end_sessions(organisation, user)
                    tables.end_tokens(organisation, user)
                case _:
                    raise TypeError(f"{type(each).__name__} is nothing of an account")
        return None

    return keep
