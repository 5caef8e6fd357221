"""Who is asked, as an approval writes it: roles and expressions, resolved by the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orderloom.rules import Expression, parse_expression


@dataclass(frozen=True, slots=True)
class PeopleSpec:
    """One of: a role (perhaps of a unit, filtered by `where` over `user`), users, a manager."""

    role: str | None = None
    unit: str | None = None
    where: Expression | None = None
    users: Expression | None = None
    manager_of: Expression | None = None
    level: int = 1


def people_specs(value: Any) -> tuple[PeopleSpec, ...]:
    """`approvers: finance`, a map, or a list of both. Raises `FeelError`."""
    if isinstance(value, str):
        return (PeopleSpec(role=value),)
    if isinstance(value, Mapping):
        return (_of_map(value),)
    if isinstance(value, Sequence):
        return tuple(spec for one in value for spec in people_specs(one))
    return ()


def of_row(row: Mapping[str, Any]) -> tuple[PeopleSpec, ...]:
    """The people of a matrix row: values, not expressions."""
    if row.get("role"):
        return (PeopleSpec(role=str(row["role"]), unit=row.get("unit")),)
    if row.get("users"):
        users = row["users"] if isinstance(row["users"], list) else [row["users"]]
        return (PeopleSpec(users=_literal(users)),)
    if row.get("manager_of"):
        return (PeopleSpec(manager_of=_literal(row["manager_of"]), level=int(row.get("up") or 1)),)
    return ()


def _of_map(value: Mapping[str, Any]) -> PeopleSpec:
    return PeopleSpec(
        role=value.get("role"),
        unit=value.get("unit"),
        where=_expression(value.get("where")),
        users=_expression(value.get("users")),
        manager_of=_expression(value.get("manager_of")),
        level=int(value.get("level", 1)),
    )


def _expression(value: Any) -> Expression | None:
    if value is None:
        return None
    return parse_expression(value) if isinstance(value, str) else _literal(value)


def _literal(value: Any) -> Expression:
    """An expression that is this value."""
    if isinstance(value, list | tuple):
        return parse_expression("[" + ", ".join(_literal(item).text for item in value) + "]")
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return parse_expression(f'"{escaped}"')
