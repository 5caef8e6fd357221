"""The repository's own files, as git sees them: tracked, or new and not ignored."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from parts.shared_data import REPOSITORY

CODE = ("approvals", "audit", "examples", "forms", "platform", "rules", "static")


@cache
def files() -> tuple[str, ...]:
    """Every file's path from the repository's root, with `/` between its parts."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    names = listed.stdout.split("\0")
    return tuple(sorted({name for name in names if name and (REPOSITORY / name).is_file()}))


def python_files(*folders: str) -> list[str]:
    """The Python files below the given folders (all code folders if none is given)."""
    inside = tuple(f"{folder}/" for folder in folders or CODE)
    return [name for name in files() if name.endswith(".py") and name.startswith(inside)]


def text(name: str) -> str:
    """A file's text."""
    return (REPOSITORY / name).read_text(encoding="utf-8")


@cache
def tree(name: str) -> ast.Module:
    """A Python file, parsed."""
    return ast.parse(text(name), filename=name)


def module_of(name: str) -> str:
    """The import name of a file in a code folder: `platform/web/__init__.py` → its package."""
    parts = Path(name).with_suffix("").parts
    return ".".join(("orderloom", *(parts[:-1] if parts[-1] == "__init__" else parts)))


def imports(name: str) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, anywhere in it, with the line.

    `from a import b` counts as `a.b`, for `b` may be a module.
    """
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"
