"""Opens the application for a command, and closes it whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from orderloom.platform.app.application import Application
from orderloom.platform.bootstrap import CannotOpen, build
from orderloom.platform.cli.output import EnvironmentFault, settings
from orderloom.platform.settings import SettingsError


@contextmanager
def application(**overrides: Any) -> Iterator[Application]:
    """The application of the settings; its database is brought up to date first.

    Raises `EnvironmentFault` where the settings or the database do not allow it.
    """
    try:
        opened = build(settings(**overrides))
    except (SettingsError, CannotOpen) as error:
        raise EnvironmentFault(str(error)) from error
    try:
        yield opened
    finally:
        opened.close()
