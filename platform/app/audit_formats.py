"""The formats in which the audit leaves the house, one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath
from typing import IO, Any, Final

from orderloom.platform.app.application import Application
from orderloom.platform.engine import Actor

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is exported. `order`: only this one, by number. `personal`: with the values behind
    commitments; None: as the format has it, JSON lines with them, all else without. `viewer`: as
    they may see it; None: all of it, for whoever holds the database anyway."""

    order: str | None = None
    personal: bool | None = None
    viewer: Actor | None = None


# Writes an export to a file that need not be seekable. Raises `Refused`.
Writer = Callable[[Application, IO[bytes], Wanted, Progress], None]

USUAL: Final = "jsonl"
# name → (module of this folder, its `Writer`), read only when it is asked for
FORMATS: Final[dict[str, tuple[str, str]]] = {
    "jsonl": ("auditing", "write_lines"),
    "zip": ("audit_zip", "write_zip"),
    "csv": ("audit_logs", "write_csv"),
    "xes": ("audit_logs", "write_xes"),
    "ocel2": ("audit_logs", "write_ocel"),
}
# The ending of a file's name → format, where they differ.
ENDINGS: Final[dict[str, str]] = {"jsonocel": "ocel2"}


def writer(format_: str) -> Writer:
    """The writer of a format of `FORMATS`."""
    module, name = FORMATS[format_]
    found: Writer = getattr(import_module(f"orderloom.platform.app.{module}"), name)
    return found


def has_personal(format_: str, wanted: Wanted) -> bool:
    """Whether an export has the values behind commitments."""
    return format_ == USUAL if wanted.personal is None else wanted.personal


def format_of(filename: Any) -> str:
    """The format that a file's name ends in; JSON lines where it says nothing."""
    ending = PurePath(str(filename)).suffix.removeprefix(".").lower()
    named = ENDINGS.get(ending, ending)
    return named if named in FORMATS else USUAL
