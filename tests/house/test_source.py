"""What no source file of ours contains."""

import ast
import re
from collections.abc import Iterator

from parts.repository import CODE, files, python_files, text, tree

EXACT = ("platform/engine", "rules", "forms", "approvals", "platform/definitions", "platform/codec")
CLOCK = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
CLOCK |= {("time", "time"), ("time", "time_ns")}
MAY_READ_CLOCK = ("platform/app/clock.py", "platform/bench/")
# Spelt in pieces, so that this file does not contain them.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
HOSTS = re.compile(r"(registry\.npm" r"js|py" r"pi\.org|python" r"hosted|deb\.deb" r"ian)")
MACHINE = re.compile(r"(?<![\w.$~])/(tm" r"p|ro" r"ot|wor" r"k|home/\w+)/")
TEXT = (".py", ".md", ".toml", ".yaml", ".json", ".html", ".css", ".js", ".txt", ".sql", ".mako")
# Names of files in a lock and the language's own examples are not addresses.
ALL_TEXT = [name for name in files() if name.endswith(TEXT) or name.startswith(".ci/")]


def test_no_unfinished_work_and_no_address_of_a_machine() -> None:
    found = [
        f"{name}:{line} {match[0]}"
        for name in ALL_TEXT
        for line, content in enumerate(text(name).splitlines(), start=1)
        for pattern in (UNFINISHED, HOSTS, MACHINE)
        for match in pattern.finditer(content)
    ]
    assert found == []


def test_nothing_is_evaluated_from_text() -> None:
    names = python_files(*CODE, "tests")
    assert [place for name in names for place in _calls(name, {"eval", "exec"})] == []


def test_numbers_are_exact() -> None:
    literals = [
        f"{name}:{node.lineno}"
        for name in python_files(*EXACT)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
    ]
    calls = [place for name in python_files(*EXACT) for place in _calls(name, {"float"})]
    assert [*literals, *calls] == []


def test_one_clock() -> None:
    read = [
        f"{name}:{node.lineno} {node.value.id}.{node.attr}"
        for name in python_files()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in CLOCK
        and not name.startswith(MAY_READ_CLOCK)
    ]
    assert read == []


def test_no_error_is_swallowed_unnamed() -> None:
    bare = [
        f"{name}:{node.lineno}"
        for name in python_files()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert bare == []


def test_every_module_says_what_it_is() -> None:
    names = python_files(*CODE, "tests")
    assert [name for name in names if not ast.get_docstring(tree(name))] == []


def _calls(name: str, functions: set[str]) -> Iterator[str]:
    for node in ast.walk(tree(name)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in functions
        ):
            yield f"{name}:{node.lineno}"
