"""Records and their history, written with their transaction, on every kind of database."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

from parts.store_rows import at

from orderloom.platform.store import Store
from orderloom.platform.store.collection_rows import RecordChange, RecordWrite
from orderloom.platform.store.order_rows import Changes

EXACT = Decimal("0.1234567890123456789012345678901234")


def change(key: str, version: int, after: Any, **more: Any) -> RecordWrite:
    made = RecordChange(
        organisation=1,
        collection="customers",
        key=key,
        version=version,
        at=at(version),
        by="u_alice",
        way="changed",
        after=after,
        more=more.get("merged_into"),
    )
    return RecordWrite(change=made, **more)


def keep(store: Store, *writes: RecordWrite) -> None:
    with store.commands.transaction() as transaction:
        transaction.flush(Changes(records=list(writes)))


def states(store: Store, *keys: str) -> dict[str, tuple[int, Any, int, str | None]]:
    with store.commands.transaction() as transaction:
        found = transaction.records(1, "customers", keys)
    return {key: (one.version, one.body, one.last, one.merged_into) for key, one in found.items()}


def test_what_is_written_is_found_by_key_and_by_words(store: Store) -> None:
    keep(store, change("a", 1, {"name": "Łódź", "n": EXACT}), change("b", 1, {"name": "Brno"}))
    keep(store, change("a", 2, {"name": "Gdańsk", "n": EXACT}), change("b", 2, None))
    assert store.collections.row(1, "customers", "a") == {"name": "Gdańsk", "n": EXACT}
    assert store.collections.row(1, "customers", "b") is None
    found = {
        text: [each.key for each in store.collections.search(1, "customers", text, None, 5)]
        for text in ("lodz", "gdansk", "brno", "")
    }
    assert found == {"lodz": [], "gdansk": ["a"], "brno": [], "": ["a"]}
    assert store.collections.record(2, "customers", "a") is None


def test_history_is_kept_the_last_first(store: Store) -> None:
    writes = [change("a", version, {"n": version}) for version in (1, 2, 3)]
    for one in writes:
        keep(store, one)
    history = store.collections.history(1, "customers", "a", before=None, limit=9)
    assert history == [each.change for each in reversed(writes)]
    assert store.collections.history(1, "customers", "a", before=2, limit=9) == [writes[0].change]
    assert store.collections.history(2, "customers", "a", before=None, limit=9) == []


def test_a_transaction_sees_versions_over_deletions(store: Store) -> None:
    keep(store, change("a", 1, {"n": 1}), change("b", 1, {"n": 1}))
    keep(store, change("b", 2, None))
    assert states(store, "a", "b", "c") == {
        "a": (1, {"n": 1}, 1, None),
        "b": (0, None, 2, None),
        "c": (0, None, 0, None),
    }


def test_a_merged_key_leads_to_the_one_that_was_kept(store: Store) -> None:
    keep(store, *(change(key, 1, {"is": key}) for key in "abc"))
    keep(store, change("b", 2, None, merged_into="a"))
    keep(store, change("a", 2, None, merged_into="c"))
    found = {key: store.collections.row(1, "customers", key) for key in "abc"}
    assert found == {key: {"is": "c"} for key in "abc"}
    assert store.collections.rows(1, "customers") == [{"is": "c"}]
    assert store.collections.leads_to(1, "customers", "b") == "a"
    assert states(store, "b")["b"] == (0, None, 2, "a")
    keep(store, change("a", 3, {"is": "a"}, unmerged=True))
    assert store.collections.row(1, "customers", "b") == {"is": "a"}


def test_of_two_who_change_one_record_the_second_sees_the_first(store: Store) -> None:
    keep(store, change("n", 1, {"n": 0}))
    other = Store(store.database)
    other.migrate()

    def add(own: Store) -> None:
        for _ in range(10):
            with own.commands.transaction() as transaction:
                state = transaction.records(1, "customers", ["n"])["n"]
                body = {"n": state.body["n"] + 1} if state.body else {}
                transaction.flush(Changes(records=[change("n", state.last + 1, body)]))

    threads = [threading.Thread(target=add, args=(own,)) for own in (store, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states(store, "n")["n"] == (21, {"n": 20}, 21, None)


def test_thousands_at_once(store: Store) -> None:
    keep(store, *(change(f"k{n}", 1, {"name": f"name {n}"}) for n in range(1500)))
    found = states(store, *(f"k{n}" for n in range(1501)))
    assert sum(one[0] for one in found.values()) == 1500
