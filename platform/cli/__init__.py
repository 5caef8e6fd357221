"""The command `orderloom`: `main` is its entry point."""

from orderloom.platform.cli.commands import main

__all__ = ["main"]
