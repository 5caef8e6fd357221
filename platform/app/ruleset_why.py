"""Why a ruleset concluded what it did: the facts that it was given, and step by step which rule
made what of which of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from orderloom.platform.app.decision_why import DecisionWhy, StepWhy, is_pinned
from orderloom.platform.app.field_words import field_label, field_value
from orderloom.platform.app.narration import narrate
from orderloom.platform.app.reading import Seen
from orderloom.platform.app.veiled import Veil
from orderloom.platform.app.withheld_inputs import touches
from orderloom.platform.engine.inferring import fact_path
from orderloom.platform.store.read_rows import EntryRow
from orderloom.platform.words.erased import is_erased
from orderloom.rules.ruleset import Ruleset

MOST_FACTS: Final = 200
MOST_STEPS: Final = 200
Json = Mapping[str, Any]


def ruleset_why(seen: Seen, entry: EntryRow) -> DecisionWhy:
    """Of an entry `inferred`. All facts and steps stand in its trace; as long as they are few, in
    the entry too."""
    trace, facts = entry.told_trace, entry.facts
    inputs = facts["in"] if "in" in facts else trace.get("inputs")
    chain = trace.get("chain") or facts.get("chain") or ()
    further = 0 if trace.get("chain") else facts.get("further") or 0
    told = Veil(seen).record({"in": inputs, "chain": chain})
    id_ = str(facts.get("ruleset"))
    ruleset = seen.release.rulesets.get(id_) if is_pinned(seen, "ruleset", id_, facts) else None
    given = told["in"] if isinstance(told["in"], Mapping) else None
    telling = _Telling(seen, ruleset, given or {})
    steps = tuple(telling.step(one) for one in told["chain"][:MOST_STEPS])
    values = telling.given()
    (sentence,) = narrate(seen, [entry], quiet=False)
    return DecisionWhy(
        head=seen.head(),
        entry=sentence,
        hit="",
        values=tuple(islice(values, MOST_FACTS)),
        more_values=sum(1 for _ in values),
        steps=steps,
        more=max(0, len(chain) - MOST_STEPS) + further,
        gone=given is None,
    )


class _Telling:
    """`ruleset`: the version that inferred, None where the release has it no longer; `given`: facts
    by the field that they were read from, as the viewer may see fields."""

    def __init__(self, seen: Seen, ruleset: Ruleset | None, given: Json) -> None:
        self._seen, self._ruleset, self._given = seen, ruleset, given
        self._made: dict[str, list[str]] = {}
        document: Json = ruleset.document if ruleset is not None else {}
        rules = {each["id"]: each for each in document.get("rules") or ()}
        self._titled: Json = {**(document.get("facts") or {}), **rules}
        # By the path, the kinds of facts that stand there.
        self._kinds: dict[str, list[str]] = {}
        for name, fact in ruleset.facts.items() if ruleset is not None else ():
            if fact.source is not None:
                path = fact_path(fact, name, seen.release.form.personal)
                self._kinds.setdefault(path, []).append(name)
        self._guarded = ruleset is None or any(self._reads_hidden(each) for each in ruleset.facts)

    def given(self) -> Iterator[tuple[str, str]]:
        """Each fact, under its kind; under its field where several kinds stand there."""
        for path, rows in self._given.items():
            kinds = self._kinds.get(path, ())
            label = field_label(self._seen.release.form, path, self._seen.words)
            label = self._title(kinds[0]) if len(kinds) == 1 else label
            if isinstance(rows, list | tuple):
                for at, row in enumerate(rows):
                    yield f"{label} {at + 1}", self._row(path, row)
            else:
                yield label, self._row(path, rows)

    def step(self, one: Json) -> StepWhy:
        """To be asked for in the order of the chain: a step may rest on the ones before."""
        rule, fact = str(one.get("rule")), str(one.get("fact"))
        because = tuple(self._behind(each) for each in one.get("because") or ())
        values = one.get("values")
        if self._seen.hidden and isinstance(values, Mapping):
            values = {name: self._found(rule, fact, name, each) for name, each in values.items()}
        made = f"{self._title(fact)}: {self._fields(fact, values)}"
        self._made.setdefault(fact, []).append(made)
        return StepWhy(rule=self._title(rule), because=because, found=made)

    def _behind(self, place: Sequence[Any]) -> str:
        """`[kind, place]` of a fact that was given, `[kind, place, true]` of one that was found."""
        kind, at = str(place[0]), place[1]
        if not isinstance(at, int):
            return self._title(kind)
        if len(place) > 2:
            made = self._made.get(kind, [])
            return made[at] if at < len(made) else self._title(kind)
        named = f"{self._title(kind)} {at + 1}"
        path = next((path for path, kinds in self._kinds.items() if kinds == [kind]), "")
        rows = self._given.get(path)
        if not isinstance(rows, list | tuple) or at >= len(rows):
            return named
        return f"{named}: {self._row(path, rows[at])}"

    def _row(self, path: str, row: Any) -> str:
        """A given fact. One made of several fields is hidden whole if one of them is."""
        kinds = self._kinds.get(path, ())
        read = (self._paths(kind) for kind in kinds)
        plain = bool(kinds) and all(each == {tuple(path.split("."))} for each in read)
        if self._seen.hidden and not plain and self._guarded:
            return self._seen.left_out
        return self._fields(path, row)

    def _found(self, rule: str, fact: str, name: str, value: Any) -> Any:
        """What a rule concluded says what it was concluded from, unless it is written there."""
        rules = self._ruleset.rules if self._ruleset is not None else ()
        given = [
            each.values[name]
            for one in rules
            if one.id == rule
            for each in one.asserts
            if each.fact == fact and name in each.values
        ]
        written = bool(given) and not any(each.paths for each in given)
        return value if written or not self._guarded else self._seen.left_out

    def _fields(self, path: str, row: Any) -> str:
        form, words = self._seen.release.form, self._seen.words
        if not isinstance(row, Mapping) or is_erased(row):
            return field_value(form, path, row, {}, words) or "–"
        places = {f"{path}.{name}": value for name, value in row.items()}
        shown = [
            (field_label(form, one, words), field_value(form, one, value, self._seen.data, words))
            for one, value in places.items()
        ]
        if len(shown) == 1:
            return shown[0][1] or "–"
        return ", ".join(f"{label} {text or '–'}" for label, text in shown) or "–"

    def _title(self, name: str) -> str:
        return self._seen.words.choose((self._titled.get(name) or {}).get("title")) or name

    def _paths(self, kind: str) -> set[tuple[str, ...]]:
        source = self._ruleset.facts[kind].source if self._ruleset is not None else None
        return set(source.paths) if source is not None else set()

    def _reads_hidden(self, kind: str) -> bool:
        return any(touches(path, self._seen.hidden) for path in self._paths(kind))
