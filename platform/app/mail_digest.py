"""The daily digest: what it tells, and the clock by which each person gets one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orderloom.platform.app.mail_choices import MailChoices, kept_choices
from orderloom.platform.app.mail_facts import without_personal
from orderloom.platform.app.reading import Desk
from orderloom.platform.app.view_models import TaskLine
from orderloom.platform.app.view_tasks import line
from orderloom.platform.engine import Actor
from orderloom.platform.engine.standing_in import whose
from orderloom.platform.store.account_rows import AccountTables
from orderloom.platform.store.mail_rows import Expected, KeptMail, MailTables, NewMail
from orderloom.platform.store.substitution_rows import SubstitutionTables
from orderloom.platform.words import Words

MOST_TASKS: Final = 20
# As many open tasks as are looked at to count those that are left out.
MOST_COUNTED: Final = 200
MOST_MENTIONS: Final = 50
MOST_ABSENT: Final = 20
# How often the clock is looked at, by the application's clock.
EVERY: Final = timedelta(minutes=1)
BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class DigestFound:
    """What there is to say to one person. `more`: open tasks beyond those in `tasks`; `absent`: a
    sentence for each substitution in force."""

    tasks: tuple[TaskLine, ...]
    more: int
    mentions: tuple[KeptMail, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DigestParts:
    """Finds what a digest says."""

    desk: Desk
    mail: MailTables
    substitutions: SubstitutionTables
    now: Callable[[], datetime]

    def __call__(self, actor: Actor) -> DigestFound:
        choices = kept_choices(self.mail.choices(actor.organisation, actor.id))
        tasks = self._tasks(actor, choices)
        return DigestFound(
            tasks=tasks[:MOST_TASKS],
            more=max(len(tasks) - MOST_TASKS, 0),
            mentions=tuple(self.mentions(actor)),
            absent=self._absent(actor),
        )

    def mentions(self, actor: Actor) -> Sequence[KeptMail]:
        """What was held for the digest."""
        return self.mail.held(actor.organisation, actor.id, limit=MOST_MENTIONS)

    def _tasks(self, actor: Actor, choices: MailChoices) -> tuple[TaskLine, ...]:
        """Open tasks that the person may answer, late ones first, then by their deadline."""
        people = (actor, *actor.in_place_of.values())
        named = {f"u:{one.id}" for one in people}
        chosen = named if choices.way("task") != "never" else set()
        if choices.way("role") != "never":
            chosen |= {each for one in people for each in one.principals()} - named
        if not chosen:
            return ()
        rows = self.desk.reads.tasks(actor.organisation, chosen, after=None, limit=MOST_COUNTED)
        stored = self.desk.reads.orders_by_id(actor.organisation, {row.order for row in rows})
        orders = {id_: self.desk.seen(actor, one) for id_, one in stored.items()}
        found = []
        for row in rows:
            seen = orders.get(row.order)
            task = seen.state.tasks.get(str(row.n)) if seen is not None else None
            if seen is not None and task is not None and whose(task, actor) is not None:
                found.append(line(without_personal(seen), row.n, task))
        return tuple(sorted(found, key=lambda each: not each.late))

    def _absent(self, actor: Actor) -> tuple[str, ...]:
        """Who stands in for them, and for whom they do."""
        words, now, zone = Words(actor.language), self.now(), ZoneInfo(actor.zone)
        found = self.substitutions.of(actor.organisation, [actor.id], limit=MOST_COUNTED)
        said: list[str] = []
        for one in found:
            if not one.holds(now) or len(said) == MOST_ABSENT:
                continue
            mine = one.person == actor.id
            other = one.substitute if mine else one.person
            (person,) = self.desk.people([f"u:{other}"], actor, words)
            last = (one.ends.astimezone(zone) - timedelta(microseconds=1)).date()
            key = "mail.stood_in" if mine else "mail.stands_in"
            said.append(words.text(key, name=person.name, until=words.date(last)))
        return tuple(said)


class Digests:
    """Lets each person's digest wait to be sent when its hour has come, once, however many workers
    look. A day that nobody looked is over: nothing is sent after it."""

    def __init__(
        self, mail: MailTables, accounts: AccountTables, now: Callable[[], datetime]
    ) -> None:
        self._mail = mail
        self._accounts = accounts
        self._now = now
        self._next: datetime | None = None

    def run_once(self) -> int:
        """How many digests were begun. Looks once a minute."""
        now = self._now()
        if self._next is not None and now < self._next:
            return 0
        self._next = now + EVERY
        self._expect(now)
        begun = 0
        while due := self._mail.due_digests(now, limit=BATCH):
            begun += sum(self._begin(one, now) for one in due)
            if len(due) < BATCH:
                break
        return begun

    def _expect(self, now: datetime) -> None:
        """Who is new gets a first moment."""
        while new := self._mail.unexpected(limit=BATCH):
            plain = MailChoices()
            moments = [
                Expected(organisation, user, at)
                for organisation, user, zone in new
                if (at := plain.after(now, zone_of(zone))) is not None
            ]
            self._mail.expect(moments)
            if len(new) < BATCH:
                return

    def _begin(self, one: Expected, now: datetime) -> bool:
        user = self._accounts.user(one.organisation, one.user)
        choices = kept_choices(self._mail.choices(one.organisation, one.user))
        zone = zone_of(user.zone if user is not None else "UTC")
        today = choices.on(now, zone)
        wanted = user is not None and user.active and bool(user.attributes.get("email"))
        mail = None
        if wanted and today is not None and today <= now:
            day = now.astimezone(zone).date().isoformat()
            mail = NewMail(
                organisation=one.organisation,
                key=f"digest.{day}.{one.user}",
                kind="digest",
                user=one.user,
                at=now,
            )
        moved = self._mail.digested(one, next=choices.after(now, zone), mail=mail)
        return moved and mail is not None


def zone_of(name: str) -> ZoneInfo:
    """The zone, or UTC for one that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
