"""The settings of one installation, read from `ORDERLOOM_*` variables; nothing else reads them.

`docs/operation.md` shows the same table (a test compares the two).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, get_type_hints
from zoneinfo import ZoneInfo

PREFIX = "ORDERLOOM_"
YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off", ""})
SHORTEST_KEY = 16
# A link may not outlive the memory that it was used (`app.sweeping`).
MOST_HOURS = 672


class SettingsError(Exception):
    """A variable whose value cannot be used; the text names it and says what it takes."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the settings table. `default` is as shown to people."""

    variable: str
    default: str
    meaning: str


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


def _hours(value: str) -> int:
    number = int(value)
    if not 1 <= number <= MOST_HOURS:
        raise ValueError(f"expected 1 to {MOST_HOURS}")
    return number


def _key(value: str) -> str:
    if value and len(value) < SHORTEST_KEY:
        raise ValueError(f"expected at least {SHORTEST_KEY} characters")
    return value


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


@dataclass(frozen=True, slots=True)
class _Row:
    """How a field is read and described. `shown`: what people see instead of the default."""

    meaning: str
    read: Callable[[str], Any]
    shown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field a variable: `database_url` is `ORDERLOOM_DATABASE_URL`."""

    home: Annotated[Path, _Row("Folder of the database file and of the secret", Path)] = Path(
        "data"
    )
    database_url: Annotated[
        str,
        _Row(
            "`sqlite:///file`, `postgresql://user:password@host/name` or `memory:`",
            str,
            shown="`orderloom.db` in the home folder",
        ),
    ] = ""
    host: Annotated[str, _Row("Address that `serve` listens on", str)] = "127.0.0.1"
    port: Annotated[int, _Row("Port that `serve` listens on; 0 takes a free one", _port)] = 8000
    threads: Annotated[int, _Row("Requests worked on at the same time in one process", _count)] = 8
    assets: Annotated[
        str,
        _Row(
            "`cdn`: browsers load libraries from the CDN, checked by hash; `local`: from here",
            _one_of("cdn", "local"),
        ),
    ] = "cdn"
    secret: Annotated[
        str,
        _Row(
            "Key that signs links in mail; the same for every process of an installation",
            _key,
            shown="made once, kept in the home folder",
        ),
    ] = ""
    secure_cookies: Annotated[
        bool, _Row("1 behind HTTPS: cookies never travel in the clear", _flag)
    ] = False
    session_hours: Annotated[
        int, _Row("A session ends after so many hours without use", _count)
    ] = 12
    language: Annotated[
        str, _Row("Language of people without one of their own", _one_of("en", "pl", "sk"))
    ] = "en"
    zone: Annotated[str, _Row("Time zone of people without one of their own", _zone)] = "UTC"
    allow_private: Annotated[
        bool, _Row("1: outgoing calls may go to private and loopback addresses", _flag)
    ] = False
    smtp: Annotated[
        str,
        _Row("Mail server, `smtp://user:password@host:25` or `smtps://…`; none: no mail", str),
    ] = ""
    mail_from: Annotated[str, _Row("Address that mail comes from", str)] = ""
    mail_verdicts: Annotated[
        bool, _Row("0: mails hold no links that decide, and those sent before are dead", _flag)
    ] = True
    mail_verdict_hours: Annotated[
        int,
        _Row("A link in a mail decides for so many hours, and never after the deadline", _hours),
    ] = 72
    origin: Annotated[
        str,
        _Row(
            "Where people reach the pages, for links in messages",
            str,
            shown="`http://` and the address that `serve` listens on",
        ),
    ] = ""
    audit_key: Annotated[
        Path | None,
        _Row(
            "File of the key that signs checkpoints of the audit; apart from the database",
            Path,
            shown="`audit.key` in the home folder",
        ),
    ] = None
    audit_anchor_file: Annotated[
        Path | None,
        _Row("File that every checkpoint is appended to", Path, shown="none"),
    ] = None
    audit_anchor_mail: Annotated[
        str, _Row("Address that the newest checkpoint is mailed to, once a day", str)
    ] = ""
    audit_anchor_url: Annotated[
        str, _Row("Address that checkpoints are posted to, one a minute at most", str)
    ] = ""
    second_person: Annotated[
        bool, _Row("0: who made a change may publish it alone (the demo does)", _flag)
    ] = True
    body_limit: Annotated[int, _Row("Largest request body, in bytes", _count)] = 10_485_760
    attachment_limit: Annotated[int, _Row("Largest attached file, in bytes", _count)] = 26_214_400
    sync: Annotated[
        str,
        _Row(
            "SQLite: `full` survives a power cut, `normal` may lose the last moments",
            _one_of("full", "normal"),
        ),
    ] = "full"
    erasures: Annotated[
        Path | None,
        _Row(
            "File in which erasures are kept apart from the database",
            Path,
            shown="`erasures.jsonl` in the home folder",
        ),
    ] = None
    log_level: Annotated[
        str,
        _Row("Least severity that is logged", _one_of("debug", "info", "warning", "error")),
    ] = "info"
    log_format: Annotated[
        str, _Row("`json`: one object a line; `text` for people", _one_of("json", "text"))
    ] = "json"
    demo: Annotated[bool, _Row("Demo users and orders; `serve --demo` sets it", _flag)] = False
    clock: Annotated[
        datetime | None,
        _Row("A fixed instant instead of the clock, for demo and tests", _instant, shown="none"),
    ] = None

    @property
    def audit_key_file(self) -> Path | None:
        """Where the audit's key lies; None: a database in memory has one for as long."""
        if self.audit_key is not None:
            return self.audit_key
        return None if self.database.startswith("memory:") else self.home / "audit.key"

    @property
    def database(self) -> str:
        """The database's URL, the default filled in."""
        return self.database_url or f"sqlite:///{self.home.absolute() / 'orderloom.db'}"


def read_settings(environment: Mapping[str, str], **overrides: Any) -> Settings:
    """The settings of an environment; `overrides` (those not None) win.

    Raises `SettingsError` for a value that cannot be used.
    """
    found: dict[str, Any] = {}
    for name, row in _rows().items():
        variable = PREFIX + name.upper()
        if variable not in environment:
            continue
        try:
            found[name] = row.read(environment[variable])
        except (ValueError, KeyError, OSError) as error:
            raise SettingsError(f"{variable}={environment[variable]!r}: {error}") from error
    found.update({name: value for name, value in overrides.items() if value is not None})
    return Settings(**found)


def outside_value(environment: Mapping[str, str], what: str, name: str) -> str | None:
    """What differs per environment and stands in no definition: `ORDERLOOM_SECRET_<NAME>` for
    `secret:name`, `ORDERLOOM_ADDRESS_<CONNECTOR>` instead of a connector's address."""
    variable = f"{PREFIX}{what}_{name}".upper().replace("-", "_").replace(".", "_")
    return environment.get(variable)


def settings_table() -> tuple[Setting, ...]:
    """Every variable with its default and meaning, in the order of the class."""
    plain = Settings()
    return tuple(
        Setting(PREFIX + name.upper(), row.shown or _shown(getattr(plain, name)), row.meaning)
        for name, row in _rows().items()
    )


def _rows() -> dict[str, _Row]:
    hints = get_type_hints(Settings, include_extras=True)
    return {row.name: hints[row.name].__metadata__[0] for row in fields(Settings)}


def _shown(value: Any) -> str:
    return f"`{int(value) if isinstance(value, bool) else value}`"
