"""Databases of the bench's own on a PostgreSQL server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

_NUMBERS = count()


@contextmanager
def own_database(server: str) -> Iterator[str]:
    """The URL of an empty database, removed at the end with the connections that are left."""
    name = f"olbench_{os.getpid()}_{next(_NUMBERS)}"
    _execute(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield _of(server, name)
    finally:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        _execute(server, drop.format(sql.Identifier(name)))


@contextmanager
def kept_database(server: str, name: str) -> Iterator[str]:
    """The URL of the database of this name, made if it is not there, which stays at the end."""
    with psycopg.connect(server, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if found.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield _of(server, name)


def _of(server: str, name: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def _execute(server: str, statement: sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
