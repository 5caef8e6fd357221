"""What a scenario's `expect` says, compared with an order (language 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from orderloom.platform.app.standing import innermost
from orderloom.platform.codec import dumps
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor, OrderState
from orderloom.rules import unary_test


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An order at the time of an `expect`.

    `calls`, `messages`: since the last one; a message is `{message, to}`. `places`: activity →
    numbers of its children, in order. `sentences`: the timeline in English, read if needed.
    `balance`: of a balance and key `{on_hand, reserved, free}`.
    """

    state: OrderState
    release: Release
    cast: Mapping[str, Actor]
    calls: Sequence[str]
    messages: Sequence[Mapping[str, Any]]
    places: Mapping[str, Sequence[str]]
    sentences: Callable[[], Sequence[str]]
    balance: Callable[[str, str], Mapping[str, Any]]


def differences(expected: Mapping[str, Any], seen: Seen) -> list[str]:
    """What is not as expected: one English sentence each; empty when all is well."""
    found: list[str] = []
    for key, value in expected.items():
        check = _CHECKS.get(key)
        if check is None:
            found.append(f"expect has no {key}")
        else:
            found += check(value, seen)
    return found


def mismatches(expected: Any, actual: Any, path: str) -> Iterator[str]:
    """Where `actual` lacks a part of `expected`; `{test: …}` is a unary test on the value."""
    if isinstance(expected, Mapping) and set(expected) == {"test"}:
        if unary_test(expected["test"], actual) is not True:
            yield f"{path} is {_text(actual)}, expected {expected['test']}"
    elif isinstance(expected, Mapping):
        if not isinstance(actual, Mapping):
            yield f"{path} is {_text(actual)}, expected {_text(expected)}"
            return
        for key, value in expected.items():
            yield from mismatches(value, actual.get(key), f"{path}.{key}")
    elif isinstance(expected, list):
        if not isinstance(actual, list | tuple) or len(actual) != len(expected):
            yield f"{path} is {_text(actual)}, expected {_text(expected)}"
            return
        for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
            yield from mismatches(one, other, f"{path}[{index}]")
    elif type(expected) is bool or type(actual) is bool:
        if expected is not actual:
            yield f"{path} is {_text(actual)}, expected {_text(expected)}"
    elif expected != actual:
        yield f"{path} is {_text(actual)}, expected {_text(expected)}"


def _stages(expected: Any, seen: Seen) -> list[str]:
    actual = innermost(seen.state, seen.release)
    if sorted(expected) == sorted(actual):
        return []
    return [f"stages are {_text(actual)}, expected {_text(expected)}"]


def _tasks(kinds: frozenset[str]) -> Callable[[Any, Seen], list[str]]:
    def check(expected: Any, seen: Seen) -> list[str]:
        open_ = [task for task in seen.state.tasks.values() if task["kind"] in kinds]
        wanted = sorted(str(one["id"]) for one in expected)
        actual = sorted(task["id"] for task in open_)
        if wanted != actual:
            return [f"open are {_text(actual)}, expected {_text(wanted)}"]
        return [
            f"{one['id']} is offered to {_text(list(_offered(open_, one['id'])))}, not to {name}"
            for one in expected
            for name in _names(one.get("for"))
            if not _is_for(open_, one["id"], name, seen.cast)
        ]

    return check


def _names(value: Any) -> list[str]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _offered(tasks: Sequence[Mapping[str, Any]], id_: str) -> Iterator[str]:
    for task in tasks:
        if task["id"] == id_:
            yield from ([f"u:{task['assignee']}"] if task.get("assignee") else task["for"])


def _is_for(
    tasks: Sequence[Mapping[str, Any]], id_: str, name: str, cast: Mapping[str, Actor]
) -> bool:
    principals = {f"r:{name}", f"u:{name}"}
    if name in cast:
        principals |= cast[name].principals()
    return any(each in principals for each in _offered(tasks, id_))


def _data(expected: Any, seen: Seen) -> list[str]:
    return list(mismatches(expected, seen.state.data, "data"))


def _results(expected: Any, seen: Seen) -> list[str]:
    return list(mismatches(expected, seen.state.results, "results"))


def _messages(expected: Any, seen: Seen) -> list[str]:
    if not expected:
        return [f"messages were sent: {_text(list(seen.messages))}"] if seen.messages else []
    return [
        f"no message {_text(one)} among {_text(list(seen.messages))}"
        for one in expected
        if not any(_is_message(one, sent, seen.cast) for sent in seen.messages)
    ]


def _is_message(
    expected: Mapping[str, Any], sent: Mapping[str, Any], cast: Mapping[str, Actor]
) -> bool:
    if sent["message"] != expected["message"]:
        return False
    to = expected.get("to")
    if to is None:
        return True
    names = {to, f"u:{to}", f"r:{to}"} | (cast[to].principals() if to in cast else frozenset())
    return any(each in names for each in sent["to"])


def _calls(expected: Any, seen: Seen) -> list[str]:
    if list(expected) == list(seen.calls):
        return []
    return [f"calls were {_text(list(seen.calls))}, expected {_text(expected)}"]


def _children(expected: Any, seen: Seen) -> list[str]:
    actual = {activity: len(numbers) for activity, numbers in seen.places.items()}
    return [
        f"children of {activity} are {actual.get(activity, 0)}, expected {count}"
        for activity, count in expected.items()
        if actual.get(activity, 0) != count
    ]


def _outcome(expected: Any, seen: Seen) -> list[str]:
    actual = seen.state.outcome
    return [] if actual == expected else [f"outcome is {_text(actual)}, expected {expected}"]


def _attention(expected: Any, seen: Seen) -> list[str]:
    actual = seen.state.in_attention
    if actual is bool(expected):
        return []
    errors = [task.get("error") for task in seen.state.tasks.values() if task.get("error")]
    return [f"attention is {_text(actual)}, expected {_text(expected)} {_text(errors)}"]


def _audit(expected: Any, seen: Seen) -> list[str]:
    sentences = seen.sentences()
    return [
        f"no sentence of the audit has {part!r}: {_text(list(sentences))}"
        for part in expected
        if not any(part.lower() in sentence.lower() for sentence in sentences)
    ]


def _stock(expected: Any, seen: Seen) -> list[str]:
    return ["stock is not available"]


def _balances(expected: Any, seen: Seen) -> list[str]:
    found: list[str] = []
    for one in expected:
        balance, key = str(one["balance"]), str(one["key"])
        amounts = {name: one[name] for name in _AMOUNTS if name in one}
        found += mismatches(amounts, seen.balance(balance, key), f"{balance} of {key}")
    return found


def _text(value: Any) -> str:
    return dumps(value).decode()


_AMOUNTS: Final = ("on_hand", "reserved", "free")
_CHECKS: Final[Mapping[str, Callable[[Any, Seen], list[str]]]] = {
    "stages": _stages,
    "tasks": _tasks(frozenset({"task", "approval", "answer"})),
    "tickets": _tasks(frozenset({"ticket"})),
    "data": _data,
    "results": _results,
    "messages": _messages,
    "calls": _calls,
    "children": _children,
    "stock": _stock,
    "balances": _balances,
    "outcome": _outcome,
    "attention": _attention,
    "audit": _audit,
}
