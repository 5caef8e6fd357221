"""`SubstitutionTables`: who stands in for whom, on every kind of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from parts.store_rows import START, at

from orderloom.platform.store import Store
from orderloom.platform.store.order_rows import Changes
from orderloom.platform.store.substitution_rows import Substitution

ONE = Substitution(
    id=7,
    organisation=1,
    person="u_carol",
    substitute="u_dave",
    starts=at(0),
    ends=at(60),
    set_by="u_bob",
    set_at=at(-5),
)


def keep(store: Store, *several: Substitution) -> None:
    with store.commands.transaction() as transaction:
        transaction.flush(Changes(substitutions=list(several)))


def test_what_is_kept_comes_back(store: Store) -> None:
    keep(store, ONE)
    assert store.substitutions.by_id(1, 7) == ONE
    assert store.substitutions.by_id(2, 7) is None
    assert store.substitutions.by_id(1, 8) is None


def test_it_holds_from_its_beginning_until_before_its_end(store: Store) -> None:
    keep(store, ONE)
    moments = {-1: [], 0: ["u_carol"], 59: ["u_carol"], 60: []}
    found = {m: list(store.substitutions.absent(1, "u_dave", at(m))) for m in moments}
    assert found == moments
    assert {m: ONE.holds(at(m)) for m in moments} == {m: bool(who) for m, who in moments.items()}
    assert store.substitutions.absent(2, "u_dave", at(5)) == []
    assert store.substitutions.absent(1, "u_carol", at(5)) == []


def test_what_was_ended_holds_no_more_and_is_still_there(store: Store) -> None:
    keep(store, ONE)
    ended = replace(ONE, ended=at(10), ended_by="u_carol")
    keep(store, ended)
    assert store.substitutions.absent(1, "u_dave", at(11)) == []
    assert store.substitutions.by_id(1, 7) == ended
    assert ended.is_over(at(10))


def test_lists_begin_with_the_last_to_begin(store: Store) -> None:
    later = replace(ONE, id=8, person="u_frank", starts=at(100), ends=at(200))
    other = replace(ONE, id=9, person="u_erin", substitute="u_bob", starts=at(50))
    keep(store, ONE, later, other, replace(ONE, id=10, organisation=2))
    of = store.substitutions.of
    assert [one.id for one in of(1, None, limit=9)] == [8, 9, 7]
    assert [one.id for one in of(1, None, limit=2)] == [8, 9]
    assert [one.id for one in of(1, ["u_dave"], limit=9)] == [8, 7]
    assert [one.id for one in of(1, ["u_erin", "u_carol"], limit=9)] == [9, 7]
    assert of(1, [], limit=9) == []
    assert of(1, ["a\0b"], limit=9) == []


def test_a_transaction_sees_what_is_not_over(store: Store) -> None:
    ended = replace(ONE, id=8, ended=at(1), ended_by="u_bob")
    old = replace(ONE, id=9, starts=START - timedelta(days=3), ends=at(0))
    keep(store, ONE, ended, old)
    with store.commands.transaction() as transaction:
        assert [one.id for one in transaction.substitutions(1, at(0))] == [7]
        assert transaction.substitutions(2, at(0)) == []
