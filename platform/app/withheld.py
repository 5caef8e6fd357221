"""What the layout of a form keeps from a viewer, and an order's data without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from orderloom.audit.personal import SLOT
from orderloom.forms import Form
from orderloom.forms.guarding import ACTOR, kept_from, perhaps_kept_from
from orderloom.platform.engine import Actor

# Who has it reads everything, as whoever takes whole entries away must.
SEES_WHOLE: Final = "audit.whole"
# A shorter text, a smaller number says nothing where it comes again.
SHORTEST: Final = 4
LEAST: Final = 1000
Path = tuple[str, ...]
Paths = frozenset[Path]
NOTHING: Final[Paths] = frozenset()


def withheld_from(
    actor: Actor, form: Form, data: Mapping[str, Any], *, requester: str | None
) -> Paths:
    """The fields of an order that its form's layout shows to some people and not to the actor."""
    if not form.guards or SEES_WHOLE in actor.permissions:
        return NOTHING
    record = form_actor(actor, requester=requester)
    return kept_from(form.guards, {**form.scope(data), ACTOR: record})


def perhaps_withheld_from(actor: Actor, form: Form) -> Paths:
    """The same of any order of the form: for questions that no single order is asked."""
    if not form.guards or SEES_WHOLE in actor.permissions:
        return NOTHING
    return perhaps_kept_from(form.guards, form_actor(actor, requester=None))


def form_actor(actor: Actor, *, requester: str | None) -> dict[str, Any]:
    """The actor as forms judge one: with the role `requester` where it is so."""
    record = actor.record()
    roles = {*actor.roles, *({"requester"} if actor.id == requester else set())}
    return {**record, "roles": sorted(roles)}


def is_withheld(path: str | Sequence[str], hidden: Paths) -> bool:
    """Whether a field, by its path without indices, is hidden or lies in one that is."""
    parts = tuple(path.split(".")) if isinstance(path, str) else tuple(path)
    return any(parts[: len(one)] == one for one in hidden)


def without(value: Any, hidden: Paths, path: Path = ()) -> Any:
    """Data without the hidden fields; through lists, whose elements all lose them."""
    if not hidden:
        return value
    if isinstance(value, Mapping):
        found = {}
        for key, inner in value.items():
            if (*path, key) in hidden:
                continue
            shown = without(inner, hidden, (*path, key))
            # A group of which nothing is left is nothing to be seen.
            if shown != {} or inner == {}:
                found[key] = shown
        return found
    if isinstance(value, list | tuple):
        return [without(each, hidden, path) for each in value]
    return value


@dataclass(frozen=True, slots=True)
class Secrets:
    """Values of hidden fields, as they come again where no path says what they are."""

    texts: tuple[str, ...] = ()
    numbers: frozenset[Decimal] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.texts or self.numbers)

    def masked(self, value: Any, word: str) -> Any:
        """The value with a word for each of them, in texts also for a part."""
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, str):
            for text in self.texts:
                value = value.replace(text, word)
            return value
        if isinstance(value, int | Decimal):
            return word if Decimal(value) in self.numbers else value
        if isinstance(value, Mapping):
            return {key: self.masked(inner, word) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.masked(each, word) for each in value]
        return value


def secrets_of(data: Iterable[Any], hidden: Paths) -> Secrets:
    """The values that data have in hidden fields, the longest text first."""
    leaves = [leaf for one in data for leaf in _leaves(one, hidden, ())] if hidden else []
    texts = {each for each in leaves if isinstance(each, str) and len(each) >= SHORTEST}
    plain = (each for each in leaves if type(each) in (int, Decimal))
    numbers = {Decimal(each) for each in plain if abs(each) >= LEAST}
    texts |= {format(each.normalize(), "f") for each in numbers}
    return Secrets(tuple(sorted(texts, key=lambda each: (-len(each), each))), frozenset(numbers))


def data_told(facts: Mapping[str, Any]) -> Iterator[Any]:
    """Data that an entry sets, from the top, as far as it goes."""
    yield facts.get("data")
    patch = facts.get("patch")
    for each in patch if isinstance(patch, list | tuple) else ():
        if isinstance(each, Mapping) and "value" in each:
            value = each["value"]
            for part in reversed(str(each.get("path")).split("/")[1:]):
                value = value if part.isdigit() or part == "-" else {part: value}
            yield value


def _leaves(value: Any, hidden: Paths, path: Path) -> Iterator[Any]:
    if isinstance(value, Mapping):
        if SLOT not in value:
            for key, inner in value.items():
                yield from _leaves(inner, hidden, (*path, key))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each, hidden, path)
    elif is_withheld(path, hidden):
        yield value
