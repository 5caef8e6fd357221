"""What every view starts from: an order loaded for a viewer who may see it, or "not found"."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Protocol

from orderloom.platform.app.account_erasing import is_pseudonym
from orderloom.platform.app.accounts import Accounts
from orderloom.platform.app.briefly import Briefly
from orderloom.platform.app.permissions import Answer, answered, may_see
from orderloom.platform.app.view_models import Choice, OrderHead, PersonView
from orderloom.platform.app.withheld import (
    Paths,
    Secrets,
    data_told,
    secrets_of,
    withheld_from,
    without,
)
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor, Available, Context, OrderState, available
from orderloom.platform.engine.outcome import Question
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import ReadTables, StoredOrder
from orderloom.platform.words import Words

# Entries in which values are looked for that hidden fields had.
MOST_TOLD: Final = 2_000
Search = Callable[[int, str, str, int], Sequence[tuple[str, Mapping[str, Any]]]]


class Releases(Protocol):
    """What views need of the registry."""

    def current(self, process: str, organisation: int, now: datetime) -> Release: ...

    def by_no(self, no: int) -> Release: ...

    def processes(self, organisation: int) -> Collection[str]: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts that views read from. `ask` answers the engine's questions for an organisation;
    `search(organisation, collection, text, limit)` gives the keys and bodies of records."""

    reads: ReadTables
    registry: Releases
    accounts: Accounts
    ask: Callable[[Question, int], Any]
    now: Callable[[], datetime]
    search: Search
    briefly: Briefly = field(default_factory=Briefly)

    def see(self, actor: Actor, number: str) -> Seen | Rejection:
        """The order, if the actor may know of it."""
        stored = self.reads.order_by_number(actor.organisation, number)
        if stored is None:
            return not_found(number)
        return self.seen(actor, stored) or not_found(number)

    def see_id(self, actor: Actor, order: int) -> Seen | Rejection:
        """The same by the order's id, which drafts and task ids have."""
        stored = self.reads.orders_by_id(actor.organisation, [order]).get(order)
        seen = self.seen(actor, stored) if stored is not None else None
        return seen or not_found(str(order))

    def seen(self, actor: Actor, stored: StoredOrder) -> Seen | None:
        """An order that was read already, if the actor may see it."""
        release = self.registry.by_no(stored.release)
        answer = self.answer(actor)
        if not may_see(actor, release, stored.state, now=self.now(), answer=answer):
            return None
        return Seen(self, actor, stored, release, self.now())

    def answer(self, actor: Actor) -> Answer:
        return lambda question: self.ask(question, actor.organisation)

    def people(
        self, principals: Iterable[str], actor: Actor, words: Words, release: Release | None = None
    ) -> tuple[PersonView, ...]:
        """Principals (`u:…`, `r:…`, `p:…`, or bare user ids) by name, in the order given."""
        given = list(principals)
        users = [_bare(each) for each in given if not each.startswith(("r:", "p:"))]
        names = self.names(users, actor.organisation) if users else {}
        titles = self._titles(actor.organisation) if len(users) < len(given) else {}
        roles: Mapping[str, Any] = release.roles if release is not None else {}
        return tuple(_person(each, names, titles, roles, words) for each in given)

    def names(self, users: Iterable[str], organisation: int) -> Mapping[str, str]:
        """Users by name. Who will ask for many one by one asks for all of them first."""

        def read(missing: list[str]) -> Mapping[str, str]:
            return self.accounts.names(sorted(missing), organisation)

        return self.briefly.each(("name", organisation), users, read)

    def _titles(self, organisation: int) -> Mapping[str, str]:
        key = ("titles", organisation)
        return self.briefly.get(key, lambda: self.accounts.role_titles(organisation))


