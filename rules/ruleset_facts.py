"""Facts by their declared types: read from an order's names, made of plain data, made plain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from orderloom.rules.error import FeelError
from orderloom.rules.ruleset import FACTS, FactType, Ruleset, RulesetStopped
from orderloom.rules.ruleset_codes import NotEncodable, encode
from orderloom.rules.ruleset_result import WatchEvent
from orderloom.rules.temporal import parse_date, parse_moment
from orderloom.rules.values import is_number, to_json

Facts = Mapping[str, Sequence[Mapping[str, Any]]]


def facts_of(ruleset: Ruleset, scope: Mapping[str, Any]) -> dict[str, tuple[dict[str, Any], ...]]:
    """The facts of one order: what each `from` gives in `scope` (a list of contexts, one context,
    or null for none), as plain data of the declared fields.

    Raises `FeelError` where an expression fails or gives something else.
    """
    return {
        fact.name: tuple(_picked(fact, one) for one in _listed(fact, scope))
        for fact in ruleset.facts.values()
        if fact.source is not None
    }


def event_of(
    ruleset: Ruleset,
    scope: Mapping[str, Any],
    *,
    id: str,
    time: datetime,
    name: str,
    data: Mapping[str, Any],
) -> WatchEvent | None:
    """An audited event as a watch hears it: None where the watch does not hear its `name`, or its
    key is null. Key and `with` are evaluated in `scope`; other fields are read from `data`.

    Raises `FeelError` where an expression fails.
    """
    heard = _heard(ruleset, name)
    if not heard or ruleset.key is None:
        return None
    key = to_json(ruleset.key.evaluate(scope))
    if key is None:
        return None
    facts = {
        one.name: {
            field: to_json(
                one.values[field].evaluate(scope) if field in one.values else data.get(field)
            )
            for field in one.fields
        }
        for one in heard
    }
    return WatchEvent(id, time, key, facts)


def facts_by_event(
    ruleset: Ruleset, name: str, data: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """The kinds of facts that an event of that name is, all fields read from `data`: for tests."""
    return {
        one.name: {field: data.get(field) for field in one.fields} for one in _heard(ruleset, name)
    }


def typed(
    fact: FactType, values: Mapping[str, Any], scale: int, *, rule: str | None = None
) -> dict[str, Any]:
    """The values of one fact, each of its declared type; what is missing is null.

    Raises `RulesetStopped` (`refused`) for one of another type, or that cannot be encoded.
    """
    return {
        field: _typed(values.get(field), type_, f"{fact.name}.{field}", scale, rule)
        for field, type_ in fact.fields.items()
    }


def typed_facts(ruleset: Ruleset, facts: Facts) -> list[tuple[str, dict[str, Any]]]:
    """All facts of one run, kind by kind in the order of the definition."""
    unknown = [name for name in facts if name not in ruleset.facts]
    if unknown:
        raise RulesetStopped("refused", f"there is no fact {unknown[0]}")
    if sum(len(some) for some in facts.values()) > FACTS:
        raise RulesetStopped("refused", f"more than {FACTS} facts")
    return [
        (name, typed(fact, one, ruleset.scale))
        for name, fact in ruleset.facts.items()
        for one in facts.get(name, ())
    ]


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain data, without what is empty."""
    return {name: to_json(value) for name, value in values.items() if value is not None}


def _listed(fact: FactType, scope: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    found = fact.source.evaluate(scope) if fact.source is not None else None
    if found is None:
        return ()
    several = found if isinstance(found, list) else [found]
    if not all(isinstance(one, Mapping) for one in several):
        raise FeelError(f"{fact.name} is not made of contexts")
    return several


def _picked(fact: FactType, one: Mapping[str, Any]) -> dict[str, Any]:
    return {field: to_json(one.get(field)) for field in fact.fields if one.get(field) is not None}


def _heard(ruleset: Ruleset, name: str) -> list[FactType]:
    return [one for one in ruleset.facts.values() if one.event and _hears(one.event, name)]


def _hears(pattern: str, name: str) -> bool:
    pattern = pattern.removesuffix(".*")
    return pattern in ("*", name) or name.startswith(f"{pattern}.")


def _typed(value: Any, type_: str, where: str, scale: int, rule: str | None) -> Any:
    if value is None:
        return None
    found = _READ[type_](value)
    if found is None:
        raise RulesetStopped("refused", f"{where} is no {type_}: {_shown(value)}", rule)
    try:
        encode(found, type_, scale)
    except NotEncodable as error:
        raise RulesetStopped("refused", f"{where}: {error}", rule) from None
    return found


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> Any:
    return value if is_number(value) else None


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _date(value: Any) -> date | None:
    if isinstance(value, str):
        return parse_date(value)
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _moment(value: Any) -> datetime | None:
    found = parse_moment(value) if isinstance(value, str) else value
    if not isinstance(found, datetime) or found.tzinfo is None:
        return None
    return found.astimezone(UTC)


_READ = {
    **{"string": _text, "number": _number, "boolean": _boolean},
    **{"date": _date, "date and time": _moment},
}
