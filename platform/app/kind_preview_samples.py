"""What previews of definitions read: an order that the viewer may see, the first order of a
scenario, or data that somebody typed. Nothing is written, no effect is carried out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from orderloom.forms import FormError, compile_form
from orderloom.platform.app.reading import Desk
from orderloom.platform.app.scenario import name_of
from orderloom.platform.definitions import Bundle, Document
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.words import Words
from orderloom.rules import EvaluationError, FeelError

# The number of an order that is none.
NUMBER: Final = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One of: `order`, a number; `scenario`, an id of the bundle; `data`, names with values."""

    order: str = ""
    scenario: str = ""
    data: Mapping[str, Any] | None = None


def names_of(
    desk: Desk, actor: Actor, bundle: Bundle, sample: Sample
) -> Mapping[str, Any] | Rejection:
    """What expressions and templates of the sample read. An order that the viewer may not see is
    not there (`order.not_found`)."""
    if sample.data is not None:
        return {"order": _order(NUMBER, "", actor.id), **sample.data}
    if sample.order:
        return _of_order(desk, actor, sample.order)
    if sample.scenario:
        return _of_scenario(bundle, actor, sample.scenario)
    return {"order": _order(NUMBER, "", actor.id)}


def scenarios(bundle: Bundle, words: Words) -> list[dict[str, str]]:
    """The scenarios that begin with data: name and title."""
    return [
        {"name": name, "title": words.choose(_text(each.value.get("title"))) or name}
        for each in bundle.scenarios
        if (name := name_of(each.value)) and _first(each).get("data")
    ]


def _of_order(desk: Desk, actor: Actor, number: str) -> Mapping[str, Any] | Rejection:
    seen = desk.see(actor, number)
    if isinstance(seen, Rejection):
        return seen
    state = seen.state
    order = _order(state.number or NUMBER, state.process, state.requester)
    return {**seen.data, **seen.masked(state.results), "order": order}


def _of_scenario(bundle: Bundle, actor: Actor, name: str) -> Mapping[str, Any] | Rejection:
    found = next((each for each in bundle.scenarios if name_of(each.value) == name), None)
    if found is None:
        message = f"There is no scenario {name}."
        return Rejection("trying.no_scenario", message, {"scenario": name}, path="scenario")
    data = _first(found).get("data")
    process = str(found.value.get("process") or "")
    known = _completed(bundle, process, data if isinstance(data, Mapping) else {})
    return {**known, "order": _order(NUMBER, process, actor.id)}


def _completed(bundle: Bundle, process: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data with the form's defaults and what it computes, as far as that can be worked out."""
    whole = next(iter(_of(bundle, "process", process)), {})
    document = next(iter(_of(bundle, "form", str(whole.get("form")))), None)
    if document is None:
        return data
    try:
        form = compile_form(document)
        return form.compute(form.defaults(data))
    except (FormError, EvaluationError, FeelError):
        return data


def _of(bundle: Bundle, kind: str, reference: str) -> Iterator[Mapping[str, Any]]:
    id_ = reference.partition("@")[0]
    for each in bundle.documents:
        if (each.kind, each.id) == (kind, id_):
            yield each.value


def _order(number: str, process: str, requester: str | None) -> dict[str, Any]:
    return {"number": number, "process": process, "requester": requester or ""}


def _first(scenario: Document) -> Mapping[str, Any]:
    """The order with which a scenario begins."""
    given = scenario.value.get("given")
    found = given.get("order") if isinstance(given, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _text(value: Any) -> str | Mapping[str, str] | None:
    return value if isinstance(value, str | Mapping) else None
