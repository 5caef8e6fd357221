"""Errors of a schema as sentences: what is wrong, at which place, and what would be right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

from orderloom.platform.definitions.document import Document
from orderloom.platform.definitions.finding import Finding

LONGEST: Final = 60
MOST_NAMES: Final = 12
# In `{a: b, c}` the comma begins a new key, which has no value.
COMMA: Final = "If it belongs to the text before it, put that text in quotes."
# Code, sentence, hint. The errors are jsonschema's `ValidationError`s, complete.
Told = tuple[str, str, str]


def told(document: Document, error: Any) -> Finding:
    """The finding of one error."""
    tell = _TELL.get(str(error.validator), _form)
    code, message, hint = tell(error)
    return document.finding(tuple(error.absolute_path), code, message, hint=hint)


def meant(given: Any, known: Iterable[Any]) -> str:
    """`Did you mean 'title'?` where a known name is near; else the names, if they are few."""
    names = [str(each) for each in known]
    near = get_close_matches(str(given)[:LONGEST], names, n=1)
    if near:
        return f"Did you mean '{near[0]}'?"
    return f"Expected one of {_listed(names)}." if names else ""


def shown(value: Any) -> str:
    """A value as the author knows it, cut where it is long."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return _cut(str(value))
    if isinstance(value, Mapping):
        return "a map"
    return "a list" if isinstance(value, list | tuple) else f"'{_cut(str(value))}'"


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
    key = str(error.path[-1])
    where = f"{title}: there" if (title := _title(error)) else "There"
    given = error.instance if isinstance(error.instance, Mapping) else {}
    split = " " in key and given.get(key, key) is None
    hint = COMMA if split else meant(key, known)
    return "shape.unknown_key", f"{where} is no key '{_cut(key)}'.", hint


def _missing_key(error: Any) -> Told:
    key = str(error.path[-1])
    member = (error.schema.get("properties") or {}).get(key)
    what = member.get("description", "") if isinstance(member, Mapping) else ""
    return "shape.missing_key", f"'{key}' is missing.", what


def _missing_beside(error: Any) -> Told:
    code, _, hint = _missing_key(error)
    return code, f"{error.message[:1].upper()}{error.message[1:]}.", hint


def _missing_mark(error: Any) -> Told:
    names = [str(name) for name in error.validator_value]
    if len(names) == 1:
        return "shape.missing_key", f"'{names[0]}' is missing.", ""
    return "shape.missing_key", f"One of {_listed(names)} is missing.", ""


def _beside(error: Any) -> Told:
    key, marks = str(error.path[-1]), error.validator_value
    beside = f"beside '{marks[0]}'" if marks else "here"
    return "shape.not_together", f"'{_cut(key)}' cannot stand {beside}.", ""


def _forbidden(error: Any) -> Told:
    key = str(error.absolute_path[-1])
    why = error.schema.get("description", "")
    return "shape.not_together", f"'{_cut(key)}' cannot stand here.", why


# ── values ───────────────────────────────────────────────────────────────────────────────────


def _type(error: Any) -> Told:
    wanted, value = error.validator_value, error.instance
    kinds = [wanted] if isinstance(wanted, str) else list(wanted)
    expected = " or ".join(dict.fromkeys(_KINDS[kind] for kind in kinds))
    hint = ""
    scalar = value is not None and not isinstance(value, Mapping | list | tuple)
    if "string" in kinds and scalar:
        hint = f'Put it in quotes: "{shown(value)}".'
    elif "array" in kinds and scalar:
        hint = f"Write a list: [{_cut(str(value))}]."
    return "shape.wrong_type", f"Expected {expected}, found {shown(value)}.", hint


def _choice(error: Any) -> Told:
    value = error.instance
    allowed = error.validator_value if error.validator == "enum" else [error.validator_value]
    later = error.schema.get("x-later") or () if isinstance(error.schema, Mapping) else ()
    if value in later:
        return "shape.unavailable", f"{shown(value)} is not available yet.", meant("", allowed)
    names = [shown(each).strip("'") for each in allowed]
    return "shape.not_allowed", f"{shown(value)} is not allowed here.", meant(value, names)


def _form(error: Any) -> Told:
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    title = _title(error)
    if not title:
        message = f"{shown(error.instance)} is not allowed here."
    else:
        message = f"{shown(error.instance)} is no {title[0].lower()}{title[1:]}."
    examples = schema.get("examples") or ()
    example = f"For example: {examples[0]}" if examples else ""
    hint = " ".join(part for part in (schema.get("description", ""), example) if part)
    if getattr(error, "without_value", False):
        hint = COMMA
    return "shape.not_allowed", message, hint


def _limit(error: Any) -> Told:
    least = error.validator == "minimum"
    bound = "at least" if least else "at most"
    message = f"{shown(error.instance)} is not allowed: {bound} {error.validator_value}."
    return "shape.not_allowed", message, ""


def _few(error: Any) -> Told:
    if not error.instance:
        return "shape.too_few", "This is empty.", ""
    return "shape.too_few", f"At least {error.validator_value} are expected here.", ""


def _many(error: Any) -> Told:
    return "shape.too_many", f"At most {error.validator_value} are allowed here.", ""


def _twice(error: Any) -> Told:
    return "shape.twice", "Something occurs twice in this list.", ""


def _title(error: Any) -> str:
    return str(error.schema.get("title", "")) if isinstance(error.schema, Mapping) else ""


def _listed(names: Sequence[str]) -> str:
    more = ", …" if len(names) > MOST_NAMES else ""
    return ", ".join(f"'{name}'" for name in names[:MOST_NAMES]) + more


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


_KINDS: Final = {
    "string": "text",
    "object": "a map",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}
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
