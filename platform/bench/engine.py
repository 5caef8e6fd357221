"""The whole engine at the reference work: forms, decisions, approvals, chain, tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from orderloom.platform.app.application import Application
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.app.reply import Reply
from orderloom.platform.bench.reference_bundle import EVENTS, PROCESS, order_data, reference_bundle
from orderloom.platform.bootstrap import build
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Actor, Body, Command
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings

COMMANDS: Final = 8
# Of an order; the raw limit writes as many.
ENTRIES: Final = 12
ALICE: Final = Actor("alice", roles=frozenset({"sales"}))
BOB: Final = Actor("bob", roles=frozenset({"manager"}))
CAROL: Final = Actor("carol", roles=frozenset({"finance"}))
WMS: Final = Actor("c:wms", kind="connector", name="wms")
ERP: Final = Actor("c:erp", kind="connector", name="erp")

# All orders of a round take the same step before any takes the next: what is in a batch.
Step = Callable[[Reply], tuple[Actor, Body]]


@contextmanager
def opened(url: str, *, sync: str = "full", group: int = 1) -> Iterator[Callable[[int], None]]:
    """An application on an empty database, and the work: that many orders, `group` in a batch."""
    with application(url, sync=sync) as app:
        load = Load(app, group)
        yield load.orders


@contextmanager
def application(url: str, *, sync: str = "full", published: bool = False) -> Iterator[Application]:
    """An application with the reference bundle, which another one may have `published` before."""
    app = build(Settings(database_url=url, sync=sync, secret="x" * 32, port=0))
    try:
        if not published:
            publish(app)
        yield app
    finally:
        app.close()


def publish(app: Application) -> None:
    """Publishes the reference bundle, whose definitions must be good."""
    options = PublishOptions(tests=False, second_person=False)
    done = app.publish.publish(reference_bundle(), OPERATOR, options)
    if not isinstance(done, Published):
        raise RuntimeError(f"the reference bundle is not publishable: {done}")


@dataclass
class Load:
    """Orders from their creation to their end, eight commands each."""

    app: Application
    group: int
    made: int = 0

    def orders(self, count: int) -> None:
        """Works off `count` new orders, in groups of orders that go step by step together."""
        for start in range(0, count, self.group):
            self.together(min(self.group, count - start))

    def together(self, count: int) -> None:
        first, self.made = self.made, self.made + count
        replies = self.send([create(first + n) for n in range(count)])
        for step in STEPS:
            replies = self.step(replies, step)
        if any(reply.state.status != "ended" for reply in replies):
            raise RuntimeError("an order of the reference work did not end")

    def step(self, replies: Sequence[Reply], step: Step) -> list[Reply]:
        """Takes orders that stand alike one step on."""
        return self.send([_command(reply, step) for reply in replies])

    def send(self, commands: Sequence[Command]) -> list[Reply]:
        """Carries commands out, several at once; each must be accepted."""
        answers = (
            [self.app.handle(commands[0])] if len(commands) == 1 else self.app.handle_many(commands)
        )
        return [accepted(answer) for answer in answers]


def accepted(answer: Reply | Rejection) -> Reply:
    """The reply; a refusal would make the figures worthless."""
    if isinstance(answer, Rejection):
        raise RuntimeError(f"refused: {answer.code} {answer.message}")
    return answer


def order_of(number: int) -> dict[str, object]:
    """A new order as the API takes it."""
    return {"process": PROCESS, "data": order_data(number)}


def create(number: int) -> Command:
    """The first command of an order."""
    return Command(body=c.Create(process=PROCESS, data=order_data(number)), actor=ALICE)


def _command(reply: Reply, step: Step) -> Command:
    actor, body = step(reply)
    return Command(body=body, actor=actor, order=reply.order)


def _approve(actor: Actor) -> Step:
    def step(reply: Reply) -> tuple[Actor, Body]:
        (task,) = reply.state.tasks
        return actor, c.CastVerdict(int(task), "approve")

    return step


def _event(name: str, actor: Actor) -> Step:
    return lambda reply: (actor, c.SendEvent(name, source=actor.name))


STEPS: Final[Sequence[Step]] = (
    _approve(BOB),
    _approve(CAROL),
    *(_event(name, WMS) for name in EVENTS),
    _event("closed", ERP),
)
