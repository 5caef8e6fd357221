"""`DefinitionTables`: versions, drafts and releases, each organisation by itself."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from parts.definition_tables import MemoryDefinitions
from parts.store_rows import at
from parts.stores import KINDS, Stores

from orderloom.platform.store.definition_rows import (
    DefinitionTables,
    DefinitionVersion,
    Draft,
    KeptScenario,
)
from orderloom.platform.store.order_rows import Conflict


@pytest.fixture(params=[*KINDS, "stand-in"])
def tables(request: pytest.FixtureRequest, stores: Stores) -> DefinitionTables:
    """Those of each database, and the stand-in that other tests use."""
    return MemoryDefinitions() if request.param == "stand-in" else stores(request.param).definitions


def version(id_: str, number: int, **more: Any) -> DefinitionVersion:
    values: dict[str, Any] = {
        "organisation": 1,
        "kind": "process",
        "digest": f"{id_}{number}",
        "body": f'{{"id":"{id_}","total":1.10,"n":{number}}}'.encode(),
        "bundle": "b2b",
        "published_by": "u_1",
        "published_at": at(0),
    }
    return DefinitionVersion(id=id_, number=number, **values | more)


def draft(id_: str, **more: Any) -> Draft:
    values: dict[str, Any] = {"organisation": 1, "kind": "form", "body": b"{}", "bundle": "b2b"}
    return Draft(id=id_, **values | {"saved_by": "u_1", "saved_at": at(0)} | more)


def test_a_draft_takes_the_place_of_the_one_that_was_read(tables: DefinitionTables) -> None:
    first = draft("a", text="title: A  # kept\n", tag="t1")
    assert tables.replace_draft(first, instead_of=None)
    assert tables.draft(1, "form", "a") == first
    second, third = draft("a", text="title: B\n", tag="t2"), draft("a", tag="t3")
    # Whoever knew nothing of the first, or knows only the first after the second, is told.
    assert not tables.replace_draft(second, instead_of=None)
    assert tables.replace_draft(second, instead_of="t1")
    assert not tables.replace_draft(third, instead_of="t1")
    assert tables.draft(1, "form", "a") == second
    assert tables.draft(2, "form", "a") is None


def publish(tables: DefinitionTables, *versions: DefinitionVersion) -> None:
    tables.publish(versions, bundle="b2b", meta={"name": "b2b"})


def test_a_version_comes_back_byte_by_byte(tables: DefinitionTables) -> None:
    body = '{"title":"Żółć ľ","n":1E+3,"d":1.10,"big":' + "9" * 34 + ',"s":"' + "x" * 200_000
    made = version(
        "order", 1, body=(body + '\\u0000"}').encode(), effective_from=at(5), comment="Číslo 1"
    )
    publish(tables, made)
    assert tables.version(1, "process", "order", 1) == made
    assert tables.version(2, "process", "order", 1) is None
    assert tables.version(1, "form", "order", 1) is None
    assert tables.version(1, "process", "order", 2) is None


IN_FORCE: list[tuple[datetime, int | None]] = [
    (at(-1), 1),
    (at(9), 1),
    (at(10), 2),
    (at(19), 2),
    (at(20), 4),
    (at(99), 4),
]


def test_the_highest_version_that_is_in_force_counts(tables: DefinitionTables) -> None:
    starts = {1: None, 2: at(10), 3: at(50), 4: at(20)}
    publish(tables, *(version("a", n, effective_from=start) for n, start in starts.items()))
    publish(tables, version("a", 9, organisation=2), version("b", 9), version("a", 9, kind="form"))
    found = [(moment, tables.in_force(1, "process", "a", moment)) for moment, _ in IN_FORCE]
    assert [(moment, each and each.number) for moment, each in found] == IN_FORCE
    newest = tables.newest(1, "process", "a")
    assert newest is not None
    assert newest.number == 4


def test_a_version_to_come_is_not_in_force(tables: DefinitionTables) -> None:
    publish(tables, version("a", 1, effective_from=at(10)))
    assert tables.in_force(1, "process", "a", at(9)) is None
    assert tables.newest(1, "process", "zzz") is None


def test_the_mark_changes_with_what_is_published(tables: DefinitionTables) -> None:
    marks = [tables.mark(1)]
    publish(tables, version("a", 1))
    marks.append(tables.mark(1))
    publish(tables, version("a", 2, effective_from=at(10)))
    marks.append(tables.mark(1))
    tables.keep_bundle(1, "b2b", meta={"name": "other"}, scenarios=[])
    marks.append(tables.mark(1))
    tables.keep_bundle(1, "b2c", meta={"name": "other"}, scenarios=[])
    marks.append(tables.mark(1))
    assert [marks.index(each) for each in marks] == [0, 1, 2, 3, 4]
    publish(tables, version("a", 1, organisation=2))
    tables.save_draft(draft("f"))
    assert tables.mark(1) == marks[-1]


def test_when_the_next_version_comes_into_force(tables: DefinitionTables) -> None:
    publish(tables, *(version("a", n, effective_from=at(10 * n)) for n in (3, 1, 2)))
    publish(tables, version("b", 1), version("c", 1, organisation=2, effective_from=at(5)))
    found = [tables.next_force(1, at(minute)) for minute in (0, 10, 29, 30)]
    assert found == [at(10), at(20), at(30), None]


def test_a_version_is_published_once(tables: DefinitionTables) -> None:
    publish(tables, version("a", 1))
    with pytest.raises(Conflict):
        publish(tables, version("b", 1), version("a", 1, body=b"{}"))
    assert tables.version(1, "process", "b", 1) is None
    assert tables.version(1, "process", "a", 1) == version("a", 1)


def test_versions_are_listed_newest_first(tables: DefinitionTables) -> None:
    publish(tables, version("b", 1), version("a", 1), version("a", 10), version("a", 9))
    publish(tables, version("a", 1, kind="form"), version("a", 1, organisation=2))
    found = [(each.kind, each.id, each.number) for each in tables.versions(1)]
    assert found == [
        ("form", "a", 1),
        ("process", "a", 10),
        ("process", "a", 9),
        ("process", "a", 1),
        ("process", "b", 1),
    ]


def test_the_scenarios_last_kept_are_kept(tables: DefinitionTables) -> None:
    value = {"scenario": "a", "amount": Decimal("1.10")}
    first = [KeptScenario("scenarios/a.yaml", value, "scenario: a # ž\n")]
    both = [*first, KeptScenario("scenarios/b.yaml", {"scenario": "b"})]
    assert tables.scenarios(1, "z") == []
    tables.keep_bundle(1, "z", meta={"v": 1}, scenarios=both)
    tables.keep_bundle(2, "z", meta={"v": 9}, scenarios=[])
    assert tables.scenarios(1, "z") == both
    tables.keep_bundle(1, "z", meta={"v": 2}, scenarios=first)
    assert (tables.scenarios(1, "z"), tables.bundle(1, "z")) == (first, {"v": 2})


def test_the_text_of_a_bundle_is_kept(tables: DefinitionTables) -> None:
    assert tables.bundle_text(1, "z") == ""
    tables.keep_bundle(1, "z", meta={"v": 1}, text="v: 1 # ž\n", scenarios=[])
    tables.keep_bundle(2, "z", meta={"v": 1}, scenarios=[])
    assert (tables.bundle_text(1, "z"), tables.bundle_text(2, "z")) == ("v: 1 # ž\n", "")


def test_the_bundle_last_published_is_kept(tables: DefinitionTables) -> None:
    exact = Decimal("1.10")
    tables.publish([version("a", 1)], bundle="z", meta={"v": 1})
    tables.publish([version("a", 2)], bundle="z", meta={"v": exact, "title": {"sk": "Objednávka"}})
    tables.publish([version("a", 3)], bundle="ä", meta={})
    tables.publish([version("a", 1, organisation=2)], bundle="y", meta={"v": 2})
    meta = tables.bundle(1, "z")
    assert meta == {"v": exact, "title": {"sk": "Objednávka"}}
    assert str(meta["v"]) == "1.10"
    assert tables.bundles(1) == ["z", "ä"]
    assert tables.bundle(1, "y") is None


def test_drafts_are_saved_and_dropped(tables: DefinitionTables) -> None:
    for each in (draft("b"), draft("a"), draft("a", kind="decision"), draft("a", organisation=2)):
        tables.save_draft(each)
    tables.save_draft(draft("a", body=b'{"n":2}', saved_by="u_2", bundle="other"))
    assert tables.draft(1, "form", "a") == draft(
        "a", body=b'{"n":2}', saved_by="u_2", bundle="other"
    )
    found = [(each.kind, each.id) for each in tables.drafts(1)]
    assert found == [("decision", "a"), ("form", "a"), ("form", "b")]
    tables.drop_draft(1, "form", "a")
    tables.drop_draft(1, "form", "a")
    assert tables.draft(1, "form", "a") is None
    assert tables.draft(2, "form", "a") == draft("a", organisation=2)


def test_publishing_drops_the_drafts_of_what_it_publishes(tables: DefinitionTables) -> None:
    for each in (draft("a"), draft("b"), draft("a", organisation=2), draft("a", kind="decision")):
        tables.save_draft(each)
    publish(tables, version("a", 1, kind="form"))
    assert [(each.kind, each.id) for each in tables.drafts(1)] == [("decision", "a"), ("form", "b")]
    assert len(tables.drafts(2)) == 1


def test_a_release_is_made_once_for_its_digest(tables: DefinitionTables) -> None:
    def made(organisation: int, process: str, digest: str) -> int:
        row = tables.make_release(
            organisation,
            process=process,
            digest=digest,
            bundle="b2b",
            versions=[("process", "a@latest", "a", 7, "d")],
        )
        assert tables.release(row.no) == row
        assert row.versions == (("process", "a@latest", "a", 7, "d"),)
        assert (row.organisation, row.process, row.digest) == (organisation, process, digest)
        return row.no

    numbers = [made(1, "a", "d1"), made(1, "a", "d2"), made(1, "a", "d1"), made(2, "a", "d1")]
    assert numbers == [1, 2, 1, 3]
    assert tables.release(99) is None


def test_nothing_published_is_nothing(tables: DefinitionTables) -> None:
    tables.publish([], bundle="b2b", meta={})
    assert tables.bundles(1) == []
    assert tables.versions(1) == []


def test_unknown_names_are_not_found(tables: DefinitionTables) -> None:
    for text in ("a\0b", "x" * 10_000, "../a", "żółć"):
        assert tables.newest(1, text, text) is None
        assert tables.in_force(1, "process", text, at(0)) is None
        assert tables.draft(1, "form", text) is None
        assert tables.bundle(1, text) is None
