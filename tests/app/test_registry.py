"""Releases: pinned by orders, in force from a moment, connectors and collections as of today."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from parts.definition_tables import MemoryDefinitions

from orderloom.platform.app.registry import Registry
from orderloom.platform.codec import dumps
from orderloom.platform.definitions.compile import definition_digest
from orderloom.platform.problem import Refused
from orderloom.platform.store.definition_rows import DefinitionVersion

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FORM: dict[str, Any] = {"kind": "form", "id": "f", "title": "F", "schema": {"type": "object"}}
CALL: dict[str, Any] = {"kind": "connector", "id": "erp", "title": "ERP", "operations": {"x": {}}}


def process(**stages: Any) -> dict[str, Any]:
    return {
        "kind": "process",
        "id": "p",
        "title": "P",
        "form": "f",
        "number": "P-{seq:4}",
        "start": {"by": ["sales"]},
        "stages": stages or {"only": {"type": "final"}},
    }


class Clock:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def tables() -> MemoryDefinitions:
    return MemoryDefinitions()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def registry(tables: MemoryDefinitions, clock: Clock) -> Registry:
    publish(tables, process(), FORM)
    return Registry(tables, clock)


def publish(
    tables: MemoryDefinitions,
    *documents: dict[str, Any],
    since: datetime | None = None,
    bundle: str = "b",
) -> None:
    rows = []
    for document in documents:
        newest = tables.newest(1, document["kind"], document["id"])
        rows.append(
            DefinitionVersion(
                organisation=1,
                kind=document["kind"],
                id=document["id"],
                number=newest.number + 1 if newest else 1,
                digest=definition_digest(document),
                body=dumps(document),
                bundle=bundle,
                published_by="u",
                published_at=NOW,
                effective_from=since,
            )
        )
    tables.publish(rows, bundle=bundle, meta={"bundle": bundle})


def test_an_order_keeps_its_release_whatever_is_published(
    tables: MemoryDefinitions, registry: Registry
) -> None:
    first = registry.current("p", 1, NOW)
    number = registry.number_of(first, 1)
    publish(tables, process(other={"type": "final"}))
    registry.forget()
    second = registry.current("p", 1, NOW)
    assert list(second.process.stages) == ["other"]
    assert list(registry.by_no(number).process.stages) == ["only"]
    assert registry.by_no(number).digest == first.digest != second.digest


def test_a_version_comes_into_force_at_its_moment(
    tables: MemoryDefinitions, registry: Registry
) -> None:
    publish(tables, process(other={"type": "final"}), since=NOW + timedelta(days=1))
    assert list(registry.current("p", 1, NOW).process.stages) == ["only"]
    later = NOW + timedelta(days=1)
    assert list(registry.current("p", 1, later).process.stages) == ["other"]


def test_the_same_definitions_are_compiled_once(registry: Registry, clock: Clock) -> None:
    first = registry.current("p", 1, NOW)
    clock.moment = NOW + timedelta(hours=1)
    assert registry.current("p", 1, clock.moment) is first
    assert registry.by_no(registry.number_of(first, 1)) is first


def test_a_form_is_compiled_once_for_all_registries(registry: Registry, clock: Clock) -> None:
    first = registry.current("p", 1, NOW)
    other = MemoryDefinitions()
    publish(other, process(other={"type": "final"}), FORM)
    again = Registry(other, clock).current("p", 1, NOW)
    assert again.form is first.form
    publish(other, {**FORM, "title": "G"})
    changed = Registry(other, clock).current("p", 1, NOW)
    assert (first.form.title, changed.form.title) == ("F", "G")


def test_within_a_second_the_tables_are_not_asked_again(
    tables: MemoryDefinitions, registry: Registry
) -> None:
    registry.current("p", 1, NOW)
    before = tables.reads
    registry.current("p", 1, NOW + timedelta(milliseconds=500))
    assert tables.reads == before


def test_what_nobody_changed_is_not_read_again(
    tables: MemoryDefinitions, registry: Registry
) -> None:
    first = registry.current("p", 1, NOW)
    before = tables.reads
    for hours in (1, 2, 300):
        assert registry.current("p", 1, NOW + timedelta(hours=hours)) is first
    assert tables.reads == before
    # Whoever asks for an earlier moment gets what held then.
    registry.current("p", 1, NOW)
    assert tables.reads > before


@pytest.mark.parametrize("hours", [[2.0], [0.5, 1.0, 1.9, 2.0], [1.9, 300.0]])
def test_what_others_publish_is_seen_when_it_is_in_force(
    tables: MemoryDefinitions, registry: Registry, hours: list[float]
) -> None:
    registry.current("p", 1, NOW)
    # By another process: this registry is told nothing.
    publish(tables, process(other={"type": "final"}), since=NOW + timedelta(hours=2))
    found = [
        list(registry.current("p", 1, NOW + timedelta(hours=each)).process.stages) for each in hours
    ]
    assert found == [["only"] if each < 2 else ["other"] for each in hours]


def test_what_a_bundle_says_of_itself_is_read_when_it_changes(
    tables: MemoryDefinitions, registry: Registry
) -> None:
    registry.current("p", 1, NOW)
    before = tables.reads
    tables.keep_bundle(1, "b", meta={"bundle": "b", "title": "B"}, scenarios=[])
    registry.current("p", 1, NOW + timedelta(seconds=2))
    assert tables.reads > before


def test_connectors_are_as_of_today_and_no_part_of_what_is_pinned(
    tables: MemoryDefinitions, registry: Registry
) -> None:
    calling = process(only={"do": [{"call": "erp.x"}], "done": "end"}, end={"type": "final"})
    publish(tables, calling, CALL)
    first = registry.current("p", 1, NOW)
    number = registry.number_of(first, 1)
    publish(tables, {**CALL, "address": "https://new.example"})
    registry.forget()
    again = registry.by_no(number)
    assert again.connectors["erp"]["address"] == "https://new.example"
    assert again.digest == first.digest
    assert [pin[0] for pin in tables.releases[number - 1].versions] == ["form", "process"]


def test_organisations_do_not_meet(registry: Registry) -> None:
    with pytest.raises(Refused, match=r"process\.unknown"):
        registry.current("p", 2, NOW)


def test_what_is_missing_is_named(tables: MemoryDefinitions, registry: Registry) -> None:
    publish(tables, {**process(), "id": "q", "form": "nothing"})
    with pytest.raises(Refused, match=r"definition\.missing") as refused:
        registry.current("q", 1, NOW)
    assert refused.value.rejection.params["reference"] == "nothing"


def test_fragments_are_no_processes_to_start(tables: MemoryDefinitions, registry: Registry) -> None:
    publish(tables, {**process(), "id": "part", "fragment": True})
    assert registry.processes(1) == ("p",)


def test_what_a_bundle_says_itself_is_pinned_with_all_else(
    tables: MemoryDefinitions, registry: Registry
) -> None:
    task = {"kind": "message", "id": "task", "title": "T", "subject": "S", "body": "B"}
    silent = registry.number_of(registry.current("p", 1, NOW), 1)
    publish(tables, task)
    registry.forget()
    worded = registry.current("p", 1, NOW)
    assert worded.messages["task"] == task
    publish(tables, {**task, "body": "Another"})
    registry.forget()
    assert registry.by_no(registry.number_of(worded, 1)).messages["task"] == task
    assert registry.by_no(silent).messages == {}


def test_another_bundle_puts_no_words_into_this_one(
    tables: MemoryDefinitions, registry: Registry
) -> None:
    task = {"kind": "message", "id": "task", "title": "T", "subject": "S", "body": "B"}
    publish(tables, task, bundle="c")
    registry.forget()
    assert registry.current("p", 1, NOW).messages == {}
