"""Permissions: the fixed list that roles map to, and the one judge of who may see an order.

Definitions name roles only (who starts, decides, edits); permissions are for what stands above
single orders. `docs/permissions.md` shows the same list (a test compares the two).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, TypeVar

from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor, Context, OrderState, people
from orderloom.platform.engine.outcome import Question
from orderloom.platform.engine.step import Asking, Step
from orderloom.platform.problem import Rejection
from orderloom.platform.store.account_rows import User

PERMISSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "audit.read": "Read every order with its audit, and export and verify the audit.",
        "audit.whole": "Read also fields that forms keep from one, and take entries away whole.",
        "collections.edit": "Change records of collections, bring them from files, merge them.",
        "collections.read": "Read collections, their records and what happened to them.",
        "definition.publish": "Publish versions of definitions that another person saved.",
        "definition.read": "Read definitions, their versions and what they refer to.",
        "definition.write": "Save drafts of definitions and bring bundles in.",
        "inbound.send": "Send messages of other systems that bear no signature.",
        "inbound.settle": "Read messages of other systems, and settle those that stand still.",
        "mail.settle": "See mail that could not be delivered, and send, correct or give it up.",
        "order.import": "Bring orders in from files, in bulk, in the name of others.",
        "order.move": "Take an order in attention to another stage.",
        "order.read.all": "Read every order of the organisation, whatever its process says.",
        "order.settle": "Settle an order in attention: try again, or skip with a reason.",
        "privacy.erase": "Report and erase what is kept of a person, and see who has read it.",
        "task.reassign": "Give a task that waits for somebody to another person.",
        "user.manage": "Add people, give roles, make or take back tokens and say who stands in.",
    }
)

# Roles that every organisation starts with; definitions bring their own beside them.
ADMINISTRATOR: Final = "administrator"
AUDITOR: Final = "auditor"
FIRST_ROLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {ADMINISTRATOR: tuple(PERMISSIONS), AUDITOR: ("audit.read", "definition.read")}
)
SEES_EVERY_ORDER: Final = frozenset({"order.read.all", "audit.read"})

Answer = Callable[[Question], Any]
T = TypeVar("T")
# As many questions as the runner allows in one command (engine 2).
MOST_QUESTIONS: Final = 16


def needs(actor: Actor, permission: str) -> Rejection | None:
    """A refusal unless the actor has the permission, which must be one of the list."""
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission} is not in the list of permissions")
    if permission in actor.permissions:
        return None
    return Rejection(
        "permission.missing",
        f"Expected the permission {permission}, which no role of {actor.id} gives.",
        {"permission": permission},
    )


def may_appoint(actor: Actor, person: User) -> bool:
    """Whether the actor may say who stands in for somebody: for themselves, for those whom they
    manage, and for all with `user.manage`."""
    return person.id == actor.id or person.manager == actor.id or "user.manage" in actor.permissions


def may_see(
    actor: Actor, release: Release, state: OrderState, *, now: datetime, answer: Answer
) -> bool:
    """Whether the actor may know that the order exists: its requester, whoever has a task in it,
    the people of the process's `access`, and those who may read every order."""
    if actor.permissions & SEES_EVERY_ORDER:
        return True
    return answered(
        lambda context: people.may_see(release, state, actor, context),
        Context(now, actor),
        answer,
    )


def may_start(actor: Actor, release: Release, *, now: datetime, answer: Answer) -> bool:
    """Whether the process's `start` lets the actor create orders."""
    blank = OrderState(order=0, process=release.process.id, requester=actor.id)
    return answered(
        lambda context: people.may(Step(release, blank, context), release.process.start_by, actor),
        Context(now, actor),
        answer,
    )


def answered(ask: Callable[[Context], T], context: Context, answer: Answer) -> T:
    """Calls a pure question of the engine again and again until nothing is left to ask."""
    for _ in range(MOST_QUESTIONS):
        try:
            return ask(context)
        except Asking as asking:
            asks = asking.asks
            known = {**context.answers, (asks.ordinal, asks.digest): answer(asks.question)}
            context = Context(
                context.now, context.actor, context.channel, context.on_behalf_of, known
            )
    raise RuntimeError(f"More than {MOST_QUESTIONS} questions about one order")
