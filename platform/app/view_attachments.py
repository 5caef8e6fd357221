"""The files of an order as its pages and the API list them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderloom.forms.files import holds_file
from orderloom.forms.nodes import find as find_node
from orderloom.forms.nodes import innermost
from orderloom.platform.app.field_words import field_label
from orderloom.platform.app.file_kinds import KINDS
from orderloom.platform.app.permissions import answered
from orderloom.platform.app.reading import Seen, instant
from orderloom.platform.app.view_models import PersonView
from orderloom.platform.engine import Context, attaching
from orderloom.platform.engine.step import Step
from orderloom.platform.words import Words
from orderloom.platform.words.erased import erased_words


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """A file of an order. `name` is empty where it was erased; `digest`: SHA-256, hexadecimal.
    `by` and `at`: who added it, and when; `field`: of the data, for one that a field has. `shown`:
    how it is looked at, as of its kind. `mine`: the viewer may hide it."""

    name: str
    size: int
    type: str
    digest: str
    shown: str = ""
    by: PersonView | None = None
    at: datetime | None = None
    field: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Documents:
    """The files of the order `number`. `may_add`: the viewer may add one."""

    number: str
    files: tuple[DocumentView, ...]
    may_add: bool


def documents(seen: Seen) -> Documents:
    """What the order names, for one who sees it."""
    return Documents(seen.number, of_order(seen), takes_part(seen))


def of_order(seen: Seen) -> tuple[DocumentView, ...]:
    """Files that were added, the oldest first, then those in fields of the data."""
    added = seen.state.attachments.values()
    people = {each.id: each for each in seen.people(f"u:{file['by']}" for file in added)}
    found = [
        _view(
            file,
            seen.words,
            by=people.get(file["by"]),
            at=instant(file["at"]),
            mine=_may_hide(seen, file),
        )
        for file in added
    ]
    form = seen.release.form
    for place, file in form.files(seen.data):
        path = ".".join(part for part in place if isinstance(part, str))
        found.append(_view(file, seen.words, field=field_label(form, path, seen.words)))
    return tuple(found)


def takes_part(seen: Seen) -> bool:
    """Whether the viewer may add files."""
    if seen.state.status == "ended":
        return False
    return answered(
        lambda context: attaching.takes_part(Step(seen.release, seen.state, context)),
        Context(seen.now, seen.actor),
        seen.desk.answer(seen.actor),
    )


def keeps_files(seen: Seen) -> bool:
    """Whether a field that the viewer may not see is for files: then a file that the order no
    longer names may have been one of them."""
    nodes = (find_node(seen.release.form.root, path) for path in seen.hidden)
    return any(node is not None and innermost(node).kind == "file" for node in nodes)


def named_in(seen: Seen) -> dict[str, Mapping[str, Any]]:
    """Every file that an order names now, by digest: added ones, those of its data that the viewer
    may see, and of what tasks and events brought by forms of their own."""
    release, state = seen.release, seen.state
    found: dict[str, Mapping[str, Any]] = {}
    for _, file in release.form.files(seen.data):
        found.setdefault(file["sha256"], file)
    if any(form.has_files for form in release.forms.values()):
        _collect(state.results, found)
    found.update((file["sha256"], file) for file in state.attachments.values())
    return found


def _collect(value: Any, found: dict[str, Mapping[str, Any]]) -> None:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if holds_file(one):
            found.setdefault(one["sha256"], one)
        elif isinstance(one, Mapping):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _may_hide(seen: Seen, file: Mapping[str, Any]) -> bool:
    open_ = seen.state.status != "ended"
    own = file["by"] == seen.actor.id or attaching.SETTLES in seen.actor.permissions
    return open_ and own


def _view(file: Mapping[str, Any], words: Words, **more: Any) -> DocumentView:
    name, media = file.get("name"), str(file.get("type"))
    kind = KINDS.get(media)
    size = file.get("size")
    return DocumentView(
        name=name if isinstance(name, str) else erased_words(name, words) or "",
        size=size if isinstance(size, int) else 0,
        type=media,
        digest=str(file["sha256"]),
        shown=kind.shown if kind is not None else "",
        **more,
    )
