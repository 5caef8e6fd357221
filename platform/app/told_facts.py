"""Facts of audit entries with titles and names in the place of ids, before they are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from orderloom.platform.app.reading import Seen
from orderloom.platform.app.reasons import named_value
from orderloom.platform.app.record_titles import WITH_BALANCES, with_records
from orderloom.platform.app.result_words import decided_facts, step_label
from orderloom.platform.definitions import model as m

Json = Mapping[str, Any]
# How the ids of people begin; nothing else that a decision gives does.
PERSON = "u_"


def told_facts(seen: Seen, type_: str, facts: Json, names: Mapping[str, str]) -> Json:
    """The facts of an entry as its sentence needs them. `names`: of people, by id."""
    told = dict(facts)
    if isinstance(facts.get("tasks"), Mapping):
        told["tasks"] = {n: _task(seen, facts, one) for n, one in facts["tasks"].items()}
    if isinstance(facts.get("why"), Mapping):
        told["why"] = _why(seen, facts["why"])
    for name in WITH_BALANCES:
        if isinstance(facts.get(name), Mapping | list | tuple):
            told[name] = with_records(seen, facts[name])
    if type_ == "task.done":
        told["outcome"] = _outcome(seen, facts)
    if type_ == "decided":
        return _decided(seen, told, names)
    return told


def people_in(facts: Json) -> Iterator[str]:
    """Ids of people among what a decision looked at and gave."""
    for name in ("in", "out"):
        yield from _ids(facts.get(name))


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.startswith(PERSON):
        yield value
    inner: Iterable[Any] = ()
    if isinstance(value, Mapping):
        inner = value.values()
    elif isinstance(value, list | tuple):
        inner = value
    for each in inner:
        yield from _ids(each)


def _task(seen: Seen, facts: Json, task: Any) -> Any:
    if not isinstance(task, Mapping):
        return task
    approval = str(task.get("approval") or facts.get("approval"))
    title = step_label(seen.release, approval, str(task.get("id")), seen.words)
    told = {**task, "title": title or seen.words.choose(task.get("title"))}
    if isinstance(task.get("why"), Mapping):
        told["why"] = _why(seen, task["why"])
    return told


def _why(seen: Seen, why: Json) -> Json:
    values = why.get("values")
    text = why.get("text")
    told = {**why, "text": seen.words.choose(text) if isinstance(text, str | Mapping) else ""}
    if isinstance(values, Mapping):
        table = str(why.get("decision") or why.get("matrix"))
        told["values"] = dict(_compared(seen, table, values))
    return told


def _compared(seen: Seen, table: str, values: Json) -> Iterator[tuple[str, Any]]:
    """What is nested or erased is left to the sentence."""
    for name, value in values.items():
        yield (name, value) if isinstance(value, Mapping) else named_value(name, value, seen, table)


def _outcome(seen: Seen, facts: Json) -> Any:
    """What the task's definition calls its outcome."""
    outcome = facts.get("outcome")
    for stage in seen.release.process.stages.values():
        for each in stage.do:
            if each.id == facts.get("id") and isinstance(each.what, m.TaskActivity):
                return seen.words.choose(dict(each.what.outcomes).get(str(outcome))) or outcome
    return outcome


def _decided(seen: Seen, facts: Json, names: Mapping[str, str]) -> Json:
    """What a matrix gave are steps and whom they ask; of others, their outputs by their labels."""
    decision, out = str(facts.get("decision")), facts.get("out")
    approval = next(
        (id_ for id_, one in seen.release.approvals.items() if one.matrix == decision), None
    )
    if approval is not None and isinstance(out, list | tuple):
        rows = [row for row in out if isinstance(row, Mapping)]
        told = decided_facts(seen.release, {**facts, "out": None}, seen.words)
        steps = dict.fromkeys(_step(seen, approval, row, names) for row in rows)
        return {**told, "out": list(steps) or seen.words.text("audit.matrix.nobody")}
    return decided_facts(seen.release, _with_names(facts, names), seen.words)


def _step(seen: Seen, approval: str, row: Json, names: Mapping[str, str]) -> str:
    words, id_ = seen.words, str(row.get("step") or row.get("role") or "")
    asked = [*_listed(row.get("role")), *_listed(row.get("roles"))]
    who = [one.name for one in seen.people(f"r:{each}" for each in asked)]
    for user in _listed(row.get("users")):
        who.append(names.get(user, user))
    for user in _listed(row.get("manager_of")):
        who.append(words.text("audit.matrix.manager", name=names.get(user, user)))
    step = step_label(seen.release, approval, id_, words) or words.choose(row.get("title")) or id_
    if not who or who == [step]:
        return step
    return words.text("audit.matrix.step", step=step, who=", ".join(who))


def _listed(value: Any) -> list[str]:
    given: Sequence[Any] = value if isinstance(value, list | tuple) else (value,)
    return [str(each) for each in given if each]


def _with_names(facts: Json, names: Mapping[str, str]) -> Json:
    return {
        **facts,
        **{part: _named(facts[part], names) for part in ("in", "out") if part in facts},
    }


def _named(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, Mapping):
        return {name: _named(each, names) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_named(each, names) for each in value]
    return value
