"""Results of decisions as their definitions name them: `labels` of outputs, inputs and values.

`labels: {tier: {en: Tier}, "tier=two": {en: Two approvals}}` stands on the decision. The value
under `as: tier` is that of its one output, or a context of several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from orderloom.platform.app.field_words import field_label, field_value
from orderloom.platform.definitions import model as m
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine.results import actions_of
from orderloom.platform.words import LANGUAGES, Words

Labels = Mapping[str, Any]
NOTHING: Final[Labels] = {}


def result_label(release: Release, path: str, words: Words) -> str:
    """What a result is called, or a part of it (`route.carrier`); empty where nothing says."""
    labels, output = _of(release, path)
    return words.choose(labels.get(output))


def result_value(release: Release, path: str, value: Any, words: Words) -> str:
    """A result's value as people read it; empty where no label is for it."""
    labels, output = _of(release, path)
    return value_label(labels, output, value, words)


def value_label(labels: Labels, name: str, value: Any, words: Words) -> str:
    """What `labels` call a value of an input or output; empty where they do not."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return words.choose(labels.get(f"{name}={value}"))


def step_label(release: Release, approval: str, step: str, words: Words) -> str:
    """What the matrix of an approval calls a step (`step=finance`); empty where nothing says."""
    policy = release.approvals.get(approval)
    if policy is None or policy.matrix is None:
        return ""
    return value_label(release.labels.get(policy.matrix, NOTHING), "step", step, words)


def field_read(release: Release, decision: str, name: str) -> str:
    """The path that an input of a table reads as it stands (`value: customer.segment`), else its
    name."""
    found = release.decisions.get(decision)
    for each in found.table.inputs if found is not None and found.table is not None else ():
        if each.name == name and each.value.paths == {tuple(each.value.text.split("."))}:
            return each.value.text
    return name


def decided_facts(release: Release, facts: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """The facts of `decided` with inputs and results by their labels."""
    labels = release.labels.get(str(facts.get("decision")), NOTHING)
    told = dict(facts)
    inputs = facts.get("in")
    if isinstance(inputs, Mapping):
        decision = str(facts.get("decision"))
        told["in"] = dict(
            _input(release, decision, name, value, words) for name, value in inputs.items()
        )
    only = _only_output(release, str(facts.get("decision")))
    told["out"] = _told(facts.get("out"), labels, only, words)
    return told


def titles_of(release: Release) -> dict[str, Any]:
    """What outputs of decisions and balances of collections are called, by name."""
    found: dict[str, Any] = {}
    for name in _named(release):
        labels, output = _of(release, name)
        found[name] = labels.get(output)
    for id_, document in release.collections.items():
        labels = document.get("labels") or NOTHING
        for field in document.get("balances") or ():
            found[f"{id_}.{field}"] = labels.get(field)
    return {name: title for name, title in found.items() if title}


def _input(release: Release, decision: str, name: str, value: Any, words: Words) -> tuple[str, Any]:
    """An input by its label, its field's, or that of the result that it is; so its value."""
    labels, source = release.labels.get(decision, NOTHING), field_read(release, decision, name)
    label, shown = words.choose(labels.get(name)), value_label(labels, name, value, words)
    if source.partition(".")[0] in release.form.root.properties:
        shown = shown or (
            field_value(release.form, source, value, {}, words) if isinstance(value, str) else ""
        )
        return label or field_label(release.form, source, words), shown or value
    label = label or result_label(release, source, words)
    return label or name, shown or result_value(release, source, value, words) or value


def _told(out: Any, labels: Labels, only: str, words: Words) -> Any:
    if isinstance(out, Mapping) and out and out.keys() <= set(LANGUAGES):
        return words.choose({name: str(text) for name, text in out.items()})
    if isinstance(out, Mapping):
        return {
            words.choose(labels.get(name)) or name: value_label(labels, name, value, words)
            or _told(value, NOTHING, "", words)
            for name, value in out.items()
        }
    if isinstance(out, Sequence) and not isinstance(out, str):
        return [_told(one, labels, only, words) for one in out]
    return value_label(labels, only, out, words) or out


def _of(release: Release, path: str) -> tuple[Labels, str]:
    """The labels for a result's path, and the output that it is."""
    name, _, rest = path.partition(".")
    decision = _named(release).get(name)
    if decision is None:
        return NOTHING, name
    only = _only_output(release, decision)
    return release.labels.get(decision, NOTHING), rest or only or name


def _only_output(release: Release, decision: str) -> str:
    found = release.decisions.get(decision)
    outputs = found.table.outputs if found is not None and found.table is not None else ()
    return outputs[0].name if len(outputs) == 1 else ""


@lru_cache(maxsize=64)
def _named(release: Release) -> Mapping[str, str]:
    """By the name under `as`, the decision that gives it."""
    process = release.process
    found: dict[str, str] = {}
    for stage in (process.root, *process.stages.values()):
        for action in actions_of(stage):
            if action.result is not None and isinstance(action.what, m.Decide):
                found.setdefault(action.result, action.what.decision)
    return found
