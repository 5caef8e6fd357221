"""Compares definitions part by part, as their authors think of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from orderloom.platform.codec import canonical
from orderloom.platform.definitions.diff.difference import AREA, Change, Difference
from orderloom.platform.definitions.diff.matching import Matched, matched, moved, renamed
from orderloom.platform.definitions.diff.plain import TRANSITIONS, plain
from orderloom.platform.definitions.diff.showing import (
    Shown,
    is_map_of_languages,
    label,
    one_number,
)
from orderloom.platform.definitions.diff.things import (
    PLAIN,
    called,
    thing_in_list,
    thing_in_map,
)
from orderloom.platform.definitions.document import Document
from orderloom.platform.definitions.saying import Said, Sayable

Path = tuple[str | int, ...]
Key = tuple[str, str]
ABSENT: Final = object()
# Keys whose value is a stage.
TO_STAGES: Final = frozenset({"to", "initial"})
# What stands once in a place: a stage within a stage is known without the outer one.
SINGLE: Final = frozenset({"stage", "field", "step"})


def differences(before: Iterable[Document], after: Iterable[Document]) -> tuple[Difference, ...]:
    """All differences between two sets of definitions, each known by kind and id, in the order of
    the newer ones; what was removed comes last. What means the same is no difference, nor is the
    order of keys."""
    olds = {(each.kind, each.id): each.value for each in before}
    news = {(each.kind, each.id): each.value for each in after}
    found: list[Difference] = []
    for key, value in news.items():
        found += _of_definition(key, olds.get(key), value)
    for key, value in olds.items():
        if key not in news:
            found += _of_definition(key, value, None)
    return tuple(found)


def _of_definition(
    key: Key, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Iterator[Difference]:
    kind, id_ = key
    thing = called(kind, id_, after if after is not None else before)
    if before is None or after is None:
        yield _whole(key, thing, before, after)
        return
    old, new = plain(kind, before), plain(kind, after)
    titles = {**_titles(old), **_titles(new)}
    at = At(kind, (kind, id_), (thing,), labels={**_labels(old), **_labels(new)}, titles=titles)
    yield from _records(at, old, new)


@dataclass(frozen=True, slots=True)
class At:
    """Where two values stand: in a definition of `kind`, at `path`, inside of `place`. `things`:
    what each of `place` beyond the definition is. `fields`: names of the fields around. `labels`
    of fields and `titles` of stages: what people call them, in the newer version if it says so.
    """

    kind: str
    path: Path
    place: tuple[Sayable, ...]
    things: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    labels: Mapping[str, Any] = field(default_factory=dict)
    titles: Mapping[str, Any] = field(default_factory=dict)

    def key(self, key: str | int) -> At:
        return replace(self, path=(*self.path, key))

    @property
    def around(self) -> str | int:
        """The key around the last one."""
        return self.path[-2] if len(self.path) > 1 else ""

    def inside(self, thing: str, name: str | int, value: Any) -> At:
        """Within a named thing."""
        fields = (*self.fields, str(name)) if thing == "field" else self.fields
        place, things = self.place, self.things
        if thing in SINGLE and thing in things:
            n = things.index(thing)
            place, things = place[: n + 1], things[:n]
        said = self.called(thing, name, value)
        return replace(self, place=(*place, said), things=(*things, thing), fields=fields)

    def called(self, thing: str, name: str | int, value: Any) -> Sayable:
        if thing == "field":
            dotted = ".".join((*self.fields, str(name)))
            return called(thing, dotted, {"title": self.labels.get(dotted)})
        return called(thing, name, value)


# ── by shape ─────────────────────────────────────────────────────────────────────────────────


def _values(at: At, slot: str, before: Any, after: Any) -> Iterator[Difference]:
    """The differences of two values of the key `slot`."""
    if _same(before, after):
        return
    if slot in TRANSITIONS:
        before, after = _alike(before, after)
    if is_map_of_languages(before) and is_map_of_languages(after):
        yield from _texts(at, slot, before, after)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        thing = thing_in_map(slot, at.kind)
        if thing is None:
            yield from _records(at, before, after)
        else:
            yield from _things(at, thing, before, after, ordered=thing == "stage")
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        yield from _lists(at, slot, before, after)
    else:
        yield _value(at, label(slot, at.around), before, after, stages=slot in TO_STAGES)


def _records(at: At, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """Two maps of the language's keys."""
    for key in _keys(before, after):
        old, new = before.get(key), after.get(key)
        if old is not None and new is not None:
            yield from _values(at.key(key), key, old, new)
        elif old is not new:
            yield from _came_or_went(at.key(key), key, old, new)


