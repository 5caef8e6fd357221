"""What a call of a connector would send, and what it would make of an answer. There is nothing
here that could send it, and no secret is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from orderloom.platform.app.calls import (
    SECRET,
    Request,
    Response,
    answer_of,
    evaluate,
    request_of,
    retry_of,
    timeout_of,
)
from orderloom.platform.app.outbox import Answer
from orderloom.platform.codec import dumps
from orderloom.platform.definitions import Bundle
from orderloom.platform.words import Words
from orderloom.rules import EvaluationError, FeelError, to_json

# What stands for a secret: nobody looks one up.
HIDDEN: Final = "•••"
# What tells a call that is sent twice apart; of one that is not sent it is no real one.
KEY: Final = "1.1"
MOST_CALLS: Final = 20
MOST_SHOWN: Final = 20_000
DEEP: Final = 40
FAULTS: Final = (EvaluationError, FeelError, ValueError, TypeError, LookupError, ArithmeticError)


def connector_preview(
    value: Mapping[str, Any],
    given: Mapping[str, Any],
    *,
    bundle: Bundle,
    names: Mapping[str, Any],
    words: Words,
) -> dict[str, Any]:
    """`given`: `operation`; `args`, what is given `with` a call (None: of the first process that
    makes one, for the sample's `names`); `status` and `body` of an answer. Of a value of the right
    shape."""
    operations = value.get("operations") or {}
    chosen = str(given.get("operation") or "")
    id_ = chosen if chosen in operations else next(iter(operations), "")
    found: dict[str, Any] = {"operations": list(operations), "operation": id_}
    if not id_:
        return found
    operation = operations[id_]
    calls = list(_calls(bundle, f"{value.get('id')}.{id_}"))[:MOST_CALLS]
    args = given.get("args")
    if args is None:
        args = _with(calls[0][1], names) if calls else {}
    return {
        **found,
        "args": dumps(args).decode(),
        "calls": [{"process": process} for process, _ in calls],
        "request": _request(value, operation, args, words),
        "timeout": str(operation.get("timeout") or ""),
        "seconds": int(timeout_of(operation).total_seconds()),
        "tries": retry_of(operation).times,
        "answer": _answer(operation, given, words),
    }


def _request(
    value: Mapping[str, Any], operation: Mapping[str, Any], args: Mapping[str, Any], words: Words
) -> dict[str, Any]:
    try:
        made = request_of(value, operation, args, KEY, lambda name: HIDDEN)
    except FAULTS as error:
        return {"why": words.text("kinds.cannot_be_sent", why=str(error)[:300])}
    if isinstance(made, Answer):
        why = str((made.error or {}).get("message") or "")
        return {"why": words.text("kinds.cannot_be_sent", why=why[:300])}
    return {
        "method": made.method,
        "url": made.url,
        "headers": [[name, _header(value, name, text)] for name, text in made.headers.items()],
        "body": _body(made),
        "bytes": len(made.body or b""),
    }


def _header(value: Mapping[str, Any], name: str, text: str) -> str:
    """A header as it may be looked at: of a secret its name alone."""
    written = str((value.get("headers") or {}).get(name, ""))
    if not written.startswith(SECRET):
        return text
    return f"{HIDDEN} ({written.removeprefix(SECRET)})"


def _body(made: Request) -> str:
    text = (made.body or b"").decode("utf-8", "replace")
    return text[:MOST_SHOWN]


def _answer(operation: Mapping[str, Any], given: Mapping[str, Any], words: Words) -> dict[str, Any]:
    status = given.get("status", 200)
    try:
        answer = answer_of(operation, Response(status, str(given.get("body") or "").encode()))
    except FAULTS as error:
        return {"kind": "invalid", "why": str(error)[:300]}
    failed = answer.error
    if failed is None:
        return {"kind": "result", "result": dumps(answer.result).decode()[:MOST_SHOWN]}
    return {
        "kind": str(failed.get("kind")),
        "code": str(failed.get("code")),
        "why": str(failed.get("message"))[:300],
        "again": answer.again,
    }


def _with(mapping: Any, names: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a call's `with` for the sample; what it does not tell is null."""
    made: dict[str, Any] = {}
    for name, expression in mapping.items() if isinstance(mapping, Mapping) else ():
        try:
            made[str(name)] = to_json(evaluate(expression, names))
        except FAULTS:
            made[str(name)] = None
    return made


def _calls(bundle: Bundle, reference: str) -> Iterator[tuple[str, Any]]:
    """The processes that make a call, with its `with`."""
    for document in bundle.documents:
        if document.kind == "process":
            for part in _parts(document.value, 0):
                if part.get("call") == reference:
                    yield document.id, part.get("with")


def _parts(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > DEEP:
        return
    if isinstance(value, Mapping):
        yield value
    inner = value.values() if isinstance(value, Mapping) else value
    if isinstance(value, Mapping | list):
        for each in inner:
            yield from _parts(each, depth + 1)
