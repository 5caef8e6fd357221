"""JSON Schema 2020-12 over exact numbers and bounded patterns: what does not fit, at which field.

The keywords are those of jsonschema, but four: `multipleOf` is exact, `pattern` and
`patternProperties` run in RE2 (no backtracking), and what is missing or too much is told at the
name that is missing or too much.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import unquote

import re2
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry

from orderloom.forms.fast_check import Check, fast_check
from orderloom.forms.formats import FORMATS, fits
from orderloom.forms.problem import FieldProblem, FormError, dotted

MOST_PROBLEMS: Final = 200
Keyword = Iterator[ValidationError]


class SchemaCheck:
    """A compiled schema. Raises `FormError` where the schema itself is wrong.

    `draft`: what drafts need only, of a schema that has been compiled whole before.
    """

    def __init__(self, schema: Mapping[str, Any], *, draft: bool = False) -> None:
        if not draft and (problems := schema_problems(schema)):
            path, message = problems[0]
            raise FormError(path, message)
        used = without_demands(schema) if draft else schema
        self._validator: Any = exact_validator(used)
        self._fits: Check | None = fast_check(used, is_multiple)

    def problems(self, data: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
        """What does not fit, each field's first problem, in the order of the fields' paths."""
        if self._fits is not None and self._fits(data):
            return ()
        found: dict[str, FieldProblem] = {}
        for error in self._validator.iter_errors(data):
            problem = _problem(error)
            found.setdefault(problem.path, problem)
            if len(found) >= MOST_PROBLEMS:
                break
        return tuple(found.values())


def exact_validator(schema: Mapping[str, Any], keywords: Mapping[str, Any] | None = None) -> Any:
    """A jsonschema validator of a good schema, by the rules above; `keywords` replace some."""
    kind = _EXTEND(_VALIDATOR, keywords) if keywords else _VALIDATOR
    return kind(schema, registry=_NOTHING, format_checker=_FORMATS)


def schema_problems(schema: Any) -> tuple[tuple[str, str], ...]:
    """What is wrong with a schema: (path in the form's document, message)."""
    if not isinstance(schema, Mapping):
        return (("schema", "a schema is a map"),)
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return ((dotted(("schema", *error.absolute_path)), error.message),)
    return tuple(_own_rules(schema, ("schema",), schema))


def without_demands(schema: Any) -> Any:
    """The schema with types and formats only, for drafts: nothing is required of what is absent."""
    if isinstance(schema, list):
        return [without_demands(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept: dict[str, Any] = {key: schema[key] for key in ("type", "format", "$ref") if key in schema}
    for key in ("properties", "$defs", "definitions"):
        if isinstance(schema.get(key), Mapping):
            kept[key] = {name: without_demands(each) for name, each in schema[key].items()}
    for key in ("items", "allOf", "prefixItems"):
        if key in schema:
            kept[key] = without_demands(schema[key])
    return kept


def _own_rules(
    schema: Any, path: tuple[str | int, ...], root: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    if isinstance(schema, list):
        for index, each in enumerate(schema):
            yield from _own_rules(each, (*path, index), root)
        return
    if not isinstance(schema, Mapping):
        return
    patterns = [schema["pattern"]] if isinstance(schema.get("pattern"), str) else []
    if isinstance(schema.get("patternProperties"), Mapping):
        patterns += list(schema["patternProperties"])
        if "unevaluatedProperties" in schema:
            yield dotted(path), "unevaluatedProperties cannot stand beside patternProperties"
    for pattern in patterns:
        try:
            re2.compile(pattern)
        except re2.error as error:
            why = error.args[0] if error.args else error
            told = why.decode("utf-8", "replace") if isinstance(why, bytes) else why
            yield dotted(path), f"the pattern {pattern} is not one RE2 can run: {told}"
    reference = schema.get("$ref", schema.get("$dynamicRef"))
    if isinstance(reference, str) and not reference.startswith("#"):
        yield dotted(path), f"$ref {reference} leads out of the form"
    elif isinstance(reference, str) and reference.startswith("#/") and not _leads(reference, root):
        yield dotted(path), f"$ref {reference} leads nowhere"
    for key, value in schema.items():
        if key not in ("enum", "const", "default", "examples"):
            yield from _own_rules(value, (*path, key), root)


def _leads(pointer: str, root: Any) -> bool:
    target = root
    for part in unquote(pointer).removeprefix("#/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(target, list) and name.isdigit() and int(name) < len(target):
            target = target[int(name)]
        elif isinstance(target, Mapping) and name in target:
            target = target[name]
        else:
            return False
    return True


# ── keywords ─────────────────────────────────────────────────────────────────────────────────


def _number(_: Any, value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _integer(_: Any, value: Any) -> bool:
    if isinstance(value, Decimal):
        return value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


def _array(_: Any, value: Any) -> bool:
    return isinstance(value, list | tuple)


def _object(_: Any, value: Any) -> bool:
    return isinstance(value, Mapping)


def _multiple_of(validator: Validator, step: Any, value: Any, _: Any) -> Keyword:
    if validator.is_type(value, "number") and not is_multiple(value, step):
        yield ValidationError(f"{value} is not a multiple of {step}")


def is_multiple(value: int | Decimal, step: int | Decimal) -> bool:
    """Exact for any number of digits: both are made whole numbers of the finer unit."""
    one, other = Decimal(value).as_tuple(), Decimal(step).as_tuple()
    if not isinstance(one.exponent, int) or not isinstance(other.exponent, int):
        return False
    finest = min(one.exponent, other.exponent)
    wholes: list[int] = [
        int("".join(map(str, number.digits))) * 10 ** (int(number.exponent) - finest)
        for number in (one, other)
    ]
    whole, unit = wholes
    return unit != 0 and whole % unit == 0


def _pattern(validator: Validator, pattern: str, value: Any, _: Any) -> Keyword:
    if validator.is_type(value, "string") and not re2.search(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: Mapping[str, Any], value: Any, _: Any) -> Keyword:
    if not validator.is_type(value, "object"):
        return
    for pattern, schema in patterns.items():
        for name, item in value.items():
            if re2.search(pattern, name):
                yield from validator.descend(item, schema, path=name, schema_path=pattern)


def _additional(validator: Any, allowed: Any, value: Any, schema: Mapping[str, Any]) -> Keyword:
    if not validator.is_type(value, "object"):
        return
    named = schema.get("properties") or {}
    patterns = schema.get("patternProperties") or {}
    for name, item in value.items():
        if name in named or any(re2.search(pattern, name) for pattern in patterns):
            continue
        if allowed is False:
            yield ValidationError(f"there is no field {name}", path=(name,))
        elif isinstance(allowed, Mapping):
            yield from validator.descend(item, allowed, path=name)


def _required(validator: Validator, names: Any, value: Any, _: Any) -> Keyword:
    if validator.is_type(value, "object"):
        for name in names:
            if name not in value:
                yield ValidationError(f"{name} is missing", path=(name,))


def _dependent_required(validator: Validator, needs: Any, value: Any, _: Any) -> Keyword:
    if not validator.is_type(value, "object"):
        return
    for name, others in needs.items():
        for other in others if name in value else ():
            if other not in value:
                yield ValidationError(f"{other} is missing beside {name}", path=(other,))


def _format_checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name in FORMATS:
        checker.checks(name)(_format(name))
    return checker


def _format(name: str) -> Any:
    def check(value: object) -> bool:
        return not isinstance(value, str) or fits(name, value)

    return check


_FORMATS: Final = _format_checker()
_NOTHING: Final[Any] = Registry()
_EXTEND: Final[Any] = extend
_VALIDATOR: Final[Any] = _EXTEND(
    Draft202012Validator,
    {
        "multipleOf": _multiple_of,
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional,
        "required": _required,
        "dependentRequired": _dependent_required,
    },
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"number": _number, "integer": _integer, "array": _array, "object": _object}
    ),
)

# ── from errors to problems ──────────────────────────────────────────────────────────────────

_CODES: Final = {
    "required": "required",
    "dependentRequired": "required",
    "type": "type",
    "enum": "enum",
    "const": "enum",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "above",
    "exclusiveMaximum": "below",
    "multipleOf": "multiple_of",
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
    "format": "format",
    "minItems": "min_items",
    "maxItems": "max_items",
    "uniqueItems": "unique_items",
    "additionalProperties": "unknown_field",
    "unevaluatedProperties": "unknown_field",
}
_LIMITS: Final = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    | {"minLength", "maxLength", "minItems", "maxItems"}
)


def _problem(error: ValidationError) -> FieldProblem:
    keyword = str(error.validator)
    path = tuple(error.absolute_path)
    params: dict[str, Any] = {}
    code = _CODES.get(keyword, "invalid")
    if keyword in _LIMITS:
        params["limit"] = error.validator_value
        params["count"] = error.validator_value
    elif keyword == "type":
        code, params = _type_code(error.validator_value)
    elif keyword == "format":
        code = f"format_{str(error.validator_value).replace('-', '_')}"
    elif keyword == "additionalProperties":
        params["field"] = str(path[-1])
    if code == "min_length" and error.validator_value == 1:
        code = "required"
    return FieldProblem(dotted(path), code, _message(error), params)


def _type_code(wanted: Any) -> tuple[str, dict[str, Any]]:
    kinds = [wanted] if isinstance(wanted, str) else [kind for kind in wanted if kind != "null"]
    known = ("string", "number", "integer", "boolean", "array", "object")
    if len(kinds) == 1 and kinds[0] in known:
        return f"type_{kinds[0]}", {}
    return "type", {"type": ", ".join(kinds)}


def _message(error: ValidationError) -> str:
    # The library's text repeats the value; a whole order in a log line helps nobody.
    text = str(error.message)
    return text if len(text) <= 200 else f"{text[:200]}…"
