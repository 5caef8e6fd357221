"""What stands around a form that is being designed: who could see it, in which stages, and where
else in the bundle its fields are named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from orderloom.platform.definitions import Bundle, Document
from orderloom.platform.words import LANGUAGES, Words

# A field by its whole path, no part of a longer name.
NAME: Final = r"(?<![\w.]){}(?![\w])"
MOST: Final = 40
DEEP: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An id with its title. `around`: of a stage, the stages that it is in."""

    id: str
    title: str
    around: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A place that names a field: `path` with dots into the definition."""

    kind: str
    id: str
    title: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """`languages`: of the bundle, its first is the fallback; `keys`: of collections."""

    languages: tuple[str, ...]
    roles: tuple[Named, ...]
    stages: tuple[Named, ...]
    collections: tuple[Named, ...]
    keys: Mapping[str, str]


def around(bundle: Bundle, form: str, words: Words) -> Around:
    """Roles and collections of the bundle, and the stages of processes that have the form."""
    meta = bundle.meta
    roles = meta.get("roles")
    listed = meta.get("languages")
    given = listed if isinstance(listed, list) else list(LANGUAGES)
    stages = [
        stage
        for each in bundle.documents
        if each.kind == "process" and _id(each.value.get("form")) == form
        for stage in _stages(each.value.get("stages"), words, ())
    ]
    records = [each for each in bundle.documents if each.kind == "collection"]
    return Around(
        languages=tuple(str(each) for each in given) or LANGUAGES,
        roles=tuple(
            Named(id=str(id_), title=words.choose(title) or str(id_))
            for id_, title in (roles.items() if isinstance(roles, Mapping) else ())
        ),
        stages=tuple({stage.id: stage for stage in stages}.values()),
        collections=tuple(_titled(each, words) for each in records),
        keys={each.id: str(each.value.get("key") or "") for each in records},
    )


def uses(bundle: Bundle, form: str, field: str, words: Words) -> tuple[Use, ...]:
    """The first places of other definitions that name a field of the form, or seem to: an
    expression may mean another thing of the same name."""
    pattern = re.compile(NAME.format(re.escape(field)))
    found = [
        Use(kind=each.kind, id=each.id, title=_titled(each, words).title, path=path)
        for each in bundle.documents
        if (each.kind, each.id) != ("form", form)
        for path, text in _texts(each.value, "", 0)
        if pattern.search(text)
    ]
    return tuple(found[:MOST])


def _stages(stages: Any, words: Words, outer: tuple[str, ...]) -> Iterator[Named]:
    if len(outer) > DEEP:
        return
    for id_, body in _listed(stages):
        title = body.get("title") if isinstance(body, Mapping) else None
        yield Named(id=id_, title=words.choose(title) or id_, around=outer)
        if isinstance(body, Mapping):
            yield from _stages(body.get("stages"), words, (*outer, id_))


def _listed(stages: Any) -> Iterable[tuple[str, Any]]:
    """Stages are a map by id, or a list of maps that have one."""
    if isinstance(stages, Mapping):
        return [(str(id_), body) for id_, body in stages.items()]
    listed = stages if isinstance(stages, list) else []
    return [
        (str(each["id"]), each) for each in listed if isinstance(each, Mapping) and "id" in each
    ]


def _texts(value: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    """Every text with its place, keys of maps among them; texts for people are none of fields."""
    if depth > DEEP:
        return
    if isinstance(value, str):
        yield path, value
        return
    pairs: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        pairs = value.items()
        yield from ((f"{path}.{key}".lstrip("."), str(key)) for key in value)
    elif isinstance(value, list):
        pairs = enumerate(value)
    for key, each in pairs:
        if key not in ("title", "labels", "description", "instruction"):
            yield from _texts(each, f"{path}.{key}".lstrip("."), depth + 1)


def _titled(document: Document, words: Words) -> Named:
    title = words.choose(document.value.get("title"))
    return Named(id=document.id, title=title or document.id)


def _id(reference: Any) -> str:
    return reference.partition("@")[0] if isinstance(reference, str) else ""
