"""Balances of collections (language 3.5, 8): orders reserve, issue and release.

Whether there is enough is asked (`Move`) and answered where levels are kept; what the order holds
is in its state, by balance (`collection.field`) and key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from orderloom.platform.definitions import model as m
from orderloom.platform.engine.amounts import NOTHING, amount_of, minus
from orderloom.platform.engine.outcome import Move
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import BlockError, Step
from orderloom.rules import to_json

Line = dict[str, Any]


def run_move(step: Step, action: m.Action, scopes: Sequence[Scope], *, listed: bool) -> list[Any]:
    """Moves the amounts of an action, of all its elements at once: all of them, or `error.stock`.

    Gives each element's result; `listed`: `as` is a list.
    """
    what = cast(m.MoveBalance, action.what)
    lines = [_line(step, what, scope, action.path) for scope in scopes]
    return move(
        step,
        what.way,
        lines,
        action.path,
        partial=what.partial,
        facts={"as": action.result},
        listed=listed,
    )


def move(
    step: Step,
    way: str,
    lines: Sequence[Line],
    place: str,
    *,
    partial: bool = False,
    facts: Mapping[str, Any] | None = None,
    listed: bool = False,
) -> list[Any]:
    """Asks for the move, records it as `stock.moved`; each line's result.

    Lines have `balance key amount`; without an amount all that the order holds of it is meant.
    """
    wanted = _against_held(step, way, lines, place)
    asked = [line for line in wanted if line["amount"] > 0]
    given = iter(_asked(step, way, asked, place, partial=partial) if asked else ())
    told: list[Line] = []
    results: list[Any] = []
    for line in wanted:
        answer = next(given) if line["amount"] > 0 else {"granted": NOTHING}
        taken = answer["granted"]
        missing = minus(line["amount"], taken)
        results.append({"complete": missing == 0, "taken": taken, "missing": missing})
        if taken > 0 or missing > 0:
            told.append(_told(line, answer))
    named = {name: value for name, value in (facts or {}).items() if value is not None}
    if told or "as" in named:
        out = to_json(results if listed else results[0]) if "as" in named else None
        step.emit("stock.moved", named, way=way, lines=told, out=out)
    return results


def evaluated(step: Step, what: m.MoveBalance, scope: Scope, place: str) -> dict[str, Any]:
    """A move as an undo keeps it: its names as they were."""
    line = _line(step, what, scope, place)
    return {"move": what.way, "lines": [to_json(line)], "partial": what.partial or None}


def release_held(step: Step, cause: str) -> None:
    """Gives back all that the order holds (language 3.2)."""
    lines = [
        {"balance": balance, "key": key, "amount": None}
        for balance, held in step.state.reserved.items()
        for key in held
    ]
    if lines:
        move(step, "release", lines, cause, facts={"cause": cause})


def _line(step: Step, what: m.MoveBalance, scope: Scope, place: str) -> Line:
    key = step.json(what.key, scope)
    if not isinstance(key, str | int | Decimal) or isinstance(key, bool) or key == "":
        raise BlockError("evaluation", f"{key!r} is not the key of a record", what.key.path)
    line: Line = {"balance": what.balance, "key": str(key), "amount": None}
    if what.amount is None:
        return line
    value = step.value(what.amount, scope)
    amount = amount_of(value)
    if amount is None or amount < 0:
        raise BlockError("evaluation", f"{value!r} is not an amount", what.amount.path)
    return {**line, "amount": amount}


def _against_held(step: Step, way: str, lines: Sequence[Line], place: str) -> list[Line]:
    """Lines with whole amounts, and with what of them comes out of the order's own reservation
    (`own`), line after line."""
    held = {balance: dict(keys) for balance, keys in step.state.reserved.items()}
    found = []
    for line in lines:
        mine = held.setdefault(line["balance"], {})
        has = Decimal(mine.get(line["key"], 0))
        amount = has if line["amount"] is None else line["amount"]
        own = NOTHING if way == "reserve" else min(has, amount)
        if way == "release" and amount > has:
            raise _short(line, place, wanted=amount, held=has)
        mine[line["key"]] = minus(has, own)
        found.append({**line, "amount": amount, "own": own})
    return found


def _asked(
    step: Step, way: str, lines: Sequence[Line], place: str, *, partial: bool
) -> list[dict[str, Any]]:
    question = Move(way, tuple(lines), partial)
    answer = step.ask(question)
    given = [
        {**one, "granted": Decimal(one["granted"]), "free": Decimal(one["free"])}
        for one in answer["lines"]
    ]
    if not answer["moved"]:
        line, short = next(
            (line, one)
            for line, one in zip(lines, given, strict=True)
            if one["granted"] < line["amount"]
        )
        there = minus(short["granted"], line["own"])
        raise _short(line, place, wanted=line["amount"], free=there, why=short.get("why"))
    step.moved.append(
        Move(
            way,
            tuple(
                {**line, "amount": one["granted"], "own": min(line["own"], one["granted"])}
                for line, one in zip(lines, given, strict=True)
            ),
            back=True,
        )
    )
    return given


def _short(line: Line, place: str, **cause: Any) -> BlockError:
    """`error.stock`: which balance and key, how much was wanted, and what there is."""
    facts = {name: value for name, value in cause.items() if value is not None}
    there = f"{facts['held']} held" if "held" in facts else f"{facts['free']} free"
    wanted = f"{facts['wanted']} wanted"
    message = f"{line['balance']} of {line['key']}: {wanted}, {there}"
    return BlockError("stock", message, place, balance=line["balance"], key=line["key"], **facts)


def _told(line: Line, answer: Mapping[str, Any]) -> Line:
    told = {
        "balance": line["balance"],
        "key": line["key"],
        "record": answer.get("record"),
        "amount": answer["granted"],
        "own": min(line["own"], answer["granted"]) or None,
        "wanted": line["amount"] if answer["granted"] < line["amount"] else None,
        "free": answer["free"],
    }
    return {name: value for name, value in told.items() if value is not None}
