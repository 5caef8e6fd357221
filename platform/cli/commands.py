"""The tree of commands. Each group's file is read only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import click

# command → (module of this folder, name in it, one line of help)
COMMANDS: Final = {
    "serve": ("serving", "serve", "Serve the pages, the API and the worker."),
    "worker": ("serving", "worker", "Carry out calls, timers and messages only."),
    "check": ("checking", "check", "Check bundles; every finding with file and line."),
    "test": ("checking", "test", "Run the scenarios and tests of bundles."),
    "publish": ("publishing", "publish", "Publish a bundle, or the saved drafts."),
    "import": ("publishing", "import_", "Save the documents of a bundle as drafts."),
    "export": ("publishing", "export", "Write published definitions as a bundle."),
    "orders": ("orders", "orders", "Import, list and show orders."),
    "decide": ("deciding", "decide", "Evaluate one decision of a bundle."),
    "conformance": ("conformance", "conformance", "Count the cases that hold: FEEL, tables."),
    "audit": ("auditing", "audit", "Verify and export the audit."),
    "user": ("people", "user", "People who sign in."),
    "token": ("people", "token", "Tokens for programs."),
    "bench": ("benching", "bench", "Measure beside the raw limits."),
    "doctor": ("doctor", "doctor", "Compare what is stored twice, and look for trouble."),
}


class Tree(click.Group):
    """Finds a command by name, in the order of the table."""

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


@click.group(name="orderloom", cls=Tree, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="orderloom")
def main(**_: Any) -> None:
    """Run stored process definitions as orders, with forms, rules, approvals and an audit.

    Settings come from ORDERLOOM_… variables (docs/operation.md). Exit codes: 0 good, 1 findings,
    2 wrong usage, 3 the environment does not allow it.
    """
