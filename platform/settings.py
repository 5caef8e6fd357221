"""The settings of one installation, read from `ORDERLOOM_*` variables; nothing else reads them.

`docs/operation.md` shows the same table (a test compares the two).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

PREFIX = "ORDERLOOM_"
YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off", ""})


class SettingsError(Exception):
    """A variable whose value cannot be used; the text names it and says what it takes."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the settings table. `default` is as shown to people."""

    variable: str
    default: str
    meaning: str


def _text(value: str) -> str:
    return value


def _flag(value: str) -> bool:
    word = value.strip().lower()
    if word not in YES | NO:
        raise ValueError("expected 1 or 0")
    return word in YES


def _port(value: str) -> int:
    number = int(value)
    if not 0 <= number <= 65535:
        raise ValueError("expected 0 to 65535")
    return number


def _count(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError("expected a whole number above 0")
    return number


def _zone(value: str) -> str:
    return ZoneInfo(value).key


def _instant(value: str) -> datetime | None:
    if not value:
        return None
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("expected an instant with a zone, such as 2026-03-06T16:00:00+01:00")
    return moment


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in choices:
            raise ValueError("expected " + " or ".join(choices))
        return value

    return read


def _row(default: Any, meaning: str, read: Callable[[str], Any], *, shown: str = "") -> Any:
    return field(default=default, metadata={"meaning": meaning, "read": read, "shown": shown})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field a variable: `database_url` is `ORDERLOOM_DATABASE_URL`."""

    home: Path = _row(Path("data"), "Folder of the database file and of the secret", Path)
    database_url: str = _row(
        "",
        "`sqlite:///file`, `postgresql://user:password@host/name` or `memory:`",
        _text,
        shown="`orderloom.db` in the home folder",
    )
    host: str = _row("127.0.0.1", "Address that `serve` listens on", _text)
    port: int = _row(8000, "Port that `serve` listens on; 0 takes a free one", _port)
    threads: int = _row(8, "Requests worked on at the same time in one process", _count)
    assets: str = _row(
        "cdn",
        "`cdn`: browsers load libraries from the CDN, checked by hash; `local`: from this server",
        _one_of("cdn", "local"),
    )
    secret: str = _row(
        "", "Key that signs cookies", _text, shown="made once, kept in the home folder"
    )
    secure_cookies: bool = _row(False, "1 behind HTTPS: cookies never travel in the clear", _flag)
    session_hours: int = _row(12, "A session ends after so many hours without use", _count)
    language: str = _row(
        "en", "Language of people without one of their own", _one_of("en", "pl", "sk")
    )
    zone: str = _row("UTC", "Time zone of people without one of their own", _zone)
    allow_private: bool = _row(
        False, "1: outgoing calls may go to private and loopback addresses", _flag
    )
    second_person: bool = _row(
        True, "0: who made a change may publish it alone (the demo does)", _flag
    )
    body_limit: int = _row(10_485_760, "Largest request body, in bytes", _count)
    sync: str = _row(
        "full",
        "SQLite's durability: `full` survives a power cut, `normal` may lose the last moments",
        _one_of("full", "normal"),
    )
    log_level: str = _row(
        "info", "Least severity that is logged", _one_of("debug", "info", "warning", "error")
    )
    log_format: str = _row(
        "json", "`json`: one object a line; `text` for people", _one_of("json", "text")
    )
    demo: bool = _row(False, "Demo users and orders; `serve --demo` sets it", _flag)
    clock: datetime | None = _row(
        None, "A fixed instant instead of the clock, for demo and tests", _instant, shown="none"
    )

    @property
    def database(self) -> str:
        """The database's URL, the default filled in."""
        return self.database_url or f"sqlite:///{self.home.absolute() / 'orderloom.db'}"


def read_settings(environment: Mapping[str, str], **overrides: Any) -> Settings:
    """The settings of an environment; `overrides` (those not None) win.

    Raises `SettingsError` for a value that cannot be used.
    """
    rows = {PREFIX + row.name.upper(): row for row in fields(Settings)}
    found: dict[str, Any] = {}
    for variable, value in environment.items():
        row = rows.get(variable)
        if row is None:
            continue
        try:
            found[row.name] = row.metadata["read"](value)
        except (ValueError, KeyError, OSError) as error:
            raise SettingsError(f"{variable}={value!r}: {error}") from error
    found.update({name: value for name, value in overrides.items() if value is not None})
    return Settings(**found)


def settings_table() -> tuple[Setting, ...]:
    """Every variable with its default and meaning, in the order of the class."""
    return tuple(
        Setting(
            PREFIX + row.name.upper(),
            row.metadata["shown"] or f"`{_shown(row.default)}`",
            row.metadata["meaning"],
        )
        for row in fields(Settings)
    )


def _shown(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
