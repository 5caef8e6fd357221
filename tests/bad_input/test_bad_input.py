"""Bad input, row by row: each has its own code and place, and changes nothing but the audit."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import pytest
from parts.hostile import KEYED, Hostile, Said, Send, bundle, decision, line, request

APPROVE = {"verdict": "approve", "comment": "ok"}
TEN_MB = 10_485_760
ALIASES = "\n".join(
    ["x-0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
)
# Where the audit has it: in the order's stream, in the security stream, or only counted.
ORDER, SECURITY, COUNTED, OUTSIDE = "order", "security", "counted", "outside"


@dataclass(frozen=True, slots=True)
class Row:
    """What is sent, and what must be said. `noted`: where the audit has it, and under
    which code where that is another (of a task, that of its order)."""

    name: str
    send: Send
    code: str
    place: Any
    status: int = 0
    noted: str = OUTSIDE
    noted_as: str = ""


def order(**data: Any) -> dict[str, Any]:
    return {"process": "request", "data": {"title": "Desk", "total": 250, **data}}


ROWS = (
    # ── kinds and types ──
    Row("unknown kind", bundle("kind: decision", "kind: ruling"), "kind.unknown", 52),
    Row(
        "schema of an unknown kind",
        request("erin", "GET", "/schemas/ruling"),
        "schema.not_found",
        None,
        404,
    ),
    Row(
        "unknown process",
        request("alice", "POST", "/orders", {"process": "ruling"}),
        "process.unknown",
        "process",
        404,
        SECURITY,
    ),
    Row(
        "wrong type in a definition",
        bundle("columns: [title, total]", "columns: 7"),
        "shape.wrong_type",
        6,
    ),
    Row(
        "wrong type in a request",
        request("alice", "POST", "/orders", {"process": 1}),
        "request.invalid",
        "process",
        422,
        SECURITY,
    ),
    Row(
        "wrong type in a field",
        request(
            "alice", "POST", "/orders", order(total="many"), place=lambda p: p["errors"][0]["path"]
        ),
        "form.invalid",
        "total",
        422,
        SECURITY,
    ),
    # ── texts that cannot be read ──
    Row(
        "duplicate key in YAML",
        bundle("form: request", "form: request\nform: request"),
        "yaml.duplicate_key",
        5,
    ),
    Row(
        "duplicate key in JSON",
        request(
            "alice", "POST", "/orders", raw=b'{"process": "request",\n "process": "x"}', place=line
        ),
        "json.duplicate_key",
        (2, 2),
        400,
        SECURITY,
    ),
    Row(
        "malformed JSON",
        request("alice", "POST", "/orders", raw=b'{"process": "request",\n}', place=line),
        "json.malformed",
        (2, 1),
        400,
        SECURITY,
    ),
    Row(
        "10 MB of JSON",
        request("alice", "POST", "/orders", raw=b'"' + b"x" * TEN_MB + b'"'),
        "request.too_large",
        None,
        413,
    ),
    Row(
        "10 MB of YAML",
        bundle("kind: process", f"x-a: {'x' * TEN_MB}\nkind: process"),
        "yaml.too_big",
        1,
    ),
    Row(
        "JSON 10,000 deep",
        request("alice", "POST", "/orders", raw=b"[" * 10_000 + b"]" * 10_000, place=line),
        "json.too_deep",
        (1, 101),
        400,
        SECURITY,
    ),
    Row(
        "YAML 10,000 deep",
        bundle("kind: process", f"x-a: {'[' * 10_000}{']' * 10_000}\nkind: process"),
        "yaml.too_deep",
        1,
    ),
    Row("alias bomb", bundle("kind: process", f"{ALIASES}\nkind: process"), "yaml.alias", 5),
    Row("tag", bundle("form: request", "form: !!python/name:os.system request"), "yaml.tag", 4),
    # ── expressions that explode ──
    Row(
        "expression of too many steps",
        decision("count(for a in 1..100000, b in 1..100000 return a) > 1"),
        "decision.failed",
        "x",
    ),
    Row(
        "expression that is too long",
        bundle('if: tier = "none"', f"if: 'tier = \"{'x' * 21_000}\"'"),
        "expression.syntax",
        17,
    ),
    Row(
        "expression that is too deep",
        bundle('if: tier = "none"', f"if: '{'(' * 3000}1{')' * 3000} = 1'"),
        "expression.syntax",
        17,
    ),
    Row(
        "regular expression of too many states in a form",
        bundle("note: {type: string}", 'note: {type: string, pattern: "((a{900}){900}){900}"}'),
        "form.schema",
        40,
    ),
    Row(
        "regular expression of too many states in an expression",
        decision('matches("a", "((a{900}){900}){900}")'),
        "decision.failed",
        "x",
    ),
    # ── the wrong moment, the wrong person ──
    Row(
        "event not valid in the stage",
        request("alice", "POST", "/orders/{waiting}/events", {"name": "paid", "source": "api"}),
        "event.not_expected",
        None,
        409,
        ORDER,
    ),
    Row(
        "stale revision",
        request(
            "alice",
            "PATCH",
            "/orders/{changed}/data",
            {"note": "later"},
            If_Match='"{before}"',
            place=lambda p: [each["params"]["fields"] for each in p["errors"]],
        ),
        "order.stale",
        [["note"]],
        409,
        COUNTED,
    ),
    Row(
        "no permission",
        request("alice", "GET", "/definitions", place=lambda p: p["params"]["permission"]),
        "permission.missing",
        "definition.read",
        403,
        SECURITY,
    ),
    Row(
        "no role for it",
        request("mallory", "POST", "/orders", KEYED),
        "order.may_not_start",
        None,
        403,
        SECURITY,
    ),
    Row(
        "another's order",
        request("mallory", "GET", "/orders/{waiting}", place=lambda p: p["params"]["number"]),
        "order.not_found",
        "RQ-000001",
        404,
        SECURITY,
    ),
    Row(
        "another's task",
        request("mallory", "POST", "/tasks/{task}/verdict", APPROVE),
        "task.not_found",
        None,
        404,
        SECURITY,
        "order.not_found",
    ),
    Row("no token", request(None, "GET", "/orders"), "token.missing", None, 401, SECURITY),
    Row(
        "unknown field in a request",
        request("alice", "POST", "/orders", {**KEYED, "nonsense": 1}),
        "request.unknown_field",
        "nonsense",
        422,
        SECURITY,
    ),
    Row(
        "unknown field in the data",
        request("alice", "POST", "/orders", order(nonsense=1)),
        "form.unknown_field",
        "nonsense",
        422,
        SECURITY,
    ),
    Row(
        "unknown field in a definition",
        bundle("form: request", "form: request\nfrom: x"),
        "shape.unknown_key",
        5,
    ),
    Row(
        "reused key",
        request("alice", "POST", "/orders", order(total=1), Idempotency_Key="used"),
        "key.reused",
        None,
        422,
        COUNTED,
    ),
    Row(
        "verdict twice",
        request("max", "POST", "/tasks/{decided}/verdict", APPROVE),
        "task.closed",
        None,
        409,
        ORDER,
    ),
    Row(
        "requester's own verdict",
        request("zoe", "POST", "/tasks/{own}/verdict", APPROVE),
        "approval.separation",
        None,
        403,
        ORDER,
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_bad_input_is_refused_with_code_and_place(hostile: Hostile, row: Row) -> None:
    stored, noted = hostile.stored(), hostile.noted()
    began = perf_counter()
    assert row.send(hostile) == Said(row.code, row.place, row.status)
    assert perf_counter() - began < 60
    assert hostile.stored() == stored
    new = hostile.noted()[len(noted) :]
    expected = [row.noted_as or row.code] if row.noted in (ORDER, SECURITY) else []
    assert [code for code, _, _ in new] == expected
    assert all((order is not None) is (row.noted == ORDER) for _, _, order in new)
