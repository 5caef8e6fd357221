"""An application on a database of its own, with the cast and the small bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.settings import Settings
from parts.migrated import build
from parts.small_bundle import write_small_bundle

PASSWORD = "correct-horse-battery"
CAST: dict[str, dict[str, Any]] = {
    "bob": {"roles": ["manager"]},
    "alice": {"roles": ["sales"], "manager": "bob"},
    "carol": {"roles": ["finance"]},
    "dave": {"roles": ["warehouse"]},
    "erin": {"roles": ["auditor"]},
    "mallory": {"roles": []},
    "ada": {"roles": ["administrator"]},
}


@contextmanager
def small_application(
    folder: Path, *, database: str = "", clock: datetime | None = None
) -> Iterator[Application]:
    """Opened on a SQLite file in `folder`, or on the database given; closed at the end."""
    app = build(Settings(home=folder / "home", database_url=database, clock=clock))
    app.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    try:
        add_cast(app)
        publish_small(app, folder)
        yield app
    finally:
        app.close()


def add_cast(app: Application, more: Mapping[str, Sequence[str]] | None = None) -> None:
    """The cast, everybody with the same password; `more`: roles of somebody beside their own."""
    for login, person in CAST.items():
        app.accounts.add_user(
            login,
            name=login.capitalize(),
            password=PASSWORD,
            roles=[*person["roles"], *(more or {}).get(login, ())],
            manager=str(person["manager"]) if "manager" in person else None,
        )


def publish_small(app: Application, folder: Path) -> None:
    """Publishes the small bundle."""
    bundle = open_bundle(write_small_bundle(folder / "small"))
    options = PublishOptions(tests=False, second_person=False)
    done = app.publish.publish(bundle, OPERATOR, options)
    assert isinstance(done, Published), done