@dataclass(frozen=True)
class Seen:
    """An order before the eyes of one viewer."""

    desk: Desk
    actor: Actor
    stored: StoredOrder
    release: Release
    now: datetime

    @property
    def state(self) -> OrderState:
        return self.stored.state

    @cached_property
    def words(self) -> Words:
        return Words(self.actor.language)

    @cached_property
    def hidden(self) -> Paths:
        """Fields that the form keeps from the viewer and shows to others."""
        state = self.state
        return withheld_from(self.actor, self.release.form, state.data, requester=state.requester)

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """The data without these fields: what is shown. The engine judges by those of `state`."""
        shown: Mapping[str, Any] = without(self.state.data, self.hidden)
        return shown

    @cached_property
    def secrets(self) -> Secrets:
        """The values that these fields have and had: what was a secret then is one now."""
        reads, organisation, order = self.desk.reads, self.actor.organisation, self.stored.id
        told = reads.entries_after(organisation, order, after=0, limit=MOST_TOLD) if order else ()
        earlier = (one for entry in told for one in data_told(entry.facts))
        return secrets_of((self.state.data, *earlier), self.hidden)

    @cached_property
    def left_out(self) -> str:
        """What stands in the place of such a value."""
        return self.words.text("evidence.report.hidden")

    def masked(self, value: Any) -> Any:
        """A value of which no field is known, without those that hidden fields have."""
        return self.secrets.masked(value, self.left_out) if self.hidden else value

    @cached_property
    def may(self) -> Available:
        """What the viewer may do now, as the engine says."""
        return answered(
            lambda context: available(self.release, self.state, context),
            Context(self.now, self.actor),
            self.desk.answer(self.actor),
        )

    @property
    def number(self) -> str:
        """The number, or of a draft `~<id>`."""
        return shown_number(self.state)

    def people(self, principals: Iterable[str]) -> tuple[PersonView, ...]:
        return self.desk.people(principals, self.actor, self.words, self.release)

    def stage_titles(self) -> tuple[Choice, ...]:
        """Active stages that have none active inside, by document order."""
        stages = self.release.process.stages
        outer = {
            name for id_ in self.state.stages if id_ in stages for name in stages[id_].ancestors
        }
        return tuple(
            Choice(id=id_, title=self.words.choose(stage.title) or id_)
            for id_, stage in stages.items()
            if id_ in self.state.stages and id_ not in outer
        )

    def head(self) -> OrderHead:
        state, process = self.state, self.release.process
        return OrderHead(
            id=state.order,
            number=self.number,
            process=process.id,
            process_title=self.words.choose(process.title) or process.id,
            status=state.status,
            attention=state.in_attention,
            revision=self.stored.revision,
            stages=self.stage_titles(),
            outcome=state.outcome,
            failed=state.failed,
            created=instant(state.created) or self.now,
            ended=instant(state.ended_at),
            requester=self.people([f"u:{state.requester}"])[0],
            channel=state.channel,
            release=self.release.digest[:12],
            entries=self.stored.entries,
        )


def not_found(number: str) -> Rejection:
    """The answer for what does not exist and for what one may not see: the same."""
    return Rejection("order.not_found", f"There is no order {number}.", {"number": number})


def shown_number(state: OrderState) -> str:
    """How an order is called in addresses: its number, of a draft `~<id>`."""
    return state.number or f"~{state.order}"


def instant(text: str | None) -> datetime | None:
    """An instant of the state (ISO 8601, UTC) as an aware datetime."""
    return datetime.fromisoformat(text) if text else None


def _bare(principal: str) -> str:
    return principal.removeprefix("u:")


def _person(
    principal: str,
    names: Mapping[str, str],
    titles: Mapping[str, str],
    roles: Mapping[str, Any],
    words: Words,
) -> PersonView:
    kind, _, rest = principal.partition(":")
    if kind == "r" and rest:
        title = words.choose(roles.get(rest)) or titles.get(rest) or rest
        return PersonView(id=rest, name=title, kind="role")
    if kind == "p" and rest:
        return PersonView(id=rest, name=words.text(f"web.permission.{rest}"), kind="role")
    id_ = _bare(principal)
    if id_ in names:
        if is_pseudonym(names[id_]):
            code = names[id_].removeprefix("~")
            return PersonView(id=id_, name=words.text("leaving.shown", code=code))
        return PersonView(id=id_, name=names[id_])
    known = f"web.actor.{id_.partition(':')[0]}"
    shown = words.text(known, name=id_.partition(":")[2]) if words.has(known) else id_
    return PersonView(id=id_, name=shown, kind="other")
