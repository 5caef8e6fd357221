"""The store: everything that is kept, behind one door."""

from __future__ import annotations

import threading

from orderloom.platform.store.accounts import SqlAccounts
from orderloom.platform.store.attachments import SqlAttachments
from orderloom.platform.store.audit import SqlAudit
from orderloom.platform.store.balances import SqlBalances
from orderloom.platform.store.collections import SqlCollections
from orderloom.platform.store.commands import SqlCommands
from orderloom.platform.store.courses import SqlCourses
from orderloom.platform.store.database import CONNECTIONS, Database, open_database
from orderloom.platform.store.definitions import SqlDefinitions
from orderloom.platform.store.desk import SqlDesk
from orderloom.platform.store.erasures import SqlErasures
from orderloom.platform.store.inbound import SqlInbound
from orderloom.platform.store.layouts import SqlLayouts
from orderloom.platform.store.mail import SqlMail
from orderloom.platform.store.migrate import log_of, migrate
from orderloom.platform.store.notices import SqlNotices
from orderloom.platform.store.reads import SqlReads
from orderloom.platform.store.replays import SqlReplays
from orderloom.platform.store.roles import SqlRoles
from orderloom.platform.store.rule_use import SqlRuleUse
from orderloom.platform.store.saved_views import SqlSavedViews
from orderloom.platform.store.seal import SqlSeal
from orderloom.platform.store.substitutions import SqlSubstitutions
from orderloom.platform.store.watches import SqlWatches
from orderloom.platform.store.work import SqlWork


def open_store(url: str, *, synchronous: str = "FULL", connections: int = CONNECTIONS) -> Store:
    """The store at `memory:`, `sqlite:///file` or `postgresql://…`; `migrate` it before use.

    `synchronous` (SQLite): FULL survives a power cut, NORMAL may lose the last commits in one.
    Raises `StoreError` for other URLs.
    """
    return Store(open_database(url, synchronous=synchronous, connections=connections))


class Store:
    """All the tables of one database. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.accounts = SqlAccounts(database)
        self.definitions = SqlDefinitions(database)
        self.reads = SqlReads(database)
        self.work = SqlWork(database)
        self.notices = SqlNotices(database)
        self.collections = SqlCollections(database)
        self.balances = SqlBalances(database)
        self.courses = SqlCourses(database)
        self.substitutions = SqlSubstitutions(database)
        self.saved_views = SqlSavedViews(database)
        self.seal = SqlSeal(database)
        self.layouts = SqlLayouts(database)
        self.inbound = SqlInbound(database)
        self.watches = SqlWatches(database)
        self.mail = SqlMail(database)
        self.attachments = SqlAttachments(database)
        self.replays = SqlReplays(database)
        self.erasures = SqlErasures(database)
        self.roles = SqlRoles(database)
        self.desk = SqlDesk(database)
        self.rule_use = SqlRuleUse(database)
        self._lock = threading.Lock()
        self._log: str | None = None
        self._commands: SqlCommands | None = None

    def migrate(self) -> None:
        """Brings the tables to the newest revision; nothing happens where they are. Raises
        `StoreError`."""
        self._log = migrate(self.database)

    @property
    def log(self) -> str:
        """The installation's log id, which every chain begins with. Raises `StoreError` before
        the first `migrate`."""
        if self._log is None:
            self._log = log_of(self.database)
        return self._log

    @property
    def audit(self) -> SqlAudit:
        return SqlAudit(self.database, self.log)

    @property
    def commands(self) -> SqlCommands:
        """The transactions of commands; one for all who ask."""
        with self._lock:
            if self._commands is None:
                self._commands = SqlCommands(self.database, self.log)
            return self._commands

    def ping(self) -> None:
        """Raises `StoreError` when the database does not answer."""
        self.database.ping()

    def close(self) -> None:
        """Lets go of the database; one that was in memory is gone."""
        if self._commands is not None:
            self._commands.close()
        self.database.close()
