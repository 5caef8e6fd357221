"""Values of a definition: expressions, names with expressions, texts, people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from orderloom.platform.definitions.model import Code, Each, People
from orderloom.rules import FeelError, parse_expression
from orderloom.rules.written import feel_text as feel_text

EACH: Final = re.compile(r"\s*([^\W\d]\w*)\s+in\s+(.+)", re.DOTALL)

Names = tuple[tuple[str, Code], ...]


class CompileError(ValueError):
    """A document that has findings was compiled nevertheless. `path`: the place in it."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


def code(value: Any, path: str) -> Code:
    """The expression at `path`. Raises `CompileError`."""
    try:
        return Code(parse_expression(feel_text(value)), path)
    except FeelError as error:
        raise CompileError(path, str(error)) from error


def optional_code(document: Mapping[str, Any], key: str, path: str) -> Code | None:
    """The expression under `key`, if it is there at all."""
    return code(document[key], f"{path}.{key}") if key in document else None


def names(document: Mapping[str, Any], key: str, path: str) -> Names:
    """`with: {name: expression}` as pairs."""
    given = document.get(key) or {}
    return tuple((name, code(value, f"{path}.{key}.{name}")) for name, value in given.items())


def each(document: Mapping[str, Any], path: str) -> Each | None:
    """`for_each: line in lines`."""
    text = document.get("for_each")
    if text is None:
        return None
    found = EACH.fullmatch(text)
    if not found:
        raise CompileError(f"{path}.for_each", f"{text!r} is not of the form 'name in list'")
    return Each(found[1], code(found[2], f"{path}.for_each"))


def people(value: Any, path: str) -> tuple[People, ...]:
    """Who: one role or more, each a word or a map (language 3.6)."""
    if value is None:
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_one(item, f"{path}[{index}]") for index, item in enumerate(value))
    return (_one(value, path),)


def _one(value: Any, path: str) -> People:
    if isinstance(value, str):
        return People(role=value)
    return People(
        role=value.get("role"),
        unit=value.get("unit"),
        where=optional_code(value, "where", path),
        users=optional_code(value, "users", path),
        manager_of=optional_code(value, "manager_of", path),
        level=value.get("level", 1),
    )


def words(value: Any) -> tuple[str, ...]:
    """One word or a list of them."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
