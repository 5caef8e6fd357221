"""What every command shares: the two formats, the exit codes, one sentence for a refusal."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar, cast

import click

from orderloom.platform.codec import dumps
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.settings import Settings, SettingsError
from orderloom.platform.words import Words

GOOD, FINDINGS, USAGE, ENVIRONMENT = 0, 1, 2, 3
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Output:
    """`as_json`: one JSON value on stdout; else lines of text in the language of the settings."""

    as_json: bool
    words: Words

    def emit(self, value: Any, lines: Sequence[str] = ()) -> None:
        """Writes the result: `value` as JSON, or `lines`."""
        if self.as_json:
            click.echo(dumps(value).decode())
            return
        for line in lines:
            click.echo(line)

    def stream(self, value: Any, line: str) -> None:
        """One of many results: a line of JSON, or of text."""
        click.echo(dumps(value).decode() if self.as_json else line)

    def note(self, key: str, **params: Any) -> None:
        """A sentence on stderr, which never mixes with the result."""
        click.echo(self.words.text(key, **params), err=True)

    def refuse(self, rejection: Rejection) -> NoReturn:
        """Says no, as a sentence or as `{code, message, path}`, and ends with findings."""
        if self.as_json:
            click.echo(dumps(refusal(rejection)).decode())
        else:
            for each in rejection.details:
                click.echo(self.sentence(each), err=True)
            click.echo(self.sentence(rejection), err=True)
        raise SystemExit(FINDINGS)

    def sentence(self, rejection: Rejection) -> str:
        """The sentence of a rejection in the reader's language."""
        # Loaded here: commands that need no definitions start without them.
        from orderloom.platform.app.bundles import Faulty

        if isinstance(rejection, Faulty):
            return rejection.sentence(self.words)
        key = f"problems.{rejection.code}"
        params = {"message": rejection.message, **rejection.params}
        return self.words.text(key, **params) if self.words.has(key) else rejection.message


def refusal(rejection: Rejection) -> dict[str, Any]:
    """A rejection as JSON."""
    value: dict[str, Any] = {"code": rejection.code, "message": rejection.message}
    if rejection.path:
        value["path"] = rejection.path
    if rejection.details:
        value["details"] = [refusal(each) for each in rejection.details]
    return value


def reporting(command: Command) -> Command:
    """Adds `--format`, gives the command an `Output`, and turns what goes wrong into exit codes."""
    return _reporting(command)


def reporting_in(formats: Sequence[str]) -> Callable[[Command], Command]:
    """The same for a command whose result has formats of its own beside: it is given `format_`,
    None where nobody chose one of them."""
    return functools.partial(_reporting, formats=formats)


def _reporting(command: Command, formats: Sequence[str] = ()) -> Command:
    @click.option(
        "--format",
        "format_",
        type=click.Choice(["text", "json", *formats]),
        default="text",
        help="json: one value on stdout, for programs.",
    )
    @functools.wraps(command)
    def run(*args: Any, format_: str, **kwargs: Any) -> Any:
        as_json = format_ == "json"
        try:
            output = Output(as_json, Words(settings().language))
        except SettingsError as error:
            fail(str(error), as_json=as_json)
        if formats:
            kwargs["format_"] = format_ if format_ in formats else None
        try:
            return command(output, *args, **kwargs)
        except Refused as refused:
            output.refuse(refused.rejection)
        except BrokenPipeError:
            # The reader has seen enough; Python would complain once more when it ends.
            sys.stderr.close()
            raise SystemExit(GOOD) from None
        except Exception as error:
            if isinstance(error, OSError | EnvironmentFault) or _is_fault(error):
                fail(str(error), as_json=as_json)
            raise

    return cast(Command, run)


def _is_fault(error: Exception) -> bool:
    # Only looked at when something went wrong: the application is large.
    from orderloom.platform.app.readiness import FAULTS

    return isinstance(error, FAULTS)


class EnvironmentFault(Exception):
    """The machine, not the user, stands in the way; the text says what is missing."""


def fail(message: str, *, as_json: bool = False) -> NoReturn:
    """Ends with the code for a broken environment."""
    told("environment", message, as_json=as_json)
    raise SystemExit(ENVIRONMENT)


def told(code: str, message: str, *, as_json: bool) -> None:
    """What went wrong before there was a result: `{code, message}`, or a sentence on stderr."""
    if as_json:
        click.echo(dumps({"code": code, "message": message}).decode())
    else:
        click.echo(message, err=True)


def settings(**overrides: Any) -> Settings:
    """The settings of this process's environment. Raises `SettingsError`."""
    import os

    from orderloom.platform.settings import read_settings

    return read_settings(os.environ, **overrides)
