"""Earlier versions of a bundle: beside its definitions, or as it was published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Final

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.definitions import Bundle, Document
from orderloom.platform.definitions.diff import Difference, differences
from orderloom.platform.definitions.files import EARLIER
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.words import Words

MARK: Final = "@"


@dataclass(frozen=True, slots=True)
class Kept:
    """The `number`-th publishing of a bundle in the database."""

    bundle: str
    number: int


Published = Callable[[Kept], Bundle | Rejection]


def differing(before: str, after: str, published: Published) -> tuple[Difference, ...]:
    """What differs between two bundles, each `PATH` or `PATH@N` (`bundle_at`). `published`: reads
    one from the database. Raises `Refused` where there is nothing."""
    old, new = (_opened(reference, published) for reference in (before, after))
    return differences(old.documents, new.documents)


def told(found: tuple[Difference, ...], words: Words) -> list[str]:
    """A sentence for each place, with all that changed there."""
    lines: list[str] = []
    for where, what in grouped(found, words):
        if where and len(what) > 1:
            lines.append(words.text("language.difference.at", place=where, what="; ".join(what)))
        else:
            at = {"place": where, "what": what[0]}
            lines += [words.text("language.difference.at", **at)] if where else list(what)
    return lines


def grouped(found: tuple[Difference, ...], words: Words) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each place, empty for whole definitions, with what changed there."""
    places = groupby(found, key=lambda each: each.where(words))
    return tuple(
        (where, tuple(each.what(words) if where else each.sentence(words) for each in there))
        for where, there in places
    )


def bundle_at(reference: str) -> Bundle | Kept:
    """What `PATH` or `PATH@N` names. A folder that has `versions/1` … `versions/n` is itself
    version n + 1; a path without such a folder names what was published under its bundle's id.
    Raises `Refused` where there is nothing.
    """
    whole = Path(reference)
    base, mark, number = reference.rpartition(MARK)
    if whole.exists() or not mark or not number.isdecimal() or int(number) < 1:
        return open_bundle(whole)
    path = Path(base)
    if not path.exists():
        return Kept(base, int(number))
    bundle = open_bundle(path)
    if not (path / EARLIER).is_dir():
        return Kept(str(bundle.meta.get("bundle") or path.name), int(number))
    return _earlier(path, bundle, int(number))


def _opened(reference: str, published: Published) -> Bundle:
    found = bundle_at(reference)
    bundle = published(found) if isinstance(found, Kept) else found
    if isinstance(bundle, Rejection):
        raise Refused(bundle)
    return bundle


def _earlier(path: Path, newest: Bundle, number: int) -> Bundle:
    """The bundle with those definitions that were others in a version: each folder holds what the
    next version changed, as it was."""
    last = _last(path)
    if number > last + 1:
        raise Refused(
            Rejection(
                "bundle.no_version",
                f"Expected a version from 1 to {last + 1}, not {number}.",
                {"last": last + 1, "number": number},
            )
        )
    documents = {(each.kind, each.id): each for each in newest.documents}
    for each in range(last, number - 1, -1):
        documents |= {(old.kind, old.id): old for old in _changed(path, each)}
    return replace(newest, documents=tuple(documents.values()))


def _changed(path: Path, number: int) -> tuple[Document, ...]:
    found = [each for file in _files(path, number) for each in open_bundle(file).documents]
    return tuple(found)


def _files(path: Path, number: int) -> list[Path]:
    return sorted((path / EARLIER / str(number)).glob("*.yaml"))


def _last(path: Path) -> int:
    number = 0
    while _files(path, number + 1):
        number += 1
    return number