def _came_or_went(at: At, slot: str, before: Any, after: Any) -> Iterator[Difference]:
    """A key on one side only: its things one by one, so that each is told."""
    held = after if after is not None else before
    empty: Any = {} if isinstance(held, Mapping) else []
    thing = thing_in_map(slot, at.kind) if isinstance(held, Mapping) else None
    many = isinstance(held, list | tuple) and any(isinstance(each, Mapping) for each in held)
    if is_map_of_languages(held) or not (many or thing not in (None, *PLAIN)):
        told = label(slot, at.around)
        yield _value(at, told, before, after, stages=slot in TO_STAGES)
        return
    yield from _values(at, slot, empty if before is None else before, _or(after, empty))


def _or(value: Any, otherwise: Any) -> Any:
    return otherwise if value is None else value


def _texts(
    at: At, slot: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Difference]:
    for language in _keys(before, after):
        old, new = before.get(language), after.get(language)
        if old != new:
            tongue = Said(f"tongues.{language}", area=AREA)
            said = Said("difference.named", {"label": label(slot), "language": tongue}, AREA)
            yield _value(at.key(language), said, old, new)


# ── named things ─────────────────────────────────────────────────────────────────────────────


def _things(
    at: At, thing: str, before: Mapping[str, Any], after: Mapping[str, Any], *, ordered: bool
) -> Iterator[Difference]:
    """Two maps of things by name."""
    again = renamed(before, after)
    for name, new in after.items():
        here = at.key(name)
        old = before.get(again.get(name, name), ABSENT)
        if old is ABSENT:
            yield _thing(here, thing, name, "added", None, new)
        elif thing in PLAIN:
            yield from _entry(here, thing, name, old, new)
        else:
            if name in again:
                yield _renamed(here, thing, name, again[name], new)
            yield from _inside(here, thing, name, old, new)
    for name, old in before.items():
        if name not in after and name not in again.values():
            yield _thing(at.key(name), thing, name, "removed", old, None)
    if ordered:
        for name, was, is_ in moved(list(before), list(after)):
            yield _moved(at.key(name), thing, name, (was, is_), after[name])


