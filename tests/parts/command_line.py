"""Runs `orderloom …` in this process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner

from orderloom.platform.cli import main
from orderloom.platform.codec import loads


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended: exit code, what it wrote to stdout and to stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return loads(self.out)


class CommandLine:
    """`run("check", folder)`; `json(…)` adds `--format json`."""

    def run(self, *arguments: object, stdin: str | None = None) -> Ran:
        result = CliRunner().invoke(main, [str(each) for each in arguments], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    def json(self, *arguments: object) -> Ran:
        return self.run(*arguments, "--format", "json")
