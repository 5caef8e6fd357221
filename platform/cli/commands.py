"""The tree of commands. Each group's file is read only when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any, Final

import click

from orderloom.platform.cli.output import FINDINGS, GOOD, told

# command → (module of this folder, name in it, one line of help)
COMMANDS: Final = {
    "serve": ("serving", "serve", "Serve the pages, the API and the worker."),
    "worker": ("serving", "worker", "Carry out calls, timers and messages only."),
    "check": ("checking", "check", "Check bundles; every finding with file and line."),
    "test": ("checking", "test", "Run the scenarios and tests of bundles."),
    "diff": ("comparing", "diff", "What differs between two bundles, in sentences."),
    "publish": ("publishing", "publish", "Publish a bundle, or the saved drafts."),
    "import": ("publishing", "import_", "Save the documents of a bundle as drafts."),
    "export": ("publishing", "export", "Write published definitions as a bundle."),
    "orders": ("orders", "orders", "Import, list and show orders."),
    "attachment": ("attachments", "attachment", "Files of orders: list, get, put."),
    "collection": ("collections", "collection", "Reference data: list, show, import, export."),
    "inbound": ("inbound", "inbound", "Messages of other systems: list, try again."),
    "watches": ("watches", "watches", "Watches: how they stand, start again."),
    "decide": ("deciding", "decide", "Evaluate one decision of a bundle."),
    "table": ("tables", "table", "Decision tables as XLSX and CSV; cases, coverage."),
    "forms": ("forms", "forms", "Take forms described by JSON Schema; what is lost."),
    "dmn": ("dmn", "dmn", "Decisions as DMN models, in and out."),
    "conformance": ("conformance", "conformance", "Count the cases that hold: FEEL, tables."),
    "calendar": ("calendars", "calendar", "When something is due by a calendar."),
    "audit": ("auditing", "audit", "Verify and export the audit."),
    "user": ("people", "user", "People who sign in."),
    "token": ("people", "token", "Tokens for programs."),
    "bench": ("benching", "bench", "Measure beside the raw limits."),
    "doctor": ("doctor", "doctor", "Compare what is stored twice, and look for trouble."),
}


class Tree(click.Group):
    """Finds a command by name, in the order of the table.

    What click itself refuses is told as JSON where the caller wants JSON.
    """

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        if not _wants_json(given):
            return super().main(given, *rest, **extra)
        try:
            code = super().main(given, *rest, **{**extra, "standalone_mode": False})
        except click.ClickException as error:
            told("usage", error.format_message(), as_json=True)
            raise SystemExit(error.exit_code) from None
        except click.Abort:
            raise SystemExit(FINDINGS) from None
        raise SystemExit(code if isinstance(code, int) else GOOD)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"orderloom.platform.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, row[2]) for name, row in COMMANDS.items()])


def _wants_json(given: Sequence[str]) -> bool:
    pairs = pairwise(given)
    return "--format=json" in given or ("--format", "json") in pairs


@click.group(name="orderloom", cls=Tree, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="orderloom")
def main(**_: Any) -> None:
    """Run stored process definitions as orders, with forms, rules, approvals and an audit.

    Settings come from ORDERLOOM_… variables (docs/operation.md). Exit codes: 0 good, 1 findings,
    2 wrong usage, 3 the environment does not allow it.
    """
