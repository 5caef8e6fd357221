"""Why somebody is asked, in words: the rule and the values it compared, as they were then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from orderloom.platform.app.plain_text import shown_value
from orderloom.platform.app.reading import Seen
from orderloom.platform.app.view_models import Reason
from orderloom.platform.words import Words

MOST_VALUES: Final = 12


def reason_of(seen: Seen, task: Mapping[str, Any]) -> Reason:
    """The reason that an open task carries."""
    why = task.get("why")
    if task["kind"] == "attention" and isinstance(why, Mapping):
        return Reason(text=_error(why, seen.words))
    return reason(why, seen.words) if isinstance(why, Mapping) else Reason()


def reason(why: Mapping[str, Any], words: Words) -> Reason:
    """`{rule, values, text?}` of a step as a sentence with its values."""
    values = tuple(_values(why.get("values"), words))[:MOST_VALUES]
    rule = shown_value(why.get("rule"), words)
    text = words.choose(why.get("text"))
    if not text and values:
        text = words.text("web.why.because", values=", ".join(f"{n} = {v}" for n, v in values))
    if not text and rule:
        text = words.text("web.why.rule", rule=rule)
    return Reason(text=text or words.text("web.why.always"), rule=rule, values=values)


def _values(values: Any, words: Words, prefix: str = "") -> Iterator[tuple[str, str]]:
    pairs: Iterable[tuple[str, Any]] = values.items() if isinstance(values, Mapping) else ()
    for name, value in pairs:
        path = f"{prefix}{name}"
        if isinstance(value, Mapping) and "amount" not in value:
            yield from _values(value, words, f"{path}.")
        else:
            yield path, shown_value(value, words)


def _error(why: Mapping[str, Any], words: Words) -> str:
    error = why.get("error")
    if not isinstance(error, Mapping):
        return ""
    message = error.get("message")
    cause = error.get("cause")
    if not message and isinstance(cause, Mapping):
        message = cause.get("message")
    kind = str(error.get("kind") or "")
    return words.text("web.why.error", message=str(message or kind), kind=kind)
