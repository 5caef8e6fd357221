"""Eight threads write at the same time: nothing is lost, doubled or half done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from parts.store_rows import START, add, at, letter
from sqlalchemy import func, select

from orderloom.platform.store import Store, open_store
from orderloom.platform.store.account_rows import Role, Session, User
from orderloom.platform.store.definition_rows import DefinitionVersion, Draft
from orderloom.platform.store.order_rows import Conflict
from orderloom.platform.store.tables import METADATA
from orderloom.platform.store.work_rows import Job, Notice

THREADS = 8
EACH = 12


def together(work: Callable[[int], Any]) -> list[Any]:
    """The work of eight threads that begin at the same moment."""
    start = threading.Barrier(THREADS)

    def begun(index: int) -> Any:
        start.wait(timeout=60)
        return work(index)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(begun, range(THREADS)))


def count(store: Store, table: str) -> int:
    with store.database.reading() as connection:
        counted = select(func.count()).select_from(METADATA.tables[table])
        return int(connection.execute(counted).scalar_one())


def test_a_login_goes_to_one_of_eight(store: Store) -> None:
    def work(index: int) -> int:
        made = 0
        for n in range(EACH):
            user = User(
                id=f"u_{index}_{n}", organisation=1, login=f"user{n}", name="x", units=(f"{index}",)
            )
            made += store.accounts.add_user(user)
        return made

    assert sum(together(work)) == EACH
    assert count(store, "app_user") == count(store, "user_unit") == EACH


def test_an_organisation_is_added_once(store: Store) -> None:
    def work(_: int) -> None:
        for n in range(EACH):
            store.accounts.add_organisation(n, "x")

    together(work)
    assert count(store, "organisation") == EACH


def test_one_user_is_always_whole(store: Store) -> None:
    """Every change writes roles and units that belong together; nobody ever reads a mixture."""
    user = User(id="u_1", organisation=1, login="bob", name="start")
    store.accounts.add_user(user)
    seen: list[tuple[str, set[str], set[str]]] = []

    def work(index: int) -> None:
        for n in range(EACH):
            name = f"{index}.{n}"
            if index < THREADS // 2:
                store.accounts.change_user(
                    User(
                        id="u_1",
                        organisation=1,
                        login="bob",
                        name=name,
                        roles=frozenset({name}),
                        units=(name,),
                    )
                )
            found = store.accounts.user(1, "u_1")
            assert found is not None
            seen.append((found.name, set(found.roles), set(found.units)))

    together(work)
    assert len(seen) == THREADS * EACH
    assert [row for row in seen if row[0] != "start" and row[1:] != ({row[0]}, {row[0]})] == []


def test_roles_and_sessions(store: Store) -> None:
    def work(index: int) -> None:
        for n in range(EACH):
            store.accounts.set_role(Role("sales", 1, f"{index}", ("a", "b")))
            store.accounts.add_session(Session(f"{index}.{n}", 1, "u_1", at(0), at(n)))
            store.accounts.note_failure("k", at(0))

    together(work)
    assert store.accounts.roles(1)[0].permissions == ("a", "b")
    assert count(store, "session") == THREADS * EACH
    assert store.accounts.failures("k", START) == THREADS * EACH


def test_a_version_is_published_by_one_of_eight(store: Store) -> None:
    def work(index: int) -> int:
        made = 0
        for n in range(1, EACH + 1):
            version = DefinitionVersion(
                organisation=1,
                kind="process",
                id="a",
                number=n,
                digest=f"{index}",
                body=b"{}",
                bundle="b",
                published_by="u",
                published_at=START,
            )
            made += _published(store, version)
        return made

    assert sum(together(work)) == EACH
    assert len(store.definitions.versions(1)) == EACH


def test_eight_publish_the_same_in_any_order(store: Store) -> None:
    """Whole or not at all, and nobody waits in a circle."""
    ids = [f"d{n}" for n in range(EACH)]

    def work(index: int) -> int:
        made = 0
        for number in range(1, 4):
            versions = [
                DefinitionVersion(
                    organisation=1,
                    kind="form",
                    id=id_,
                    number=number,
                    digest=f"{index}",
                    body=b"{}",
                    bundle="b",
                    published_by="u",
                    published_at=START,
                )
                for id_ in (ids if index % 2 else reversed(ids))
            ]
            made += _published(store, *versions)
        return made

    assert sum(together(work)) == 3
    for number in range(1, 4):
        found = [store.definitions.version(1, "form", id_, number) for id_ in ids]
        assert len({each.digest for each in found if each is not None}) == 1


def test_a_release_has_one_number(store: Store) -> None:
    def work(index: int) -> list[int]:
        return [
            store.definitions.make_release(
                1, process="a", digest=f"d{n % 5}", bundle="b", versions=[]
            ).no
            for n in range(EACH)
        ]

    found = together(work)
    assert {tuple(sorted(set(numbers))) for numbers in found} == {(1, 2, 3, 4, 5)}
    assert all(numbers == found[0] for numbers in found)


def test_drafts_collections_and_notices(store: Store) -> None:
    def work(index: int) -> None:
        for n in range(EACH):
            draft = Draft(
                organisation=1,
                kind="form",
                id="a",
                body=b"{}",
                bundle="b",
                saved_by=f"{index}",
                saved_at=START,
            )
            store.definitions.save_draft(draft)
            store.collections.replace(1, "c", {f"{k}": {"by": index} for k in range(5)})
            notice = Notice(
                organisation=1, user="u", order=1, n=n, subject="s", body=f"{index}", at=START
            )
            store.work.keep_notice(notice)
            rows = store.collections.rows(1, "c")
            assert len(rows) == 5
            assert len({row["by"] for row in rows}) == 1

    together(work)
    assert len(store.definitions.drafts(1)) == 1
    assert count(store, "notice") == EACH


def test_jobs_and_messages(store: Store) -> None:
    def work(index: int) -> int:
        done = 0
        for n in range(EACH):
            number = index * EACH + n
            store.work.add_job(
                Job(
                    id=0,
                    organisation=1,
                    order=index,
                    n=n,
                    kind="call",
                    body={},
                    attempts=0,
                    due=START,
                )
            )
            add(store, letter(number % 5, index, n))
            for each in store.work.claim(START, until=at(5), limit=3):
                store.work.remove(each)
                done += 1
            store.work.taken(store.work.letters(number % 5))
        return done

    done = sum(together(work))
    assert done + count(store, "outbox") == THREADS * EACH
    assert done > 0
    assert count(store, "inbox") < THREADS * EACH


def test_two_stores_of_one_database_write_at_once(empty_url: str) -> None:
    """As two programs do. A database in memory belongs to one store alone."""
    if empty_url == "memory:":
        stores = [open_store(empty_url)] * 2
    else:
        stores = [open_store(empty_url), open_store(empty_url)]
    for store in stores:
        store.migrate()

    def work(index: int) -> None:
        for n in range(EACH):
            stores[index % 2].accounts.add_organisation(index * EACH + n, "x")

    together(work)
    assert count(stores[0], "organisation") == THREADS * EACH
    for store in stores:
        store.close()


def _published(store: Store, *versions: DefinitionVersion) -> bool:
    try:
        store.definitions.publish(versions, bundle="b", meta={})
    except Conflict:
        return False
    return True