def _lists(at: At, slot: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
    if not any(isinstance(each, Mapping | list | tuple) for each in (*before, *after)):
        yield _plain_lists(at, slot, before, after)
        return
    thing = thing_in_list(slot, at.kind)
    if thing == "placed":
        before, after = _placed(before), _placed(after)
    for pair in matched(before, after):
        yield from _pair(at, thing, pair)


def _pair(at: At, thing: str, pair: Matched) -> Iterator[Difference]:
    name = pair.name
    here = at.key(name)
    if pair.before is None:
        yield _thing(here, thing, name, "added", None, pair.after)
    elif pair.after is None:
        yield _thing(here, thing, name, "removed", pair.before, None)
    else:
        if pair.moved is not None:
            yield _moved(here, thing, name, pair.moved, pair.after)
        yield from _inside(here, thing, name, pair.before, pair.after)


def _inside(at: At, thing: str, name: str | int, before: Any, after: Any) -> Iterator[Difference]:
    if _same(before, after):
        return
    if thing == "transition":
        before, after = _alike(before, after)
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        if is_map_of_languages(before) and is_map_of_languages(after):
            yield from _texts(at, "title", before, after)
            return
        yield from _records(at.inside(thing, name, after), before, after)
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        slot = "on" if thing == "transition" else "actions"
        yield from _lists(at.inside(thing, name, after), slot, before, after)
    else:
        yield _value(at, at.called(thing, name, after), before, after)


def _entry(at: At, thing: str, name: str, before: Any, after: Any) -> Iterator[Difference]:
    if _same(before, after):
        return
    told = Shown(name) if thing == "entry" else at.called(thing, name, after)
    if is_map_of_languages(before) and is_map_of_languages(after):
        yield from _texts(at.inside(thing, name, after), "title", before, after)
    else:
        yield _value(at, told, before, after)


def _plain_lists(at: At, slot: str, before: Sequence[Any], after: Sequence[Any]) -> Difference:
    gone = [each for each in before if each not in after]
    come = [each for each in after if each not in before]
    words = {"label": label(slot, at.around), "before": Shown(gone), "after": Shown(come)}
    if not gone and not come:
        words["after"] = Shown(after)
    key = {(True, True): "both", (True, False): "removed", (False, True): "added"}
    said = Said(f"difference.{key.get((bool(gone), bool(come)), 'ordered')}", words, AREA)
    return _made(at, "changed", before, after, said)


# ── sentences ────────────────────────────────────────────────────────────────────────────────


def _whole(key: Key, thing: Sayable, before: Any, after: Any) -> Difference:
    change: Change = "added" if before is None else "removed"
    said = Said(f"difference.thing_{change}", {"thing": thing}, AREA)
    return Difference(path=key, change=change, before=before, after=after, place=(), said=said)


def _thing(
    at: At, thing: str, name: str | int, change: Change, before: Any, after: Any
) -> Difference:
    value = after if after is not None else before
    if thing in PLAIN:
        told = Shown(name) if thing == "entry" else at.called(thing, name, value)
        return _value(at, told, before, after)
    said = Said(f"difference.thing_{change}", {"thing": at.called(thing, name, value)}, AREA)
    return _made(at, change, before, after, said)


def _moved(at: At, thing: str, name: str | int, places: tuple[int, int], value: Any) -> Difference:
    was, is_ = places
    words = {"thing": at.called(thing, name, value), "before": was, "after": is_}
    return _made(at, "moved", was, is_, Said("difference.thing_moved", words, AREA))


def _renamed(at: At, thing: str, name: str, was: str, value: Any) -> Difference:
    words = {"thing": at.called(thing, name, value), "before": was, "after": name}
    return _made(at, "renamed", was, name, Said("difference.thing_renamed", words, AREA))


def _value(at: At, what: Sayable, before: Any, after: Any, *, stages: bool = False) -> Difference:
    titles = at.titles if stages else {}
    words: dict[str, Any] = {
        "label": what,
        "before": Shown(_titled(before, titles)),
        "after": Shown(_titled(after, titles)),
    }
    change: Change = "added" if before is None else "removed" if after is None else "changed"
    key: str = change
    numbers = one_number(before, after)
    if numbers is not None:
        key = "number"
        words |= {"before": numbers[0], "after": numbers[1], "text": Shown(after)}
    return _made(at, change, before, after, Said(f"difference.{key}", words, AREA))


def _made(at: At, change: Change, before: Any, after: Any, said: Sayable) -> Difference:
    return Difference(
        path=at.path, change=change, before=before, after=after, place=at.place, said=said
    )


def _alike(before: Any, after: Any) -> tuple[Any, Any]:
    """One transition beside a list of them as a list of one."""
    if isinstance(before, list) and isinstance(after, Mapping):
        return before, [after]
    if isinstance(before, Mapping) and isinstance(after, list):
        return [before], after
    return before, after


def _titled(value: Any, titles: Mapping[str, Any]) -> Any:
    return titles.get(value, value) if isinstance(value, str) else value


def _titles(value: Mapping[str, Any]) -> dict[str, Any]:
    """What the stages of a process are called, by their ids."""
    stages = value.get("stages")
    found: dict[str, Any] = {}
    for id_, stage in stages.items() if isinstance(stages, Mapping) else ():
        if isinstance(stage, Mapping):
            found |= {id_: stage["title"]} if "title" in stage else {}
            found |= _titles(stage)
    return found


def _placed(fields: Sequence[Any]) -> list[Any]:
    return [{"field": each} if isinstance(each, str) else each for each in fields]


def _labels(value: Mapping[str, Any]) -> Mapping[str, Any]:
    labels = value.get("labels")
    return labels if isinstance(labels, Mapping) else {}


def _keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [*after, *(key for key in before if key not in after)]


def _same(before: Any, after: Any) -> bool:
    return canonical(before) == canonical(after)
