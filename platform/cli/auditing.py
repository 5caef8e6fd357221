"""`orderloom audit`: verify the log, export it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final

import click

from orderloom.platform.app import auditing
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import FINDINGS, Output, reporting
from orderloom.platform.cli.progress import progress
from orderloom.platform.words import Words

# command → (module of this folder, name in it); what has a module of its own
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "conformance": ("audit_conformance", "conformance"),
    "checkpoint": ("audit_checkpoint", "checkpoint"),
    "erase": ("audit_erase", "erase"),
    "export": ("audit_export", "export"),
    "pack": ("audit_evidence", "pack"),
    "person": ("audit_person", "person"),
    "sample": ("audit_evidence", "draw"),
    "receipt": ("audit_receipt", "receipt"),
    "replay": ("audit_replay", "replay"),
    "roles": ("audit_roles", "roles"),
    "key": ("audit_key", "key"),
    "index": ("audit_index", "index"),
    "map": ("audit_map", "map_"),
}


# Longer than any key.
MOST_OF_KEY: Final = 1_000
_NAMED: Final = ("order", "entry", "problem")


class Tree(click.Group):
    """Reads a command's file only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"orderloom.platform.cli.{module}"), name)
        return command


@click.group(cls=Tree)
def audit() -> None:
    """Verify and export the audit."""


@audit.command()
@click.argument("export", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--key", type=click.File(), help="A verifier key that was kept; no other is trusted.")
@reporting
def verify(output: Output, *, export: Path | None, key: IO[str] | None) -> None:
    """Verify the database's audit, or that of an exported file.

    Names the first entry that was changed, inserted, reordered, or is missing; exit code 1 then.
    """
    words, kept = output.words, _kept(key)
    with progress(words.text("cli.audit.verifying")) as step:
        if export is not None:
            verdict = auditing.verify_file(export, key=kept, progress=step)
        else:
            with application() as app:
                verdict = auditing.verify_store(app, key=kept, progress=step)
    output.emit(verdict, [_line(words, verdict)])
    if not verdict["ok"]:
        raise SystemExit(FINDINGS)


def _kept(file: IO[str] | None) -> str | None:
    """The key in the first line of the file, as `orderloom audit key` prints it."""
    if file is None:
        return None
    try:
        return auditing.verifier_key(file.readline(MOST_OF_KEY))
    except ValueError:
        raise click.BadParameter(f"{file.name} holds no verifier key", param_hint="--key") from None


def _line(words: Words, verdict: Mapping[str, Any]) -> str:
    """What is wrong first, or that nothing is."""
    first = verdict.get("first")
    if first is None:
        return words.text("cli.audit.good", count=verdict["checked"])
    if first["entry"] is None and first.get("part"):
        return words.text("cli.audit.bad_part", part=first["part"], problem=first["problem"])
    return words.text("cli.audit.bad", **{name: first[name] for name in _NAMED})
