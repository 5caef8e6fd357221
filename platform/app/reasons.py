"""Why somebody is asked, in words: the rule and the values it compared, as they were then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from orderloom.platform.app.field_words import field_label, field_value
from orderloom.platform.app.plain_text import shown_value
from orderloom.platform.app.reading import Seen
from orderloom.platform.app.record_titles import balance_title, record_title
from orderloom.platform.app.result_words import (
    NOTHING,
    field_read,
    result_label,
    result_value,
    value_label,
)
from orderloom.platform.app.view_models import Reason
from orderloom.platform.app.withheld_inputs import tells_hidden

MOST_VALUES: Final = 12


def reason_of(seen: Seen, task: Mapping[str, Any]) -> Reason:
    """The reason that an open task carries."""
    why = task.get("why")
    if task["kind"] == "attention" and isinstance(why, Mapping):
        return Reason(text=_error(why, seen))
    if isinstance(why, Mapping) and task["kind"] != "ticket":
        return reason(why, seen)
    asked = _asked(seen, task)
    if not isinstance(why, Mapping):
        return asked
    # Of a ticket the text says for whom it is; what was compared stands below.
    return replace(reason(why, seen), text=asked.text, told=False)


def _asked(seen: Seen, task: Mapping[str, Any]) -> Reason:
    roles = [each for each in task.get("for") or () if str(each).startswith("r:")]
    if not roles:
        return Reason()
    who = seen.words.text("web.why.or").join(person.name for person in seen.people(roles))
    return Reason(text=seen.words.text("web.why.role", who=who))


def reason(why: Mapping[str, Any], seen: Seen) -> Reason:
    """`{rule, values, text?}` of a step as a sentence with its values."""
    words = seen.words
    table = str(why.get("decision") or why.get("matrix"))
    values = tuple(_values(why.get("values"), seen, table=table))[:MOST_VALUES]
    rule = shown_value(why.get("rule"), words)
    text = str(seen.masked(words.choose(why.get("text"))))
    if why.get("added_by"):
        name = seen.people([f"u:{why['added_by']}"])[0].name
        said = why.get("reason")
        text = words.text("web.why.added_for" if said else "web.why.added", name=name, text=said)
    told = not text and bool(values)
    if told:
        text = "; ".join(words.text("web.why.value", name=n, value=v) for n, v in values)
    if not text and rule:
        text = words.text("web.why.rule", rule=rule)
    return Reason(
        text=text or words.text("web.why.always"),
        rule=rule,
        values=values,
        told=told,
        limits=_limits(why.get("limits"), seen, table),
    )


def shown_values(values: Any, seen: Seen) -> tuple[tuple[str, str], ...]:
    """Values that a rule compared, named and written as the form does."""
    return tuple(_values(values, seen))[:MOST_VALUES]


def _limits(limits: Any, seen: Seen, table: str) -> dict[str, str]:
    """By the name under which a value is shown, what its cell compares with."""
    pairs: Iterable[tuple[str, Any]] = limits.items() if isinstance(limits, Mapping) else ()
    return {
        named_value(name, None, seen, table)[0]: str(text)
        for name, text in pairs
        if not tells_hidden(seen.release, table, name, seen.hidden)
    }


def _values(
    values: Any, seen: Seen, prefix: str = "", table: str = ""
) -> Iterator[tuple[str, str]]:
    """`table`: the decision that compared them."""
    pairs: Iterable[tuple[str, Any]] = values.items() if isinstance(values, Mapping) else ()
    for name, value in pairs:
        path = f"{prefix}{name}"
        if isinstance(value, Mapping) and "amount" not in value:
            yield from _values(value, seen, f"{path}.", table)
        else:
            yield named_value(path, value, seen, table)


def named_value(path: str, value: Any, seen: Seen, table: str) -> tuple[str, str]:
    """A value and its name: as the decision that compared it says, else as its field's form or the
    decision that gave it does. A hidden field's value is a word."""
    release, words, own = seen.release, seen.words, seen.release.labels.get(table, NOTHING)
    source = field_read(release, table, path)
    if value is not None and seen.hidden:
        hidden = tells_hidden(release, table, path, seen.hidden)
        value = seen.left_out if hidden else seen.masked(value)
    label, shown = words.choose(own.get(path)), value_label(own, path, value, words)
    if source.partition(".")[0] not in release.form.root.properties:
        label = label or result_label(release, source, words)
        shown = shown or result_value(release, source, value, words)
    return (
        label or field_label(release.form, source, words),
        shown or field_value(release.form, source, value, seen.data, words),
    )


def _error(why: Mapping[str, Any], seen: Seen) -> str:
    words = seen.words
    error = why.get("error")
    if not isinstance(error, Mapping):
        return ""
    message = error.get("message")
    cause = error.get("cause")
    if not message and isinstance(cause, Mapping):
        message = cause.get("message")
    kind = str(error.get("kind") or "")
    message = _short(kind, cause if isinstance(cause, Mapping) else error, seen) or message
    return words.text("web.why.error", message=str(message or kind), kind=kind)


def _short(kind: str, cause: Mapping[str, Any], seen: Seen) -> str:
    """What was wanted of a balance, and what there is."""
    if kind != "stock" or "balance" not in cause:
        return ""
    held, words, balance = "held" in cause, seen.words, str(cause["balance"])
    return words.text(
        "audit.moved.not_held" if held else "audit.moved.missing",
        balance=balance_title(seen, balance),
        record=record_title(seen, balance, str(cause.get("key"))),
        wanted=words.number(cause["wanted"]),
        there=words.number(cause["held" if held else "free"]),
    )
