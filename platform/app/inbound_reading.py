"""What a message of another system says by its connector's definition: nothing is done yet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from orderloom.platform.codec import canonical
from orderloom.platform.definitions.model_actions import Code
from orderloom.platform.definitions.model_inbound import InboundEvent, InboundMessage, Names
from orderloom.platform.problem import Rejection
from orderloom.rules import EvaluationError, FeelError, to_json

MOST_VALUES: Final = 100
CLOCK: Final = ("now", "today")
Scope = Mapping[str, Any]


class Came(Mapping[str, Any]):
    """What a message's expressions read: `body`, `headers`, and of its reception `now` and `today`.
    `zone`: gives that of the bundle, asked only where one of the two is read."""

    __slots__ = ("_plain", "_received", "_zone")

    def __init__(
        self, body: Any, headers: Scope, *, received: datetime, zone: Callable[[], tzinfo]
    ) -> None:
        self._plain = {"body": body, "headers": headers}
        self._received = received
        self._zone = zone

    def __getitem__(self, name: str) -> Any:
        if name not in CLOCK:
            return self._plain[name]
        local = self._received.astimezone(self._zone())
        return local if name == "now" else local.date()

    def __contains__(self, name: object) -> bool:
        return name in CLOCK or name in self._plain

    def __iter__(self) -> Iterator[str]:
        yield from (*self._plain, *CLOCK)

    def __len__(self) -> int:
        return len(self._plain) + len(CLOCK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an event's message says. `values`: of the key, each once; `time`: as it was written,
    perhaps without a zone."""

    values: tuple[str, ...]
    data: Mapping[str, Any]
    time: datetime | None = None


def wants(message: InboundMessage, scope: Scope) -> bool | Rejection:
    """Whether `when` holds. Null is as wrong as an error (language 2)."""
    if message.when is None:
        return True
    found = _value(message.when, scope)
    if isinstance(found, Rejection | bool):
        return found
    return _wrong(message.when, f"expected true or false, not {_shown(found)}")


def identity(message: InboundMessage, scope: Scope) -> str | Rejection:
    """A digest of what `once` gives: a text, a number or several of them."""
    found = _value(message.once, scope)
    if isinstance(found, Rejection):
        return found
    parts = found if isinstance(found, list) else [found]
    if not parts or not all(_is_plain(each) for each in parts):
        return _wrong(message.once, f"expected a text or a number, not {_shown(found)}")
    return digest_of([str(each) for each in parts])


def digest_of(value: Any) -> str:
    """SHA-256 of a JSON value, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def event_of(event: InboundEvent, scope: Scope) -> Told | Rejection:
    """The values of the key, the data and the time of an event."""
    found = _value(event.value, scope)
    if isinstance(found, Rejection):
        return found
    given = found if isinstance(found, list) else [found]
    if not given or len(given) > MOST_VALUES or not all(_is_plain(each) for each in given):
        return _wrong(event.value, f"expected a text or a number, not {_shown(found)}")
    data = data_of(event.data, scope)
    if isinstance(data, Rejection):
        return data
    time = _time(event.time, scope)
    if isinstance(time, Rejection):
        return time
    return Told(values=tuple(dict.fromkeys(str(each) for each in given)), data=data, time=time)


def data_of(names: Names, scope: Scope) -> dict[str, Any] | Rejection:
    """The data of an event or an order. In data null and absent are one (language 2)."""
    made: dict[str, Any] = {}
    for name, code in names:
        value = _value(code, scope)
        if isinstance(value, Rejection):
            return value
        made[name] = value
    return {name: _without_nulls(value) for name, value in made.items() if value is not None}


def _time(code: Code | None, scope: Scope) -> datetime | Rejection | None:
    found = None if code is None else _value(code, scope)
    if code is None or found is None or isinstance(found, Rejection):
        return found
    try:
        return datetime.fromisoformat(found)
    except (TypeError, ValueError):
        return _wrong(code, f"expected a date and time, not {_shown(found)}")


def _value(code: Code, scope: Scope) -> Any:
    try:
        return to_json(code.expression.evaluate(scope))
    except (FeelError, EvaluationError) as error:
        return _wrong(code, str(error))


def _wrong(code: Code, problem: str) -> Rejection:
    return Rejection(
        "inbound.expression",
        f"{code.path}: {problem}",
        {"place": code.path, "problem": problem},
        path=code.path,
    )


def _is_plain(value: Any) -> bool:
    return value is not None and value != "" and not isinstance(value, bool | list | dict)


def _shown(value: Any) -> str:
    """A value in a sentence: what people may have written stays in the message."""
    names = {type(None): "null", bool: "true or false", str: "text", list: "a list"}
    return names.get(type(value), "a context" if isinstance(value, dict) else "a number")


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value
