"""Errors of a schema as sentences: what is wrong, at which place, and what would be right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from orderloom.platform.codec import dumps
from orderloom.platform.definitions.borrowed import Borrowed, Naming
from orderloom.platform.definitions.document import Document
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import (
    Either,
    Listed,
    Said,
    Sayable,
    cut,
    meant,
    one_of,
)

# In `{a: b, c}` the comma begins a new key, which has no value.
COMMA: Final = Said("shape.unknown_key.hint_comma")


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of an error. The errors are jsonschema's `ValidationError`s, complete."""

    code: str
    variant: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    hint: Sayable | None = None


def told(document: Document, error: Any) -> Finding:
    """The finding of one error."""
    tell = _TELL.get(str(error.validator), _form)
    one = tell(error)
    path = tuple(error.absolute_path)
    return document.finding(path, one.code, one.variant, hint=one.hint, **one.params)


def shown(value: Any) -> Said | str:
    """A value as the author knows it, cut where it is long."""
    if value is None:
        return Said("values.nothing")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return cut(str(value))
    if isinstance(value, Mapping):
        return Said("values.map")
    return Said("values.list") if isinstance(value, list | tuple) else f"'{cut(str(value))}'"


# ── keys ─────────────────────────────────────────────────────────────────────────────────────


def _unknown_key(error: Any) -> Told:
    known = error.schema.get("properties") or {} if isinstance(error.schema, Mapping) else {}
    there = error.instance if isinstance(error.instance, Mapping) else {}
    free = [name for name in known if name not in there and not _barred(known[name])]
    return _no_key(error, free)


def _barred(member: Any) -> bool:
    """Whether the schema names the key only to say that it may not stand there."""
    return isinstance(member, Mapping) and "not" in member


def _unknown_mark(error: Any) -> Told:
    return _no_key(error, error.validator_value)


def _no_key(error: Any, known: Sequence[str]) -> Told:
    key, title = str(error.path[-1]), _title(error)
    given = error.instance if isinstance(error.instance, Mapping) else {}
    split = " " in key and given.get(key, key) is None
    hint = COMMA if split else meant(key, known) or one_of(known)
    params: dict[str, Any] = {"name": cut(key)}
    if title:
        params["part"] = Naming(title)
    return Told("shape.unknown_key", "in" if title else "", params, hint)


def _missing_key(error: Any) -> Told:
    key = str(error.path[-1])
    return Told("shape.missing_key", "", {"name": key}, _described(error, key))


def _missing_beside(error: Any) -> Told:
    key = str(error.path[-1])
    needs = error.validator_value.items()
    given = next(name for name, others in needs if key in others and name in error.instance)
    params = {"name": key, "other": given}
    return Told("shape.missing_key", "beside", params, _described(error, key))


def _described(error: Any, key: str) -> Sayable | None:
    """What the schema says of a key."""
    member = (error.schema.get("properties") or {}).get(key)
    text = member.get("description", "") if isinstance(member, Mapping) else ""
    return Borrowed(text, Said("shared.reference")) if text else None


def _missing_mark(error: Any) -> Told:
    names = tuple(str(name) for name in error.validator_value)
    if len(names) == 1:
        return Told("shape.missing_key", "", {"name": names[0]})
    return Told("shape.missing_key", "one_of", {"names": Listed(names)})


def _beside(error: Any) -> Told:
    key, marks = cut(str(error.path[-1])), error.validator_value
    if marks:
        return Told("shape.not_together", "beside", {"name": key, "other": str(marks[0])})
    return Told("shape.not_together", "here", {"name": key})


def _forbidden(error: Any) -> Told:
    why = error.schema.get("description", "")
    params = {"name": cut(str(error.absolute_path[-1]))}
    return Told("shape.not_together", "here", params, Borrowed(why) if why else None)


# ── values ───────────────────────────────────────────────────────────────────────────────────


def _type(error: Any) -> Told:
    wanted, value = error.validator_value, error.instance
    kinds = [wanted] if isinstance(wanted, str) else list(wanted)
    names = dict.fromkeys(kinds)
    expected = Either(tuple(Said(f"types.{name}") for name in names))
    params = {"expected": expected, "found": shown(value)}
    return Told("shape.wrong_type", "", params, _rewritten(kinds, value))


def _rewritten(kinds: Sequence[str], value: Any) -> Said | None:
    """How a plain value becomes a text or a list."""
    if value is None or isinstance(value, Mapping | list | tuple):
        return None
    if "string" in kinds:
        return Said("shape.wrong_type.hint_text", {"value": shown(value)})
    if "array" in kinds:
        return Said("shape.wrong_type.hint_list", {"value": cut(str(value))})
    return None


def _choice(error: Any) -> Told:
    value = error.instance
    allowed = error.validator_value if error.validator == "enum" else [error.validator_value]
    later = error.schema.get("x-later") or () if isinstance(error.schema, Mapping) else ()
    names = [each if isinstance(each, str) else dumps(each).decode() for each in allowed]
    params = {"value": shown(value)}
    if value in later:
        return Told("shape.unavailable", "", params, one_of(names))
    return Told("shape.not_allowed", "", params, meant(value, names) or one_of(names))


def _form(error: Any) -> Told:
    title, params = _title(error), {"value": shown(error.instance)}
    hint = COMMA if getattr(error, "without_value", False) else _pattern(error)
    if not title:
        return Told("shape.not_allowed", "", params, hint)
    named = Naming(title, inside=True)
    return Told("shape.not_allowed", "named", {**params, "what": named}, hint)


def _pattern(error: Any) -> Sayable | None:
    """What the schema says of the value, and an example."""
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    text, examples = schema.get("description", ""), schema.get("examples") or ()
    if not examples:
        return Borrowed(text) if text else None
    if not text:
        return Said("shared.example", {"example": examples[0]})
    return Said("shared.described", {"what": Borrowed(text), "example": examples[0]})


def _limit(error: Any) -> Told:
    variant = "at_least" if error.validator == "minimum" else "at_most"
    params = {"value": shown(error.instance), "bound": str(error.validator_value)}
    return Told("shape.not_allowed", variant, params)


def _few(error: Any) -> Told:
    if not error.instance:
        return Told("shape.too_few", "none")
    return Told("shape.too_few", "", {"count": error.validator_value})


def _many(error: Any) -> Told:
    return Told("shape.too_many", "", {"count": error.validator_value})


def _twice(_: Any) -> Told:
    return Told("shape.twice")


def _title(error: Any) -> str:
    return str(error.schema.get("title", "")) if isinstance(error.schema, Mapping) else ""


_TELL: Final[Mapping[str, Callable[[Any], Told]]] = {
    "additionalProperties": _unknown_key,
    "mark": _unknown_mark,
    "required": _missing_key,
    "dependentRequired": _missing_beside,
    "one_of": _missing_mark,
    "together": _beside,
    "not": _forbidden,
    "type": _type,
    "enum": _choice,
    "const": _choice,
    "minimum": _limit,
    "maximum": _limit,
    "minLength": _few,
    "minItems": _few,
    "minProperties": _few,
    "maxLength": _many,
    "maxItems": _many,
    "maxProperties": _many,
    "uniqueItems": _twice,
}
