"""Previews of definitions that are being changed: what a message says, what a calendar counts,
what a connector would send, what a collection holds, what a ruleset concludes.

Nothing leaves: none of them is given anything that sends, writes or carries out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orderloom.platform.app.drafting import Drafting
from orderloom.platform.app.kind_preview_calendar import calendar_preview
from orderloom.platform.app.kind_preview_collection import Records, collection_preview
from orderloom.platform.app.kind_preview_connector import connector_preview
from orderloom.platform.app.kind_preview_inbound import inbound_preview
from orderloom.platform.app.kind_preview_message import message_preview
from orderloom.platform.app.kind_preview_ruleset import ruleset_preview
from orderloom.platform.app.kind_preview_samples import Sample, names_of, scenarios
from orderloom.platform.app.mail_content import Page
from orderloom.platform.app.message_receivers import Receivers, Render
from orderloom.platform.app.reading import Desk
from orderloom.platform.app.ruleset_worker import RulesetWorker
from orderloom.platform.app.working_bundle import file_of
from orderloom.platform.definitions import Bundle, Document, check, errors, shape_findings
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.words import Words

# How many findings a preview that cannot be shown tells; all are on the page.
MOST_TOLD: Final = 3
# Longer runs of a ruleset are not waited for while somebody types.
SECONDS: Final = 2.0
# Kinds whose content is wrong in ways that only the checks see.
CHECKED: Final = frozenset({"calendar"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """How messages are written. `render`: fills templates that nobody has reviewed; `page`: a
    mail's content as HTML; `link`: the page of an order by its number."""

    render: Render = lambda template, names: template
    page: Page = lambda content: ""
    link: Callable[[str], str] = lambda number: number
    close: Callable[[], None] = lambda: None


class KindPreviews:
    """For holders of `definition.read`, of a `value` that need not be saved. A refusal is a
    value; what is wrong with the definition is part of the answer: `broken`, sentences."""

    def __init__(
        self,
        desk: Desk,
        drafting: Drafting,
        *,
        records: Records,
        receivers: Callable[[Render], Receivers],
        rendering: Rendering,
        now: Callable[[], datetime],
    ) -> None:
        self._desk = desk
        self._drafting = drafting
        self._records = records
        self._receivers = receivers(rendering.render)
        self._rendering = rendering
        self._now = now
        # A child of its own: what is tried must not keep orders waiting.
        self._rulesets = RulesetWorker(SECONDS)

    def samples(self, actor: Actor, kind: str, id_: str) -> list[dict[str, str]] | Rejection:
        """The scenarios that a preview can be tried on."""
        bundle = self._bundle(actor, kind, id_)
        if isinstance(bundle, Rejection):
            return bundle
        return scenarios(bundle, Words(actor.language))

    def message(
        self, actor: Actor, value: Mapping[str, Any], sample: Sample
    ) -> dict[str, Any] | Rejection:
        """The message as people would get it, and who they are."""
        found = self._prepared(actor, "message", value, sample)
        if not isinstance(found, _Prepared):
            return found
        return message_preview(
            value,
            found.names,
            bundle=found.bundle,
            actor=actor,
            receivers=self._receivers,
            render=self._rendering.render,
            page=self._rendering.page,
            link=self._rendering.link,
            words=Words(actor.language),
        )

    def calendar(
        self, actor: Actor, value: Mapping[str, Any], given: Mapping[str, str]
    ) -> dict[str, Any] | Rejection:
        """A month, and when something is due."""
        found = self._prepared(actor, "calendar", value)
        if not isinstance(found, _Prepared):
            return found
        zone = _zone(found.bundle)
        words = Words(actor.language)
        return calendar_preview(value, given, zone=zone, now=self._now(), words=words)

    def collection(self, actor: Actor, value: Mapping[str, Any]) -> dict[str, Any] | Rejection:
        """Columns, rows, and what is wrong with them."""
        found = self._prepared(actor, "collection", value)
        if not isinstance(found, _Prepared):
            return found
        words = Words(actor.language)
        return collection_preview(value, records=self._records, actor=actor, words=words)

    def connector(
        self, actor: Actor, value: Mapping[str, Any], given: Mapping[str, Any], sample: Sample
    ) -> dict[str, Any] | Rejection:
        """What a call would send, what it would make of an answer, and what messages become."""
        found = self._prepared(actor, "connector", value, sample)
        if not isinstance(found, _Prepared):
            return found
        words = Words(actor.language)
        called = connector_preview(
            value, given, bundle=found.bundle, names=found.names, words=words
        )
        zone = _zone(found.bundle)
        brought = inbound_preview(value, given, now=self._now(), zone=zone, words=words)
        return {**called, "inbound": brought}

    def ruleset(
        self, actor: Actor, value: Mapping[str, Any], given: Mapping[str, Any], sample: Sample
    ) -> dict[str, Any] | Rejection:
        """What follows, by which rules, and how the tests end."""
        found = self._prepared(actor, "ruleset", value, sample)
        if not isinstance(found, _Prepared):
            return found
        words = Words(actor.language)
        return ruleset_preview(value, given, names=found.names, worker=self._rulesets, words=words)

    def close(self) -> None:
        """Ends the child processes."""
        self._rulesets.close()
        self._rendering.close()

    def _bundle(self, actor: Actor, kind: str, id_: str) -> Bundle | Rejection:
        view = self._drafting.one(actor, kind, id_)
        return view if isinstance(view, Rejection) else self._drafting.bundle(actor, view.bundle)

    def _prepared(
        self, actor: Actor, kind: str, value: Mapping[str, Any], sample: Sample | None = None
    ) -> _Prepared | dict[str, Any] | Rejection:
        """Bundle and names, or what is wrong with the value's shape."""
        id_ = str(value.get("id"))
        bundle = self._bundle(actor, kind, id_)
        if isinstance(bundle, Rejection):
            return bundle
        wrong = _wrong(kind, id_, value)
        if wrong:
            words = Words(actor.language)
            said = (each.in_words(words).message for each in islice(wrong, MOST_TOLD))
            return {"broken": list(said)}
        names = names_of(self._desk, actor, bundle, sample) if sample is not None else {}
        return names if isinstance(names, Rejection) else _Prepared(bundle, names)


@dataclass(frozen=True, slots=True)
class _Prepared:
    bundle: Bundle
    names: Mapping[str, Any]


def _wrong(kind: str, id_: str, value: Mapping[str, Any]) -> Any:
    document = Document(kind=kind, id=id_, file=file_of(kind, id_), line=1, value=value)
    wrong = errors(tuple(shape_findings(document)))
    if wrong or kind not in CHECKED:
        return wrong
    # Alone: what stands around it may be as wrong as it likes.
    return errors(check(Bundle(meta={}, documents=(document,))))


def _zone(bundle: Bundle) -> ZoneInfo:
    name = bundle.meta.get("zone")
    try:
        return ZoneInfo(name if isinstance(name, str) else "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
