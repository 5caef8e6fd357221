"""Where the definitions, the cast and the scenarios of a bundle name its roles, and a role under
another id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import body, everything, listed
from orderloom.platform.definitions.checks.roles import people_of, quoted_text, written_roles
from orderloom.platform.definitions.document import Bundle, Document, Path

# What scenarios expect of people: by their login or by a role.
_EXPECTED: Final = ("tasks", "tickets", "messages")


@dataclass(frozen=True, slots=True)
class RoleUse:
    """`document` names `role` at `path`. `written`: inside of an expression or a text, which
    `renamed_roles` leaves as it is; elsewhere it is the whole value, in a cell in quotes."""

    document: Document
    path: Path
    role: str
    written: bool = False


def role_uses(bundle: Bundle) -> tuple[RoleUse, ...]:
    """Every place, in the order of the documents; `bundle.yaml` itself is not looked at."""
    context = Context(bundle)
    found = [*_named(context), *_of_messages(context), *_of_scenarios(context)]
    known = {(id(use.document), use.path) for use in found}
    roles = [role for role in body(bundle.meta.get("roles")) if isinstance(role, str)]
    for document in context.documents:
        for path, value in everything(document.value):
            if isinstance(value, str) and (id(document), path) not in known:
                mentioned = (role for role in roles if f'"{role}"' in value)
                found += [RoleUse(document, path, role, written=True) for role in mentioned]
    order = {id(document): n for n, document in enumerate((*context.documents, *context.scenarios))}
    return tuple(sorted(found, key=lambda use: order[id(use.document)]))


def renamed_roles(value: Mapping[str, Any], uses: Iterable[RoleUse], to: str) -> dict[str, Any]:
    """The value of the document of these uses with another role at their places. The order of
    keys stays."""
    made: dict[str, Any] = _copied(value)
    for use in uses:
        if not use.written:
            _put(made, use.path, to)
    return made


def renamed_role(meta: Mapping[str, Any], role: str, to: str) -> dict[str, Any]:
    """A `bundle.yaml` in which a role has another id, in the cast as well. Its place and its title
    stay."""
    made: dict[str, Any] = _copied(meta)
    if isinstance(made.get("roles"), dict):
        pairs = made["roles"].items()
        made["roles"] = {to if id_ == role else id_: title for id_, title in pairs}
    for one in body(made.get("cast")).values():
        if isinstance(one, dict) and isinstance(one.get("roles"), list):
            one["roles"] = [to if each == role else each for each in one["roles"]]
    return made


def _named(context: Context) -> Iterator[RoleUse]:
    for document, path, people in people_of(context):
        yield from _of_people(document, path, people)
    for document, path, role in written_roles(context):
        yield RoleUse(document, path, role)


def _of_people(document: Document, path: Path, people: Any) -> Iterator[RoleUse]:
    for place, one in listed(people, path):
        if isinstance(one, str):
            yield RoleUse(document, place, one)
        elif isinstance(body(one).get("role"), str):
            yield RoleUse(document, (*place, "role"), body(one)["role"])


def _of_messages(context: Context) -> Iterator[RoleUse]:
    for document in context.of_kind("message"):
        yield from _of_people(document, ("to",), document.value.get("to"))


def _of_scenarios(context: Context) -> Iterator[RoleUse]:
    cast = body(context.meta.get("cast"))
    for document in context.scenarios:
        for path, step in listed(document.value.get("steps"), ("steps",)):
            expect = body(body(step).get("expect"))
            for key in _EXPECTED:
                for place, one in listed(expect.get(key), (*path, "expect", key)):
                    for who in ("for", "to"):
                        for at, name in listed(body(one).get(who), (*place, who)):
                            if isinstance(name, str) and name not in cast:
                                yield RoleUse(document, at, name)


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_copied(each) for each in value]
    return value


def _put(value: Any, path: Path, to: str) -> None:
    for key in path[:-1]:
        value = value[key]
    quoted = quoted_text(value[path[-1]]) is not None
    value[path[-1]] = f'"{to}"' if quoted else to
