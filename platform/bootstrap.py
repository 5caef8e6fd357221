"""The one place that wires settings, store, application, web and worker. Nothing runs at import."""

from __future__ import annotations

import logging
import os
import secrets
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from orderloom.platform.app.application import Application
from orderloom.platform.app.assembling import assemble
from orderloom.platform.app.clock import Clock, FixedClock, SystemClock
from orderloom.platform.app.demo import refuse_off_loopback
from orderloom.platform.app.kind_previews import Rendering
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.simulation import open_world
from orderloom.platform.app.template_worker import TemplateWorker
from orderloom.platform.bootstrap_memory import settle_memory as settle_memory
from orderloom.platform.bootstrap_memory import settled_memory as settled_memory
from orderloom.platform.delivery.anchors import anchors_of
from orderloom.platform.delivery.mail_page import mail_page
from orderloom.platform.delivery.wiring import link_of, make_worker
from orderloom.platform.delivery.worker import Worker
from orderloom.platform.settings import SHORTEST_KEY, Settings, outside_value
from orderloom.platform.store import StoreError, open_store

if TYPE_CHECKING:
    from orderloom.platform.bootstrap_server import Running

KEPT_IN = "secret"
log = logging.getLogger(__name__)
# The child that fills templates of drafts.
TEMPLATES = ("-P", "-m", "orderloom.platform.delivery.template_child")


class CannotOpen(Exception):
    """The database or the home folder does not allow it; the text says why."""


def build(settings: Settings) -> Application:
    """The application of the settings, its database brought up to date. Raises `CannotOpen`."""
    if settings.demo:
        refuse_off_loopback(settings.host)
        settings = replace(settings, second_person=False)
    try:
        if settings.database.startswith("sqlite:"):
            settings.home.mkdir(parents=True, exist_ok=True)
        settings = _with_secret(settings)
        store = open_store(settings.database, synchronous=settings.sync.upper())
        store.migrate()
    except (OSError, StoreError) as error:
        raise CannotOpen(f"{_shown(settings.database)}: {error}") from error
    app = assemble(
        store,
        settings=settings,
        clock=clock_of(settings),
        simulate=simulator(),
        secrets=lambda name: outside_value(os.environ, "SECRET", name),
        rendering=rendering_of(settings),
        anchors=anchors_of(settings),
    )
    if again := app.erasures.follow():
        log.warning("restored from an older copy", extra={"erased_again": again})
    return app


def build_to_stay(settings: Settings) -> Application:
    """The same for a process that is there for long: what it begins with is never walked through
    by a collection again."""
    app = build(settings)
    settle_memory()
    return app


def rendering_of(settings: Settings) -> Rendering:
    """How messages of drafts are written: their templates are filled in a child process."""
    templates = TemplateWorker(TEMPLATES)
    return Rendering(
        render=templates, page=mail_page, link=link_of(settings), close=templates.close
    )


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, or the fixed instant of `ORDERLOOM_CLOCK`."""
    return FixedClock(settings.clock) if settings.clock else SystemClock()


def simulator() -> Simulate:
    """The scenario runner; it needs no database and no settings."""
    return Simulate(open_world)


def worker_of(app: Application) -> Worker:
    """The worker beside an application: calls, messages to people, clocks, messages of orders."""
    return make_worker(app)


def server(app: Application) -> AbstractContextManager[Running]:
    """Serves pages and API while the context lasts. Raises `OSError`."""
    # The web is large: commands that do not serve should not load it.
    from orderloom.platform.bootstrap_server import server as serving

    return serving(app)


def demo_bundles() -> list[Path]:
    """The example bundles that the demo shows."""
    import orderloom.examples as examples

    folder = Path(next(iter(examples.__path__)))
    return sorted(path.parent for path in folder.glob("*/demo.yaml"))


def _with_secret(settings: Settings) -> Settings:
    """Signs with a key of the installation's own, kept beside the database."""
    if settings.secret or settings.database.startswith("memory:"):
        return settings if settings.secret else replace(settings, secret=secrets.token_hex(32))
    path = settings.home / KEPT_IN
    settings.home.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make_secret(path)
    secret = path.read_text(encoding="ascii").strip()
    if len(secret) < SHORTEST_KEY:
        raise OSError(f"the file {path} holds no secret of {SHORTEST_KEY} characters")
    return replace(settings, secret=secret)


def _make_secret(path: Path) -> None:
    """Writes it whole or not at all: of processes that start together the first one's counts."""
    mine = path.with_name(f"{KEPT_IN}.{secrets.token_hex(8)}")
    mine.touch(mode=0o600)
    mine.write_text(secrets.token_hex(32), encoding="ascii")
    with suppress(FileExistsError):
        path.hardlink_to(mine)
    mine.unlink()


def _shown(database: str) -> str:
    """A database's URL without what is secret in it."""
    scheme, _, rest = database.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if rest else database
