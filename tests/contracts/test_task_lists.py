"""Lists of tasks against a plain model: every filter in every order, page by page, none lost."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from parts.store_rows import add, at, keys

from orderloom.platform.store import Store, task_lists
from orderloom.platform.store.account_rows import User
from orderloom.platform.store.columns import stamp
from orderloom.platform.store.order_rows import NOTHING, Changes, Projection, ProjectionWrite
from orderloom.platform.store.order_rows import TaskWrite as Write
from orderloom.platform.store.read_rows import TaskFilter, TaskKey
from orderloom.platform.store.sort_keys import sort_key

MINE = ("u:bob", "r:sales", "r:store")
NAMES = (*MINE, "r:other", "t:r:sales")
ORDERS = range(1, 61)


@dataclass(frozen=True)
class Known:
    """A task as the model has it."""

    order: int
    write: Write
    words: frozenset[str]
    requester: str
    stage: str

    @property
    def due(self) -> str:
        return self.write.due or "~"


Test = Callable[[Known], bool]
FILTERS: dict[str, tuple[dict[str, Any], Test]] = {
    "plain": ({}, lambda one: True),
    "process": ({"process": "p1"}, lambda one: one.write.process == "p1"),
    "kind": ({"kind": "task"}, lambda one: one.write.kind == "task"),
    "stage": ({"stage": "s2"}, lambda one: one.stage == "s2"),
    "stopped": ({"stopped": True}, lambda one: one.write.stopped),
    "running": ({"stopped": False}, lambda one: not one.write.stopped),
    "late": ({"due_before": at(20)}, lambda one: one.due < stamp(at(20))),
    "days": (
        {"due_from": at(20), "due_before": at(40)},
        lambda one: stamp(at(20)) <= one.due < stamp(at(40)),
    ),
    "from": ({"due_from": at(20)}, lambda one: stamp(at(20)) <= one.due < "~"),
    "undated": ({"undated": True}, lambda one: one.due == "~"),
    "word": ({"words": ("pum",)}, lambda one: _has(one, "pum")),
    "words": ({"words": ("pum", "1")}, lambda one: _has(one, "pum") and _has(one, "1")),
    "nobody": ({"words": ("xyz",)}, lambda one: False),
    "person": (
        {"words": ("xyz",), "requesters": ("u_1", "u_2")},
        lambda one: one.requester in ("u_1", "u_2"),
    ),
    "all": (
        {"process": "p0", "kind": "approval", "stage": "s1", "stopped": False},
        lambda one: (
            (one.write.process, one.write.kind, one.stage, one.write.stopped)
            == ("p0", "approval", "s1", False)
        ),
    ),
}
SORTS: dict[str, tuple[Callable[[Known], str], bool]] = {
    "due": (lambda one: one.due, False),
    "oldest": (lambda one: one.write.opened, False),
    "newest": (lambda one: one.write.opened, True),
    "amount": (lambda one: one.write.amount, True),
    "order": (lambda one: "", True),
}


def _has(one: Known, word: str) -> bool:
    return any(each.startswith(word) for each in one.words)


@pytest.mark.parametrize("small", [False, True], ids=["whole", "in steps"])
def test_pages_are_the_models(store: Store, monkeypatch: pytest.MonkeyPatch, small: bool) -> None:
    """In steps: the bounds of what a statement looks at are met all the time."""
    if small:
        for name, most in (("LOOKED_AT", 24), ("LOOKED_UP", 24), ("LEAST", 8), ("FEW_ORDERS", 3)):
            monkeypatch.setattr(task_lists, name, most)
    known = list(_fill(store))
    seen = [one for one in known if set(one.write.principals) & set(MINE)]
    assert 40 < len(seen) < len(known)
    for filter_, (wanted, fits) in FILTERS.items():
        for sort, (by, down) in list(SORTS.items())[:: 2 if small else 1]:
            chosen = TaskFilter(sort=sort, **wanted)
            expected = sorted(
                ((by(one), one.order, one.write.n) for one in seen if fits(one)), reverse=down
            )
            assert (filter_, sort, _all(store, chosen)) == (filter_, sort, expected)


def test_another_organisation_has_none(store: Store) -> None:
    list(_fill(store))
    page = store.reads.found_tasks(2, MINE, TaskFilter(words=("pum",)), after=None, limit=9)
    assert (page.rows, page.further) == ((), None)


def test_what_is_offered_is_counted_for_each_name(store: Store) -> None:
    known = list(_fill(store))
    found = store.reads.offered(1, [*MINE, "r:nobody"], limit=1_000)
    assert found == {
        name: {(one.order, one.write.n) for one in known if name in one.write.principals}
        for name in MINE
    }
    few = store.reads.offered(1, MINE, limit=2)
    assert {len(tasks) for tasks in few.values()} == {2}


def _all(store: Store, chosen: TaskFilter) -> list[TaskKey]:
    found: list[TaskKey] = []
    after: TaskKey | None = None
    for _ in range(500):
        page = store.reads.found_tasks(1, MINE, chosen, after=after, limit=20)
        assert len(page.rows) <= 20
        found += [row.key for row in page.rows]
        after = page.further
        if after is None:
            return found
    raise AssertionError("the list has no end")


def _fill(store: Store) -> Iterator[Known]:
    chance = random.Random(3)
    for order in ORDERS:
        words = frozenset({f"pump{order % 4}" if order % 3 else "seal", str(order)})
        requester, stage = f"u_{order % 5}", f"s{order % 3}"
        named: dict[str, str | list[str]] = {
            **{"word": sorted(words), "requester": requester, "stage": stage}
        }
        add(store, *keys(order, named))
        writes = frozenset(_write(chance, order, n) for n in (1, 2))
        with store.commands.transaction() as transaction:
            after = Projection(tasks=writes)
            write = ProjectionWrite(organisation=1, order=order, before=NOTHING, after=after)
            transaction.flush(Changes(projections=[write]))
        assert {each.n for each in writes} == {1, 2}
        yield from (Known(order, each, words, requester, stage) for each in writes)


def _write(chance: random.Random, order: int, n: int) -> Write:
    return Write(
        n=n,
        kind=chance.choice(("task", "approval")),
        definition="d",
        due=stamp(at(chance.randrange(60))) if chance.random() < 0.8 else None,
        assignee=None,
        principals=tuple(sorted(chance.sample(NAMES, chance.choice((1, 1, 2))))),
        process=f"p{order % 2}",
        opened=stamp(at(-chance.randrange(9))),
        amount=sort_key(chance.choice((None, 5, 70, 70, 1_000))),
        stopped=chance.random() < 0.2,
    )


def test_everybody_who_is_active_has_a_name(store: Store) -> None:
    for number, active in ((2, True), (1, True), (3, False)):
        one = User(id=f"u_{number}", organisation=1, login=f"l{number}", name="Ż", active=active)
        store.accounts.add_user(one)
    store.accounts.add_user(User(id="u_9", organisation=2, login="l9", name="Eve"))
    assert store.reads.everybody(1) == [("u_1", "Ż"), ("u_2", "Ż")]
