"""`anyOf` with one branch chosen first, so that what is wrong is told of that branch alone.

Our schemas are made for it (a test holds them to it): branches differ in their type, in a constant
or in what they require. A value is then looked at once, however deep branches are nested, and the
verdict is that of the standard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

from jsonschema.exceptions import ValidationError

from orderloom.platform.codec import dumps
from orderloom.platform.definitions.schema import reference_of

Schema = Mapping[str, Any]
Keyword = Iterator[ValidationError]
# A schema of nothing else stands for the branches of its own `anyOf`.
_ANNOTATIONS: Final = frozenset({"anyOf", "title", "description", "examples", "default", "type"})
# Parts of definitions of which it is remembered that they are good.
REMEMBERED: Final = 50_000


class Choice:
    """The keywords `anyOf` and `$ref` of the schema whose `$defs` these are."""

    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        self._definitions = definitions
        # By identity, each beside what it was made of, so that the identity stays its own.
        self._seen: dict[int, tuple[Schema, Schema]] = {}
        self._leaves: dict[int, tuple[Sequence[Schema], list[Schema]]] = {}
        # While one row of thousands is edited, the others are not looked at again.
        self._good: set[bytes] = set()

    def __call__(
        self, validator: Any, branches: Sequence[Schema], value: Any, schema: Any
    ) -> Keyword:
        leaves = self.leaves(branches)
        typed = [leaf for leaf in leaves if _has_type(validator, self.seen(leaf), value)]
        if not typed:
            yield self._wrong_type(leaves, value, schema)
        elif isinstance(value, Mapping):
            yield from self._of_map(validator, typed, value, schema)
        else:
            yield from validator.descend(value, typed[0])

    def follow(self, validator: Any, reference: str, value: Any, schema: Any) -> Keyword:
        """The keyword `$ref`: ours lead to `$defs` only."""
        name = str(reference_of(schema))
        known = _digest(name, value)
        if known in self._good:
            return
        good = True
        for error in validator.descend(value, self._definitions[name]):
            good = False
            yield error
        if good and known:
            if len(self._good) >= REMEMBERED:
                self._good.clear()
            self._good.add(known)

    def leaves(self, branches: Sequence[Schema]) -> list[Schema]:
        """The branches, those of branches that are nothing but a choice included."""
        if id(branches) not in self._leaves:
            self._leaves[id(branches)] = (branches, self._found_leaves(branches))
        return self._leaves[id(branches)][1]

    def _found_leaves(self, branches: Sequence[Schema]) -> list[Schema]:
        found: list[Schema] = []
        for branch in branches:
            seen = self.seen(branch)
            inner = seen.get("anyOf")
            if inner and not set(seen) - _ANNOTATIONS - {"$ref"}:
                found += self.leaves(inner)
            else:
                found.append(branch)
        return found

    def seen(self, branch: Schema) -> Schema:
        """The branch with what it refers to."""
        name = reference_of(branch)
        if name is None:
            return branch
        if id(branch) not in self._seen:
            whole = {**self.seen(self._definitions[name]), **branch}
            self._seen[id(branch)] = (branch, whole)
        return self._seen[id(branch)][1]

    def _of_map(
        self, validator: Any, branches: Sequence[Schema], value: Mapping[str, Any], schema: Any
    ) -> Keyword:
        fitting = [one for one in branches if not self._contradicted(one, value)]
        if not fitting:
            yield self._wrong_constant(branches, value)
            return
        marked = [one for one in fitting if self._mark(one) <= value.keys()]
        if not marked and len(fitting) > 1:
            yield from self._none(fitting, value, schema)
            return
        chosen = min(marked or fitting, key=lambda one: self._misfit(one, value))
        apart = self._apart(chosen, fitting, value)
        for key in apart:
            yield _error("together", (key,), value, schema, sorted(self._mark(chosen)))
        kept = {key: item for key, item in value.items() if key not in apart} if apart else value
        yield from validator.descend(kept, chosen)

    def _mark(self, branch: Schema) -> frozenset[str]:
        """What a branch is known by: the first key that it requires, if it requires one."""
        return frozenset(tuple(self.seen(branch).get("required") or ())[:1])

    def _contradicted(self, branch: Schema, value: Mapping[str, Any]) -> bool:
        return any(value[key] not in allowed for key, allowed in self._constants(branch, value))

    def _constants(
        self, branch: Schema, value: Mapping[str, Any]
    ) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Keys of the value that the branch requires to be one of some texts, or allows to be."""
        properties = self.seen(branch).get("properties") or {}
        if "type" in properties and "type" in value:
            allowed = _constants(properties["type"])
            if allowed:
                yield "type", allowed

    def _misfit(self, branch: Schema, value: Mapping[str, Any]) -> tuple[int, int]:
        """How many keys are not of the branch, and how many that it requires are missing."""
        required = frozenset(self.seen(branch).get("required") or ())
        return len(self._strange(branch, value)), len(required - value.keys())

    def _strange(self, branch: Schema, value: Mapping[str, Any]) -> list[str]:
        seen = self.seen(branch)
        if seen.get("additionalProperties") is not False:
            return []
        known = seen.get("properties") or {}
        return [key for key in value if key not in known and not key.startswith("x-")]

    def _apart(
        self, chosen: Schema, branches: Sequence[Schema], value: Mapping[str, Any]
    ) -> list[str]:
        """Keys that are not of the branch but the mark of another one."""
        marks = {key for one in branches for key in self._mark(one)}
        return [key for key in self._strange(chosen, value) if key in marks]

    def _none(self, branches: Sequence[Schema], value: Mapping[str, Any], schema: Any) -> Keyword:
        """Nothing of the value says which branch is meant: a key is strange, or one is missing."""
        marks = list(dict.fromkeys(key for one in branches for key in sorted(self._mark(one))))
        known = {key for one in branches for key in self.seen(one).get("properties") or ()}
        strange = set(value).intersection(*(self._strange(one, value) for one in branches))
        for key in sorted(strange):
            yield _error("mark", (key,), value, schema, [*marks, *sorted(known - {*marks})])
        if not strange:
            yield _error("one_of", (), value, schema, marks)

    def _wrong_type(self, leaves: Sequence[Schema], value: Any, schema: Any) -> ValidationError:
        kinds = dict.fromkeys(kind for leaf in leaves for kind in _types(self.seen(leaf)))
        return _error("type", (), value, schema, list(kinds))

    def _wrong_constant(
        self, branches: Sequence[Schema], value: Mapping[str, Any]
    ) -> ValidationError:
        found = [pair for one in branches for pair in self._constants(one, value)]
        key = found[0][0]
        allowed = [each for name, texts in found if name == key for each in texts]
        return _error("enum", (key,), value[key], {}, allowed)


def _digest(name: str, value: Any) -> bytes:
    """What tells a part and what it was found to be from all others; empty of what is looked at
    in no time, and of what is no plain data."""
    if not isinstance(value, dict | list):
        return b""
    try:
        return blake2b(b"%b %b" % (name.encode(), dumps(value)), digest_size=16).digest()
    except (TypeError, ValueError, RecursionError):
        return b""


def _types(seen: Schema) -> tuple[str, ...]:
    kinds = seen.get("type")
    if kinds is None and _constants(seen):
        return ("string",)
    return (kinds,) if isinstance(kinds, str) else tuple(kinds or ())


def _has_type(validator: Any, seen: Schema, value: Any) -> bool:
    kinds = _types(seen)
    return not kinds or any(validator.is_type(value, kind) for kind in kinds)


def _constants(part: Any) -> tuple[Any, ...]:
    if not isinstance(part, Mapping):
        return ()
    return (part["const"],) if "const" in part else tuple(part.get("enum") or ())


def _error(
    keyword: str, path: tuple[str, ...], value: Any, schema: Any, wanted: Any
) -> ValidationError:
    return ValidationError(
        keyword, validator=keyword, path=path, validator_value=wanted, instance=value, schema=schema
    )
