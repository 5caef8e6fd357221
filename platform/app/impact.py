"""What publishing the drafts of a bundle means for the orders that run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from orderloom.platform.app.permissions import needs
from orderloom.platform.app.registry import Registry
from orderloom.platform.app.working_bundle import newest_of, working_bundle
from orderloom.platform.codec import loads
from orderloom.platform.definitions import Document, definition_digest
from orderloom.platform.definitions.references import AS_OF_TODAY
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.definition_rows import DefinitionTables, DefinitionVersion
from orderloom.platform.store.running_orders import RunningOrders
from orderloom.platform.words import Words

# More open orders than these are not looked at: "more than" is as good to know.
MOST: Final = 20_000
Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A definition that changes. `versions`: number of a version and how many running orders keep
    it, the newest first. `at_once`: they do not keep it, the change holds for them as well.
    `gone`: stages that no longer exist, with how many orders are in each."""

    kind: str
    id: str
    title: str
    versions: tuple[tuple[int, int], ...]
    at_once: bool
    gone: tuple[tuple[str, int], ...]

    @property
    def orders(self) -> int:
        """How many running orders there are with any version of it."""
        return sum(count for _, count in self.versions)


@dataclass(frozen=True, slots=True)
class Impact:
    """`more`: there are orders that were not counted."""

    affected: tuple[Affected, ...]
    more: bool


class ImpactViews:
    """Counts running orders. `running(organisation, most)` gives them by release and stage."""

    def __init__(
        self,
        tables: DefinitionTables,
        registry: Registry,
        running: Callable[[int, int], RunningOrders],
    ) -> None:
        self._tables = tables
        self._registry = registry
        self._running = running

    def of(self, actor: Actor, bundle: str) -> Impact | Rejection:
        """For whoever publishes: orders of the whole organisation, as numbers and no more."""
        refused = needs(actor, "definition.publish")
        if refused is not None:
            return refused
        published = newest_of(self._tables, actor.organisation, bundle)
        made = working_bundle(self._tables, actor.organisation, bundle)
        changed = [
            each
            for each in made.documents
            if (each.kind, each.id) in published
            and published[each.kind, each.id].digest != definition_digest(each.value)
        ]
        if not changed:
            return Impact((), more=False)
        running = self._running(actor.organisation, MOST)
        used = {no: self._versions(no) for no in running.releases}
        words = Words(actor.language)
        return Impact(
            tuple(_affected(each, published, running, used, words) for each in changed),
            more=running.more,
        )

    def _versions(self, release: int) -> dict[Key, frozenset[int]]:
        """Which versions of each definition a release reads."""
        found: dict[Key, set[int]] = {}
        for version in self._registry.by_no(release).versions.values():
            found.setdefault((version.kind, version.id), set()).add(version.number)
        return {key: frozenset(numbers) for key, numbers in found.items()}


def _affected(
    document: Document,
    published: Mapping[Key, DefinitionVersion],
    running: RunningOrders,
    used: Mapping[int, Mapping[Key, frozenset[int]]],
    words: Words,
) -> Affected:
    key = (document.kind, document.id)
    versions: Counter[int] = Counter()
    for release, count in running.releases.items():
        for number in used[release].get(key, ()):
            versions[number] += count
    return Affected(
        kind=document.kind,
        id=document.id,
        title=_title(document.value, words) or document.id,
        versions=tuple(sorted(versions.items(), reverse=True)),
        at_once=document.kind in AS_OF_TODAY,
        gone=_gone(document, published[key], running, used, words),
    )


def _gone(
    document: Document,
    before: DefinitionVersion,
    running: RunningOrders,
    used: Mapping[int, Mapping[Key, frozenset[int]]],
    words: Words,
) -> tuple[tuple[str, int], ...]:
    if document.kind != "process":
        return ()
    there, fragments = _stages(document.value, words)
    titles, _ = _stages(loads(before.body), words)
    counts: Counter[str] = Counter()
    for (release, stage), count in running.stages.items():
        if ("process", document.id) not in used[release]:
            continue
        if stage not in there and not stage.startswith(fragments):
            counts[titles.get(stage, stage)] += count
    return tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _stages(process: Mapping[str, Any], words: Words) -> tuple[dict[str, str], tuple[str, ...]]:
    """Stages by id with their titles, and how the ids of those begin that fragments bring."""
    found = dict(_inner(process.get("stages")))
    titles = {id_: _title(body, words) or id_ for id_, body in found.items()}
    return titles, tuple(f"{id_}-" for id_, body in found.items() if "use" in body)


def _inner(stages: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    pairs = (
        stages.items()
        if isinstance(stages, Mapping)
        else [(each.get("id"), each) for each in stages or () if isinstance(each, Mapping)]
    )
    for id_, body in pairs:
        known = body if isinstance(body, Mapping) else {}
        yield str(id_), known
        yield from _inner(known.get("stages"))


def _title(body: Mapping[str, Any], words: Words) -> str:
    title = body.get("title")
    return words.choose(title) if isinstance(title, str | Mapping) else ""
