"""What is stored twice is compared: each order with the fold of its entries, and the tables with
what the state says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from orderloom.platform.app.balance_differences import held_differences
from orderloom.platform.app.projection import project
from orderloom.platform.app.registry import Registry
from orderloom.platform.engine import OrderState, fold
from orderloom.platform.store import Store
from orderloom.platform.store.commands import Transaction
from orderloom.platform.store.order_rows import LoadedOrder

Progress = Callable[[int, int], None]
PAGE: Final = 200


def differences(
    store: Store, registry: Registry, *, progress: Progress = lambda done, total: None
) -> Iterator[str]:
    """A sentence for each order that is not the fold of its entries, or whose tables say otherwise.

    Reads page by page, each in a transaction of its own; changes nothing.
    """
    after, done = 0, 0
    while True:
        with store.commands.transaction() as transaction:
            ids = transaction.ids_after(after, PAGE)
            if not ids:
                return
            found = [
                f"order {loaded.state.number or loaded.id}: {problem}"
                for loaded in transaction.load(ids)
                for problem in _of_order(loaded, transaction, store, registry)
            ]
        yield from found
        after = ids[-1]
        done += len(ids)
        progress(done, done)


def _of_order(
    loaded: LoadedOrder, transaction: Transaction, store: Store, registry: Registry
) -> Iterator[str]:
    folded = fold(event for _, event in transaction.events(loaded.id, upto=loaded.seq))
    if folded is None:
        yield "there are no entries"
        return
    yield from _fields(loaded.state, folded)
    release = registry.by_no(loaded.release)
    expected = project(loaded.state, release.process, release.form)
    stored = transaction.projection(loaded.id)
    if stored.keys != expected.keys:
        yield f"keys of lists differ: {sorted(stored.keys ^ expected.keys)}"
    if stored.references != expected.references:
        yield f"references differ: {sorted(stored.references ^ expected.references)}"
    if stored.tasks != expected.tasks:
        yield f"tasks differ: {sorted(task.n for task in stored.tasks ^ expected.tasks)}"
    yield from held_differences(loaded.state, store.balances.held_by(loaded.id))
    if transaction.wake_at(loaded.id) != loaded.state.wake_at:
        yield "the moment of its next clock differs"


def _fields(stored: OrderState, folded: OrderState) -> Iterator[str]:
    mine, theirs = stored.to_json(), folded.to_json()
    for name in sorted(mine.keys() | theirs.keys()):
        if mine.get(name) != theirs.get(name):
            yield f"{name} is not the fold of the entries"
    if stored.data != folded.data:
        yield "the data is not the fold of the entries"
